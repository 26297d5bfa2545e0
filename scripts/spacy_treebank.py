"""Dutch treebank sentences for training: reading, splitting, one label set, grouping.

The data are gzip-compressed CoNLL-U files (UD_Dutch-Alpino, UD_Dutch-LassySmall, sections of
the Alpino treebank, and machine-made name labels). The files come from different years of the
same annotation effort, so their labels differ a little; :func:`harmonise` brings them to the
label set that spaCy's Dutch 3.4 pipelines use. ``models/README.md`` tells where the files come
from and under which licence.
"""

from __future__ import annotations

import gzip
import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

COLUMNS = 10
DEV_SHARE = 10  # one document in this many is held out
GROUP = 10  # sentences a training document, as spaCy's own `convert -n 10`
SHORT = 20  # tokens; only sentences up to here get a lower-cased copy
LOWER_SHARE = 0.2

TESTS = {
    "Alpino test, head": "alpino-test.head",
    "Alpino test, UD 2.8": "alpino-test.v2.8",
    "LassySmall test, head": "lassysmall-test.head",
    "LassySmall test, UD 2.8": "lassysmall-test.v2.8",
}
NER_TESTS = {"Alpino test, silver": "TEST-alpino", "LassySmall test, silver": "TEST-lassysmall"}
HEAD_DEV = ("alpino-dev.head", "lassysmall-dev.head")
OLD = ("alpino-train-wrpph.2017-10", "lassysmall-dev.2018-01", "lassysmall-test.2018-01")
OLD_ARCS = "lassysmall-train.2017-02"
SECTIONS = ("cdb", "qa", "wpspel", "g_suite", "h_suite", "leuven_yellow_pages", "eans")
SILVER = "silver-ner"

# fmt: off
FEATS = frozenset({
    "Person", "PronType", "Number", "Tense", "VerbForm", "Definite",
    "Gender", "Degree", "Case", "Poss", "Reflex", "Abbr",
})
# fmt: on
DEPRELS = {
    "flat:name": "flat",
    "flat:foreign": "flat",
    "obl:arg": "obl",
    "cc:preconj": "cc",
    "nsubj:outer": "nsubj",
    "csubj:outer": "csubj",
}
TURNED_ROUND = frozenset({"xcomp", "aux"})


class TreebankError(Exception):
    """A treebank file is missing or holds a line that is not CoNLL-U."""


@dataclass(frozen=True)
class Token:
    """One word. ``None`` means "not annotated"; ``head`` counts from 0, a root points at itself."""

    form: str
    lemma: str
    pos: str | None = None
    tag: str | None = None
    feats: tuple[tuple[str, str], ...] | None = ()
    head: int | None = None
    dep: str | None = None
    ner: str | None = None
    space: bool = True


@dataclass(frozen=True)
class Sentence:
    """One sentence of ``source`` (file name without suffixes) with its identifier and set."""

    ident: str
    source: str
    tokens: tuple[Token, ...] = field(repr=False)
    subset: str = ""

    @property
    def key(self) -> str:
        """Lower-cased letters and digits: two sentences with one key count as the same."""
        return "".join(c for t in self.tokens for c in t.form.lower() if c.isalnum())

    @property
    def document(self) -> str:
        """Name of the document the sentence stands in (the identifier up to ``.p.`` or ``.s.``)."""
        return document_name(self.ident)


def document_name(ident: str) -> str:
    """Return the document of a sentence identifier, the same for old and new identifiers.

    ``LassySmall4_WR-P-P-H-1_WR-P-P-H-1.p.2.s.1.xml``, ``WR-P-P-H-1\\WR-P-P-H-1.p.2.s.1`` and
    ``WR-P-P-H-1.p.2.s.1`` all give ``WR-P-P-H-1``.
    """
    return re.split(r"[\\_]", re.split(r"\.[ps]\.", ident)[0])[-1]


def read(folder: Path, name: str) -> list[Sentence]:
    """Read ``folder/name.conllu.gz``.

    Raises TreebankError, with file and line, when the file is missing or a line is malformed.
    """
    path = folder / f"{name}.conllu.gz"
    if not path.is_file():
        raise TreebankError(f"{path}: no such file; see models/README.md for the data needed")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(_sentences(lines, path, name))


def _sentences(lines: Iterable[str], path: Path, name: str) -> Iterator[Sentence]:
    comments: list[str] = []
    tokens: list[Token] = []
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\n")
        if text.startswith("#"):
            comments.append(text[1:].strip())
        elif text:
            tokens.extend(_token(text, f"{path}:{number}"))
        elif tokens:
            yield _sentence(comments, tokens, name)
            comments, tokens = [], []
    if tokens:
        yield _sentence(comments, tokens, name)


def _sentence(comments: list[str], tokens: list[Token], name: str) -> Sentence:
    pairs = dict(c.split(" = ", 1) for c in comments if " = " in c)
    # The 2017 file has the bare identifier as its only comment.
    ident = pairs.get("sent_id") or (comments[-1] if comments else "")
    return Sentence(ident, name, tuple(tokens), pairs.get("set", ""))


def _token(text: str, where: str) -> Iterator[Token]:
    cells = text.split("\t")
    if len(cells) != COLUMNS:
        raise TreebankError(f"{where}: {len(cells)} columns, expected {COLUMNS}")
    if not cells[0].isdigit():  # multi-word ranges and the empty nodes of enhanced UD
        return
    index = int(cells[0]) - 1
    misc = dict(pair.split("=", 1) for pair in cells[9].split("|") if "=" in pair)
    ner = misc.get("NER")
    feats = tuple(
        (name, value)
        for name, value in (pair.split("=", 1) for pair in cells[5].split("|") if "=" in pair)
    )
    yield Token(
        form=cells[1],
        lemma=cells[1] if cells[2] == "_" else cells[2],
        pos=_given(cells[3]),
        tag=_given(cells[4]),
        feats=feats,
        head=_head(cells[6], index, where),
        dep=_given(cells[7]),
        ner=None if ner == "_" else ner,
        space=misc.get("SpaceAfter") != "No",
    )


def _given(cell: str) -> str | None:
    return None if cell == "_" else cell


def _head(cell: str, index: int, where: str) -> int | None:
    if cell == "_":
        return None
    if not cell.isdigit():
        raise TreebankError(f"{where}: head {cell!r} is not a number")
    return int(cell) - 1 if cell != "0" else index


# --- one label set ----------------------------------------------------------------------------


def harmonise(sentence: Sentence) -> Sentence:
    """Bring the labels of a sentence of any year to the label set of spaCy's Dutch 3.4 models."""
    return replace(sentence, tokens=tuple(_harmonised(token) for token in sentence.tokens))


def _harmonised(token: Token) -> Token:
    tag = token.tag or ""
    pos = "SYM" if tag == "SPEC|symb" else token.pos
    feats = {k: v for k, v in token.feats or () if k in FEATS}
    if pos == "DET":
        feats.pop("PronType", None)
    if pos == "PRON" and tag.startswith("VNW|bez"):
        feats["Poss"] = "Yes"
    lemma = token.lemma if "_" in token.form else token.lemma.replace("_", "")
    return replace(
        token,
        pos=pos,
        feats=tuple(sorted(feats.items())),
        dep=DEPRELS.get(token.dep or "", token.dep),
        lemma=lemma or token.form,
    )


def reattach_cc(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Hang a coordinating word on the conjunct that follows it, as UD has done since version 2."""

    def moved(index: int, token: Token) -> Token:
        if token.dep != "cc" or token.head is None or token.head >= index:
            return token
        conjuncts = (
            j
            for j in range(index + 1, len(tokens))
            if tokens[j].dep == "conj" and tokens[j].head == token.head
        )
        return replace(token, head=next(conjuncts, token.head))

    return tuple(moved(i, t) for i, t in enumerate(tokens))


def arcs_and_lemmas_only(sentence: Sentence) -> Sentence:
    """Keep of a 2017 sentence its lemmas and, where later guidelines agree, its arcs.

    With an auxiliary or open complement the choice of head word was turned round later, so such
    a sentence loses all arcs, not only the changed ones: spaCy 3.4 reads a single missing arc as
    "this word is a root" (``Example.get_aligned_parse`` returns the word itself as its head).
    Punctuation was hung elsewhere too, but does not count in spaCy's scores.
    """
    tokens = reattach_cc(sentence.tokens)
    turned_round = any(t.dep in TURNED_ROUND for t in tokens)
    return replace(sentence, tokens=tuple(_without_labels(t, turned_round) for t in tokens))


def _without_labels(token: Token, drop_arc: bool) -> Token:
    bare = replace(token, pos=None, tag=None, feats=None)
    return replace(bare, head=None, dep=None) if drop_arc else bare


# --- splits -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corpus:
    """Sentences by set: A, B, C, D for training, DEV to choose on; tests are read separately."""

    train: dict[str, list[Sentence]]
    dev: list[Sentence]


def is_held_out(sentence: Sentence) -> bool:
    """Tell whether the document of a sentence belongs to DEV: decided by its name alone."""
    name = re.split(r"\.[ps]\.", sentence.ident)[0].split("\\")[-1]
    return int(hashlib.md5(name.encode("utf-8")).hexdigest(), 16) % DEV_SHARE == 0


def read_corpus(folder: Path) -> Corpus:
    """Read and split everything that may be trained on.

    No training sentence has the letters and digits of a test sentence, or of an earlier training
    sentence; no document of DEV is trained on. Raises TreebankError for a missing file.
    """
    seen = {s.key for name in TESTS.values() for s in read(folder, name)}
    head = [s for name in HEAD_DEV for s in read(folder, name)]
    dev = _fresh([s for s in head if is_held_out(s)], set(seen))
    dev_documents = {s.document for s in dev}
    seen |= {s.key for s in dev}

    def take(sentences: Iterable[Sentence]) -> list[Sentence]:
        return _fresh((s for s in sentences if s.document not in dev_documents), seen)

    train = {
        "A": take(s for s in head if not is_held_out(s)),
        "B": take(s for name in OLD for s in read(folder, name)),
        "C": take(_with_spacing(read(folder, OLD_ARCS), read(folder, SILVER))),
        "D": take(s for section in SECTIONS for s in read(folder, f"alpino-treebank-{section}")),
    }
    train = {name: [harmonise(s) for s in sentences] for name, sentences in train.items()}
    train["B"] = [
        replace(s, tokens=reattach_cc(s.tokens)) if s.source == OLD[0] else s for s in train["B"]
    ]
    train["C"] = [arcs_and_lemmas_only(s) for s in train["C"]]
    return Corpus(train, [harmonise(s) for s in dev])


def _fresh(sentences: Iterable[Sentence], seen: set[str]) -> list[Sentence]:
    """Return the sentences whose key is not in ``seen``, adding their keys to it."""
    fresh = []
    for sentence in sentences:
        if sentence.key not in seen:
            seen.add(sentence.key)
            fresh.append(sentence)
    return fresh


def _with_spacing(sentences: list[Sentence], silver: list[Sentence]) -> list[Sentence]:
    """Give the 2017 sentences, which lack it, the spacing that the name-label file has for them."""
    spacing = {s.ident: [t.space for t in s.tokens] for s in silver if s.subset == "C"}

    def spaced(sentence: Sentence) -> Sentence:
        spaces = spacing.get(sentence.ident, [])
        if len(spaces) != len(sentence.tokens):
            return sentence
        pairs = zip(sentence.tokens, spaces, strict=True)
        return replace(sentence, tokens=tuple(replace(t, space=s) for t, s in pairs))

    return [spaced(s) for s in sentences]


# --- documents for spaCy ----------------------------------------------------------------------


def training_groups(corpus: Corpus, rng: random.Random) -> list[list[Sentence]]:
    """Group the training sentences into the texts that the pipeline will see.

    Running text goes by ten sentences; questions and test suites partly alone, since chat
    messages are short; some short sentences again, as people type them on a phone.
    """
    train = corpus.train
    groups = by_document(train["A"]) + by_document(train["B"])
    groups += _old_groups(train["C"])
    groups += by_size([s for s in train["D"] if s.source.endswith("-cdb")], GROUP)
    for section in SECTIONS[1:]:
        loose = [s for s in train["D"] if s.source.endswith(f"-{section}")]
        groups += _half_alone(loose, rng)
    copies = [s for name in "ABD" for s in train[name] if len(s.tokens) <= SHORT]
    picked = rng.sample(copies, round(len(copies) * LOWER_SHARE))
    groups += [[as_typed(s)] for s in picked]
    rng.shuffle(groups)
    return groups


def by_size(sentences: list[Sentence], size: int) -> list[list[Sentence]]:
    """Cut a list of sentences into groups of at most ``size``."""
    return [sentences[i : i + size] for i in range(0, len(sentences), size)]


def by_document(sentences: list[Sentence], size: int = GROUP) -> list[list[Sentence]]:
    """Cut into groups of at most ``size`` that never cross a document's end."""
    runs: list[list[Sentence]] = []
    for sentence in sentences:
        if runs and runs[-1][-1].document == sentence.document:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return [group for run in runs for group in by_size(run, size)]


def _old_groups(sentences: list[Sentence]) -> list[list[Sentence]]:
    """Group only sentences with arcs; one without has to stand alone to count as unannotated."""
    ordered = sorted(sentences, key=lambda s: (s.document, _numbers(s.ident)))
    rooted = [s for s in ordered if any(t.dep == "root" for t in s.tokens)]
    rootless = [s for s in ordered if not any(t.dep == "root" for t in s.tokens)]
    return by_document(rooted) + [[s] for s in rootless]


def _numbers(ident: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", ident))


def _half_alone(sentences: list[Sentence], rng: random.Random) -> list[list[Sentence]]:
    groups: list[list[Sentence]] = []
    start = 0
    while start < len(sentences):
        # One group of two to six (four on average) against four single ones: half and half.
        size = rng.randint(2, 6) if rng.random() < 0.2 else 1
        groups.append(sentences[start : start + size])
        start += size
    return groups


def as_typed(sentence: Sentence) -> Sentence:
    """Lower-case a sentence and drop its final mark, the way a quick message is typed."""
    tokens = tuple(replace(t, form=t.form.lower()) for t in sentence.tokens)
    last = len(tokens) - 1
    is_leaf = all(t.head != last for t in tokens[:-1]) and tokens[last].head != last
    if last > 0 and tokens[last].form in {".", "!", "?"} and is_leaf:
        tokens = tokens[:-1]
    return replace(sentence, tokens=tokens)


def to_doc(vocab: Vocab, group: list[Sentence]) -> Doc:
    """Join sentences into one spaCy Doc with tags, lemmas and arcs; gaps stay gaps."""
    tokens = [t for s in group for t in s.tokens]
    offsets = [start for s, start in _starts(group) for _ in s.tokens]
    heads = [(t.head or 0) + offset for t, offset in zip(tokens, offsets, strict=True)]
    # Labels and arcs are missing for whole documents or not at all (see training_groups).
    has_arcs = all(t.head is not None for t in tokens)
    has_feats = all(t.feats is not None for t in tokens)
    return Doc(
        vocab,
        words=[t.form for t in tokens],
        spaces=_spaces(group),
        tags=[t.tag or "" for t in tokens],
        pos=[t.pos or "" for t in tokens],
        morphs=[_morph(t) for t in tokens] if has_feats else None,
        lemmas=[t.lemma for t in tokens],
        heads=heads if has_arcs else None,
        deps=["ROOT" if t.dep == "root" else t.dep for t in tokens] if has_arcs else None,
    )


def _morph(token: Token) -> str:
    """Return the features as text; "_" says "looked at, has none"."""
    return "|".join(f"{name}={value}" for name, value in token.feats or ()) or "_"


def to_name_doc(vocab: Vocab, group: list[Sentence]) -> Doc:
    """Join sentences into one spaCy Doc with name spans only; unknown words stay unknown."""
    tokens = [t for s in group for t in s.tokens]
    return Doc(
        vocab,
        words=[t.form for t in tokens],
        spaces=_spaces(group),
        ents=[t.ner for t in tokens],
    )


def _starts(group: list[Sentence]) -> Iterator[tuple[Sentence, int]]:
    start = 0
    for sentence in group:
        yield sentence, start
        start += len(sentence.tokens)


def _spaces(group: list[Sentence]) -> list[bool]:
    """Return, per word, whether a space follows: always after a sentence."""
    return [t.space or i == len(s.tokens) - 1 for s in group for i, t in enumerate(s.tokens)]
