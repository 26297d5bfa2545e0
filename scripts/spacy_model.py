"""Train, assemble, score and package this project's Dutch spaCy pipeline.

    python scripts/spacy_model.py --ud PATH --out models/

``PATH`` is the folder with the treebank files (``*.conllu.gz``) that ``models/README.md`` lists.
The result is a wheel ``nl_core_news_sm-<version>-py3-none-any.whl`` in ``--out``: the name that
``config.yml`` asks for, with a version and an author that cannot be taken for the pipeline of
spaCy's makers. Checkpoints are chosen on held-out documents; the test files are read for one
thing only before the end, to keep their sentences out of the training data.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.vocab import Vocab
from spacy_treebank import (
    NER_TESTS,
    SILVER,
    TESTS,
    Corpus,
    Sentence,
    TreebankError,
    as_typed,
    by_document,
    by_size,
    harmonise,
    read,
    read_corpus,
    to_doc,
    to_name_doc,
    training_groups,
)

HERE = Path(__file__).resolve().parent
CONFIGS = HERE / "spacy_model"
NAME = "nl_core_news_sm"
# spaCy's makers published 3.4.0 for spaCy 3.4; a post-release of 3.4.4 is in their series nowhere.
VERSION = "3.4.4.post1"
SEED = 0
NAME_GROUP = 3  # sentences a document for name training: names rarely need more context
SCORES = {
    "pos_acc": "POS",
    "morph_acc": "morph",
    "tag_acc": "TAG",
    "lemma_acc": "lemma",
    "dep_uas": "UAS",
    "dep_las": "LAS",
    "sents_f": "sents F",
}
NAME_SCORES = {"ents_p": "P", "ents_r": "R", "ents_f": "F"}
LICENCE = "CC BY-SA 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
DESCRIPTION = (
    "Small Dutch pipeline of the Ouderwijzer project, trained by the project itself. It is not "
    "the pipeline of that name by Explosion (the makers of spaCy): other data, other scores, "
    "and five name labels (PERSON, LOC, ORG, PRODUCT, EVENT) instead of eighteen. The name "
    "labels were made by a program (Frog) and not checked by hand. Components: tok2vec, "
    "morphologizer, tagger, parser, lemmatizer (trainable_lemmatizer), senter (disabled), "
    "attribute_ruler, ner. No word vectors."
)
SOURCES = [
    {
        "name": "UD Dutch LassySmall",
        "url": "https://github.com/UniversalDependencies/UD_Dutch-LassySmall",
        "license": LICENCE,
        "author": "Gosse Bouma, Gertjan van Noord",
    },
    {
        "name": "UD Dutch Alpino",
        "url": "https://github.com/UniversalDependencies/UD_Dutch-Alpino",
        "license": LICENCE,
        "author": "Daniel Zeman, Zdeněk Žabokrtský, Gosse Bouma, Gertjan van Noord",
    },
    {
        "name": "Alpino treebank (sections cdb, qa, wpspel, g_suite, h_suite, "
        "leuven_yellow_pages, eans), converted to UD with alud",
        "url": "https://github.com/rug-compling/Alpino",
        "license": f"{LICENCE} as published in UD Dutch Alpino; LGPL 2.1 in its own repository",
        "author": "the Alpino team",
    },
    {
        "name": "Types of names: labelled by Frog 0.20 with frogdata 0.18, not checked by hand",
        "url": "https://languagemachines.github.io/frog/",
        "license": "GPL 3 or later (the program)",
        "author": "ILK (Tilburg), CLST (Nijmegen)",
    },
]


class TrainingError(Exception):
    """A step that runs as a program of its own (training, packaging) failed."""


# --- data -------------------------------------------------------------------------------------


def write_docs(path: Path, docs: list[Doc]) -> None:
    """Write docs to a ``.spacy`` file, whole or not at all."""
    part = path.with_suffix(".part")
    DocBin(docs=docs, store_user_data=False).to_disk(part)
    part.replace(path)


def prepare(ud: Path, work: Path) -> None:
    """Write the training and DEV files of both trainings to ``work``."""
    rng = random.Random(SEED)
    vocab = spacy.blank("nl").vocab
    corpus = read_corpus(ud)
    groups = training_groups(corpus, rng)
    write_docs(work / "grammar-train.spacy", [to_doc(vocab, g) for g in groups])
    write_docs(work / "grammar-dev.spacy", [to_doc(vocab, g) for g in by_document(corpus.dev)])
    silver = read(ud, SILVER)
    names = by_size([s for s in silver if s.subset in {"A", "B", "C", "D"}], NAME_GROUP)
    rng.shuffle(names)
    held_out = by_size([s for s in silver if s.subset == "DEV"], NAME_GROUP)
    write_docs(work / "names-train.spacy", [to_name_doc(vocab, g) for g in names])
    write_docs(work / "names-dev.spacy", [to_name_doc(vocab, g) for g in held_out])
    print(_sizes(corpus), f"{len(groups)} texts for grammar, {len(names)} for names", flush=True)


def _sizes(corpus: Corpus) -> str:
    sets = {**corpus.train, "DEV": corpus.dev}
    return "".join(
        f"{name}: {len(sents)} sentences, {sum(len(s.tokens) for s in sents)} tokens; "
        for name, sents in sets.items()
    )


# --- training ---------------------------------------------------------------------------------


def start_training(part: str, steps: int, work: Path) -> subprocess.Popen[bytes]:
    """Start ``spacy train`` for ``part`` ("grammar" or "names") on one core, with a log file."""
    command = [sys.executable, "-m", "spacy", "train", str(CONFIGS / f"{part}.cfg")]
    command += ["--output", str(work / part)]
    command += ["--paths.train", str(work / f"{part}-train.spacy")]
    command += ["--paths.dev", str(work / f"{part}-dev.spacy")]
    command += ["--training.max_steps", str(steps)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (work / f"{part}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)


def train(steps: dict[str, int], work: Path, together: bool) -> None:
    """Train both parts, one after the other or ``together`` (then on two cores).

    Raises TrainingError with the name of the log when one of them fails.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for part, count in steps.items():
            print(f"training {part}, {count} steps; progress in {work / part}.log", flush=True)
            running[part] = start_training(part, count, work)
            if not together:
                _finish(part, running[part], work)
        for part, process in running.items():
            _finish(part, process, work)
    finally:
        for process in running.values():
            process.terminate()


def _finish(part: str, process: subprocess.Popen[bytes], work: Path) -> None:
    if process.wait() != 0:
        raise TrainingError(f"training {part} failed; see {work / part}.log")


# --- assembling and scoring -------------------------------------------------------------------


def assemble(work: Path) -> Language:
    """Join the best grammar and name checkpoints into one pipeline, ready to be saved."""
    nlp = spacy.load(work / "grammar" / "model-best")
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"IS_SPACE": True}]], {"TAG": "_SP", "POS": "SPACE"})
    nlp.add_pipe("ner", source=spacy.load(work / "names" / "model-best"))
    nlp.disable_pipe("senter")  # the parser finds sentence ends; enable it where that is too slow
    # The training files' paths are of this machine only and of no use to anyone else.
    nlp.config["paths"] = {"train": None, "dev": None}
    return nlp


def score(
    nlp: Language,
    groups: list[list[Sentence]],
    make: Callable[[Vocab, list[Sentence]], Doc],
    wanted: dict[str, str],
) -> dict[str, float]:
    """Score raw text of ``groups`` against its labels; percentages by the names in ``wanted``."""
    gold = [make(nlp.vocab, group) for group in groups]
    results = nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in gold])
    return {label: round(100 * results[key], 2) for key, label in wanted.items()}


def score_dev(nlp: Language, ud: Path) -> dict[str, dict[str, float]]:
    """Score the held-out documents on which the checkpoints were chosen."""
    names = by_size([s for s in read(ud, SILVER) if s.subset == "DEV"], NAME_GROUP)
    return {
        "DEV": score(nlp, by_document(read_corpus(ud).dev), to_doc, SCORES),
        "DEV, silver": score(nlp, names, to_name_doc, NAME_SCORES),
    }


def score_tests(nlp: Language, ud: Path) -> dict[str, dict[str, float]]:
    """Score the test files: as they are, as typed on a phone, and for names."""
    rows: dict[str, dict[str, float]] = {}
    for title, name in TESTS.items():
        sentences = [harmonise(s) for s in read(ud, name)]
        rows[title] = score(nlp, by_document(sentences), to_doc, SCORES)
        if name.endswith(".head"):
            typed = [[as_typed(s)] for s in sentences]
            rows[f"{title}, lower case, no final mark"] = score(nlp, typed, to_doc, SCORES)
    silver = read(ud, SILVER)
    for title, subset in NER_TESTS.items():
        groups = by_size([s for s in silver if s.subset == subset], NAME_GROUP)
        rows[title] = score(nlp, groups, to_name_doc, NAME_SCORES)
    return rows


def table(rows: dict[str, dict[str, float]]) -> str:
    """Lay out scores as Markdown tables, one for each set of columns."""
    blocks = []
    for columns in (SCORES, NAME_SCORES):
        labels = list(columns.values())
        lines = [f"| set | {' | '.join(labels)} |", "| --- " * (len(labels) + 1) + "|"]
        for title, row in rows.items():
            if set(row) == set(labels):
                lines.append(f"| {title} | " + " | ".join(f"{row[x]:.2f}" for x in labels) + " |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


# --- packaging --------------------------------------------------------------------------------


def write_meta(nlp: Language, scores: dict[str, dict[str, float]]) -> None:
    """Say in the pipeline's own description what it is, from what, by whom and how good."""
    nlp.meta.update(
        {
            "lang": "nl",
            "name": "core_news_sm",
            "version": VERSION,
            "description": DESCRIPTION,
            "author": "Ouderwijzer project",
            "email": "",
            "url": "",
            "license": LICENCE,
            "sources": SOURCES,
            "performance": scores,
        }
    )


def sources_text() -> str:
    """Return the text of the wheel's LICENSES_SOURCES file."""
    blocks = [f"{NAME} {VERSION}\nLicence: {LICENCE}, {LICENCE_URL}"]
    for source in SOURCES:
        blocks.append("\n".join(f"{key}: {value}" for key, value in source.items()))
    return "\n\n".join(blocks) + "\n"


def readme_text(scores: dict[str, dict[str, float]]) -> str:
    """Return the text of the wheel's README: what it is, how good, from what."""
    note = "Scores in percent, on raw text, by spaCy's own scorer. Names: agreement with Frog."
    return f"# {NAME} {VERSION}\n\n{DESCRIPTION}\n\n{note}\n\n{table(scores)}\n\n{sources_text()}"


def package(nlp: Language, scores: dict[str, dict[str, float]], work: Path, out: Path) -> Path:
    """Build the wheel and put it into ``out`` in place of earlier ones; returns its path.

    Raises TrainingError when spaCy's packager fails.
    """
    model, dist = work / "model", work / "package"
    for folder in (model, dist):
        shutil.rmtree(folder, ignore_errors=True)
    nlp.to_disk(model)
    (model / "LICENSES_SOURCES").write_text(sources_text(), encoding="utf-8")
    (model / "README.md").write_text(readme_text(scores), encoding="utf-8")
    dist.mkdir()
    command = [sys.executable, "-m", "spacy", "package", str(model), str(dist)]
    done = subprocess.run([*command, "--build", "wheel"], capture_output=True, text=True)
    wheels = list(dist.glob("*/dist/*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        raise TrainingError(f"packaging failed:\n{done.stdout}{done.stderr}")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"{NAME}-*.whl"):
        old.unlink()
    part = out / f"{wheels[0].name}.part"
    shutil.copyfile(wheels[0], part)
    return part.replace(out / wheels[0].name)


# --- command line -----------------------------------------------------------------------------


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--ud", type=Path, required=True, help="folder with the *.conllu.gz files")
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder for the wheel")
    parser.add_argument("--work", type=Path, default=Path("var/spacy-model"), help="working files")
    parser.add_argument("--steps", type=int, default=6500, help="training steps, grammar")
    parser.add_argument("--name-steps", type=int, default=3500, help="training steps, names")
    parser.add_argument("--together", action="store_true", help="train both at once (two cores)")
    parser.add_argument("--no-train", action="store_true", help="use the checkpoints in --work")
    parser.add_argument("--no-tests", action="store_true", help="leave the tests for another day")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    """Do all steps in order; see the module's text."""
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    if not options.no_train:
        prepare(options.ud, work)
        steps = {"grammar": options.steps, "names": options.name_steps}
        train(steps, work, options.together)
    nlp = assemble(work)
    scores = score_dev(nlp, options.ud)
    if not options.no_tests:
        scores |= score_tests(nlp, options.ud)
    print(table(scores))
    write_meta(nlp, scores)
    wheel = package(nlp, scores, work, options.out)
    (work / "scores.json").write_text(json.dumps(scores, indent=2), encoding="utf-8")
    print(f"{wheel}  sha256 {hashlib.sha256(wheel.read_bytes()).hexdigest()}")


def main(arguments: list[str] | None = None) -> int:
    """Run the script; 0 when all went well, 1 with one clear line when not."""
    try:
        run(parse_arguments(arguments))
    except (TreebankError, TrainingError) as error:
        print(f"spacy_model: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
