"""The Dutch pipeline that is installed, and the script that trains the project's own.

The checks on language hold for the project's own ``nl_core_news_sm`` and are meant to hold for
the official pipeline of that name too: word classes and lemmas are counted, not demanded one by
one, and a place may be LOC or GPE.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.util import is_compatible_version

ROOT = Path(__file__).resolve().parent.parent
NAME = "nl_core_news_sm"

# A sentence and, word for word, its class and lemma ("=" for the lower-cased word itself).
SENTENCES = {
    "Mijn dochter wil niet slapen .": [
        "PRON =", "NOUN =", "AUX willen", "ADV =", "VERB =", "PUNCT =",
    ],
    "Onze zoon heeft gisteren een ander kind geslagen .": [
        "PRON ons", "NOUN =", "AUX hebben", "ADV =", "DET =", "ADJ =", "NOUN =", "VERB slaan",
        "PUNCT =",
    ],
    "De kinderen maken elke dag ruzie aan tafel .": [
        "DET =", "NOUN kind", "VERB =", "DET elk", "NOUN =", "NOUN =", "ADP =", "NOUN =",
        "PUNCT =",
    ],
    "Hij luistert nooit naar mij en wordt snel boos .": [
        "PRON =", "VERB luisteren", "ADV =", "ADP =", "PRON =", "CCONJ =", "AUX worden", "ADJ =",
        "ADJ =", "PUNCT =",
    ],
    "Wij zoeken hulp bij de opvoeding .": [
        "PRON =", "VERB =", "NOUN =", "ADP =", "DET =", "NOUN =", "PUNCT =",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(NAME)


@pytest.fixture(scope="module")
def treebank() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "spacy_treebank", ROOT / "scripts" / "spacy_treebank.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["spacy_treebank"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_is_dutch_and_fits_the_installed_spacy(nlp: Language) -> None:
    assert nlp.lang == "nl"
    # What Rasa's SpacyNLP asks before it accepts a pipeline.
    assert is_compatible_version(spacy.__version__, nlp.meta["spacy_version"])
    assert {"tagger", "parser", "lemmatizer", "ner"} <= set(nlp.pipe_names)


def test_word_classes_and_lemmas(nlp: Language) -> None:
    right_class = right_lemma = words = 0
    for sentence, expected in SENTENCES.items():
        for token, pair in zip(nlp(sentence), expected, strict=True):
            pos, lemma = pair.split()
            words += 1
            right_class += token.pos_ == pos
            right_lemma += token.lemma_.lower() == (token.lower_ if lemma == "=" else lemma)
    assert right_class / words > 0.85
    assert right_lemma / words > 0.85


def test_forms_of_a_word_share_their_lemma(nlp: Language) -> None:
    forms = ("Ons kind slaapt slecht.", "Onze kinderen slapen slecht.")
    lemmas = [{token.lemma_ for token in nlp(form)} for form in forms]
    assert all({"kind", "slapen", "slecht"} <= found for found in lemmas)


def test_tags_are_those_of_dutch_treebanks(nlp: Language) -> None:
    tags = {token.text: token.tag_.split("|")[0] for token in nlp("De baby huilt in de nacht.")}
    assert tags["De"] == "LID"
    assert tags["baby"] == "N"
    assert tags["huilt"] == "WW"
    assert tags["in"] == "VZ"


def test_two_sentences_are_two(nlp: Language) -> None:
    doc = nlp("Onze zoon slaapt slecht. Hij wordt elke nacht drie keer wakker.")
    assert len(list(doc.sents)) == 2


def test_places_and_people(nlp: Language) -> None:
    places = {ent.text: ent.label_ for ent in nlp("Wij wonen met de kinderen in Rotterdam.").ents}
    assert places.get("Rotterdam") in {"LOC", "GPE"}
    people = nlp("Mijn zoon leest een boek over Anne Frank.").ents
    assert [(ent.text, ent.label_) for ent in people] == [("Anne Frank", "PERSON")]


def test_no_names_where_there_are_none(nlp: Language) -> None:
    doc = nlp("Mijn dochter wil niet eten en ik weet niet meer wat ik moet doen.")
    assert not [ent for ent in doc.ents if ent.label_ in {"PERSON", "LOC", "GPE", "ORG"}]


def test_readme_names_the_checksum_of_the_wheel() -> None:
    readme = (ROOT / "models" / "README.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^([0-9a-f]{64})  (\S+\.whl)$", readme, flags=re.MULTILINE))
    wheels = list((ROOT / "models").glob("*.whl"))
    assert [
        (hashlib.sha256(wheel.read_bytes()).hexdigest(), wheel.name) for wheel in wheels
    ] == list(stated.items())


def sentence(treebank: ModuleType, *rows: str, ident: str = "wiki-1.p.2.s.3") -> Any:
    """Build a sentence from rows of "form lemma pos tag head dep" (head counts from 1, 0: root)."""
    tokens = []
    for index, row in enumerate(rows):
        form, lemma, pos, tag, head, dep = row.split()
        position = int(head) - 1 if head != "0" else index
        tokens.append(treebank.Token(form, lemma, pos, tag, (), position, dep))
    return treebank.Sentence(ident, "some-file", tuple(tokens))


def test_harmonise_maps_labels_of_all_years(treebank: ModuleType) -> None:
    given = sentence(
        treebank,
        "mijn mijn PRON VNW|bez|det 2 nmod:poss",
        "speelgoed speel_goed NOUN N|soort 0 root",
        "% % NOUN SPEC|symb 2 flat:name",
    )
    mijn, speelgoed, percent = treebank.harmonise(given).tokens
    assert mijn.feats == (("Poss", "Yes"),)
    assert speelgoed.lemma == "speelgoed"
    assert (percent.pos, percent.dep) == ("SYM", "flat")


def test_coordinating_word_moves_to_the_next_conjunct(treebank: ModuleType) -> None:
    given = sentence(
        treebank,
        "vader vader NOUN N 0 root",
        "en en CCONJ VG 1 cc",
        "moeder moeder NOUN N 1 conj",
    )
    assert treebank.reattach_cc(given.tokens)[1].head == 2


def test_old_sentence_with_a_verb_group_keeps_only_lemmas(treebank: ModuleType) -> None:
    given = sentence(
        treebank,
        "zij zij PRON VNW 3 nsubj",
        "wil willen AUX WW 3 aux",
        "slapen slapen VERB WW 0 root",
    )
    kept = treebank.arcs_and_lemmas_only(given)
    assert [t.lemma for t in kept.tokens] == ["zij", "willen", "slapen"]
    assert all(t.head is None and t.tag is None for t in kept.tokens)
    doc = treebank.to_doc(spacy.blank("nl").vocab, [kept])
    assert not doc.has_annotation("DEP") and not doc.has_annotation("TAG")


def test_quick_typing_has_no_capitals_and_no_full_stop(treebank: ModuleType) -> None:
    given = sentence(
        treebank, "Zij zij PRON VNW 2 nsubj", "huilt huilen VERB WW 0 root", ". . PUNCT LET 2 punct"
    )
    assert [t.form for t in treebank.as_typed(given).tokens] == ["zij", "huilt"]


@pytest.mark.parametrize(
    "ident",
    [
        "LassySmall4_WR-P-P-H-89_WR-P-P-H-89.p.12.s.2.xml",
        r"WR-P-P-H-89\WR-P-P-H-89.p.12.s.2",
        "WR-P-P-H-89.p.12.s.2",
    ],
)
def test_document_name_is_the_same_in_all_years(treebank: ModuleType, ident: str) -> None:
    assert treebank.document_name(ident) == "WR-P-P-H-89"


def test_bad_line_is_reported_with_file_and_line(treebank: ModuleType, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bad.conllu.gz", "wt", encoding="utf-8") as file:
        file.write("# sent_id = 1\n1\tkind\tkind\n")
    with pytest.raises(treebank.TreebankError, match=r"bad\.conllu\.gz:2: 3 columns"):
        treebank.read(tmp_path, "bad")
    with pytest.raises(treebank.TreebankError, match="no such file"):
        treebank.read(tmp_path, "absent")
