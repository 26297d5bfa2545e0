"""Faults in content: an editor gets one Dutch line with file, line and field for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from ouderwijzer.kennis.laden import InhoudFout, laad_inhoud, lees_bestand
from ouderwijzer.kennis.model import (
    Artikel,
    Deurenbestand,
    Gemeente,
    Interventie,
    Themabestand,
    Titels,
)

ROOT = Path(__file__).parents[2]
LONG = " ".join(["woord"] * 61)
TOPICS = "onderwerpen/slapen.yml"
PROGRAMME = "interventies/proef.yml"
DOORS = "deuren/landelijk.yml"
TOWN = "deuren/gemeenten/fryslan.yml"
ARTICLE = "kennis/wat_is_cjg.yml"

# What is planted: file, old text, new text; then the text that stands on the line that must be
# named, the field, and what is said.
FAULTS = {
    "unknown key": (
        *(TOPICS, "    vraag_terug:", "    vraag_terugg:", "    vraag_terugg:"),
        *("onderwerpen.inslapen.vraag_terugg", "kent het schema niet"),
    ),
    "missing key": (
        *(TOPICS, "    vraag_terug: Wat heb je al geprobeerd?\n", "", "  inslapen:"),
        *("onderwerpen.inslapen.vraag_terug", "ontbreekt"),
    ),
    "empty key": (
        *(TOPICS, "vraag_terug: Wat heb je al geprobeerd?", "vraag_terug:", "vraag_terug:"),
        *("onderwerpen.inslapen.vraag_terug", "is leeg"),
    ),
    "tip of more than 60 words": (
        *(TOPICS, "Lees samen een boekje voor in bed.", LONG, LONG),
        *("onderwerpen.inslapen.banden.2-4.tips.2.tekst", "is 61 woorden; hooguit 60"),
    ),
    "answer of more than 60 words": (
        *(ARTICLE, "Bij het CJG kun je terecht met vragen over opvoeden.", LONG, LONG),
        *("stukken.wat.tekst", "is 61 woorden; hooguit 60"),
    ),
    "unknown band": (
        *(TOPICS, "      2-4:", "      2-5:", "    banden:"),
        *("onderwerpen.inslapen.banden", '"2-5" is geen leeftijdsband; kies uit 0-1, 1-2'),
    ),
    "two tips in a band": (
        *(
            TOPICS,
            "          - tekst: Doe een lampje aan als je kind bang is.\n",
            "",
            "        tips:",
        ),
        *("onderwerpen.inslapen.banden.2-4.tips", "heeft te weinig regels"),
    ),
    "source of a band that isn't there": (
        *(TOPICS, "bronnen: [bron1]", "bronnen: [bron2]", "  inslapen:"),
        *("onderwerpen.inslapen", 'band 2-4 noemt bron "bron2", die er niet is'),
    ),
    "tips without a source": (
        *(TOPICS, "        bronnen: [bron1]\n", "", "  inslapen:"),
        *("onderwerpen.inslapen", "band 2-4 heeft tips zonder bron"),
    ),
    "source of an answer that isn't there": (
        *(ARTICLE, "bronnen: [bron1]", "bronnen: [bron2]", "titel: Wat is"),
        *("bestand", 'stuk "wat" noemt bron "bron2", die er niet is'),
    ),
    "source of a judgement that isn't there": (
        *(PROGRAMME, "    bron: bron1", "    bron: bron2", "naam: Proef"),
        *("bestand", 'erkenning noemt bron "bron2", die er niet is'),
    ),
    "address that is none": (
        *(TOPICS, "https://boek.example/slapen", "boek.example", "url: boek.example"),
        *("onderwerpen.inslapen.bronnen.bron1.url", "heeft niet de goede vorm"),
    ),
    "date that is none": (
        *(TOPICS, '"2024-05-01"', "vorig jaar", "gezien_op: vorig jaar"),
        *("onderwerpen.inslapen.bronnen.bron1.gezien_op", "moet een datum zijn"),
    ),
    "level without a date": (
        *(PROGRAMME, '    datum: "2020"\n', "", "  - versie: Proef"),
        *("erkenningen.0", "een niveau heeft een datum nodig"),
    ),
    "recognised without a level": (
        *(PROGRAMME, "    niveau: goed_onderbouwd\n", "", "  - versie: Proef"),
        *("erkenningen.0", "een erkenning heeft een niveau nodig"),
    ),
    "unknown level": (
        *(PROGRAMME, "niveau: goed_onderbouwd", "niveau: heel_goed", "    niveau: heel_goed"),
        *("erkenningen.0.niveau", "is geen van de toegestane waarden"),
    ),
    "unknown goal": (
        *(PROGRAMME, "doelen: [houding]", "doelen: [geluk]", "doelen: [geluk]"),
        *("doelen.0", '"geluk" is geen doel; kies uit opvoedvaardigheden'),
    ),
    "reversed age range": (
        *(PROGRAMME, "{van: 0, tot: 6}", "{van: 6, tot: 0}", "leeftijd:"),
        *("leeftijd", "leeftijd loopt achteruit"),
    ),
    "age below zero": (
        *(PROGRAMME, "{van: 0, tot: 6}", "{van: -1, tot: 6}", "leeftijd:"),
        *("leeftijd.van", "is te klein"),
    ),
    "bad phone": (
        *(DOORS, "telefoon: 0800-1234", "telefoon: 12345", "telefoon: 12345"),
        *("deuren.proeflijn.telefoon", '"12345" is geen Nederlands telefoonnummer'),
    ),
    "Belgian phone": (
        *(DOORS, "telefoon: 0800-1234", "telefoon: +32 78 15 10 20", "telefoon: +32"),
        *("deuren.proeflijn.telefoon", "is geen Nederlands telefoonnummer"),
    ),
    "phone without a source": (
        *(
            DOORS,
            "    waarom: Bel de gemeente",
            "    telefoon: 14 0515\n    waarom: Bel de gemeente",
        ),
        *("  gemeente_algemeen:", "deuren.gemeente_algemeen", "een telefoonnummer heeft een bron"),
    ),
    "hours without the date they were seen": (
        *(DOORS, '    tijden_gezien: "2024-05"\n', "", "  proeflijn:"),
        *("deuren.proeflijn", "tijden hebben tijden_gezien nodig"),
    ),
    "reversed hours": (
        *(DOORS, 'tot: "17:00"', 'tot: "08:00"', "      - dagen: [ma, di]"),
        *("deuren.proeflijn.tijden.0", "tijden lopen achteruit"),
    ),
    "hour that is none": (
        *(DOORS, 'tot: "17:00"', 'tot: "5 uur"', '        tot: "5 uur"'),
        *("deuren.proeflijn.tijden.0.tot", "heeft niet de goede vorm"),
    ),
    "hour after midnight": (
        *(DOORS, 'tot: "17:00"', 'tot: "24:30"', '        tot: "24:30"'),
        *("deuren.proeflijn.tijden.0.tot", "heeft niet de goede vorm"),
    ),
    "day that is none": (
        *(DOORS, "dagen: [ma, di]", "dagen: [ma, dinsdag]", "dagen: [ma, dinsdag]"),
        *("deuren.proeflijn.tijden.0.dagen.1", '"dinsdag" is geen dag; kies uit ma'),
    ),
    "postcode that is none": (
        *(TOWN, '"8601-8608"', '"0601-8608"', "postcodes:"),
        *("postcodes.0", '"0601-8608" is geen postcode'),
    ),
    "word where a list must be": (
        *(TOWN, 'plaatsen: [Sneek, "\'t Hoekje"]', "plaatsen: Sneek", "plaatsen: Sneek"),
        *("plaatsen", "moet een lijst zijn"),
    ),
    "topic with an unknown programme": (
        *(TOPICS, "interventies: [proef]", "interventies: [prof]", "    interventies: [prof]"),
        *("onderwerpen.inslapen.interventies", '"prof" bestaat niet'),
    ),
    "topic with an unknown neighbour": (
        *(TOPICS, "    interventies:", "    verwant: [gamen, gaman]\n    interventies:"),
        *("    verwant:", "onderwerpen.inslapen.verwant", '"gaman" bestaat niet'),
    ),
    "programme that is part of an unknown one": (
        *(PROGRAMME, "aliassen:", "deel_van: geheel\naliassen:", "deel_van: geheel"),
        *("deel_van", '"geheel" bestaat niet'),
    ),
    "title of a topic that has content": (
        *("titels.yml", "  gamen: Gamen", "  inslapen: Slapen", None),
        *("onderwerpen.inslapen", "staat ook in"),
    ),
}


def _plant(folder: Path, name: str, old: str, new: str) -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, "the small content tree has changed"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def _lines(folder: Path) -> list[str]:
    with pytest.raises(InhoudFout) as caught:
        laad_inhoud(folder)
    assert str(caught.value) == "\n".join(caught.value.regels)
    return caught.value.regels


def test_the_small_content_tree_has_no_fault(klein: Path) -> None:
    assert set(laad_inhoud(klein).onderwerpen) == {"inslapen"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_told_with_file_line_and_field(klein: Path, name: str) -> None:
    file, old, new, stands, field, said = FAULTS[name]
    path = _plant(klein, file, old, new)
    if stands is None:  # the fault shows in another file
        path, stands = klein / TOPICS, "  inslapen:"
    rows = path.read_text(encoding="utf-8").splitlines()
    number = next(n for n, row in enumerate(rows, start=1) if stands in row)
    lines = _lines(klein)
    begin = f"{path}, regel {number}, {field}: "
    assert any(line.startswith(begin) and said in line for line in lines), lines
    assert len(lines) == (2 if name == "unknown key" else 1)  # that one misses a key, too


def test_broken_yaml_is_told_with_its_line(klein: Path) -> None:
    path = _plant(klein, "woorden.yml", "  nu_open: nu open", "  nu_open: [nu open")
    [line] = _lines(klein)
    assert line.startswith(f"{path}, regel 3: geen geldige YAML")


def test_a_key_that_stands_twice_is_told(klein: Path) -> None:
    path = _plant(klein, "woorden.yml", "woorden:\n", "woorden:\n  nu_open: open\n")
    [line] = _lines(klein)
    assert line.startswith(f"{path}, regel 3: geen geldige YAML")


@pytest.mark.parametrize("raw", [b"woorden:\n  nu_open: caf\xe9\n", b"woorden:\n  nu: \x00\n"])
def test_a_file_that_is_no_utf8_text_is_told(klein: Path, raw: bytes) -> None:
    (klein / "woorden.yml").write_bytes(raw)
    assert _lines(klein) == [f"{klein / 'woorden.yml'}: is geen UTF-8-tekst"]


@pytest.mark.parametrize("text", ["", "- een\n- lijst\n", "zomaar tekst"])
def test_a_file_without_keys_is_told(klein: Path, text: str) -> None:
    (klein / "woorden.yml").write_text(text, encoding="utf-8")
    assert _lines(klein) == [f"{klein / 'woorden.yml'}, regel 1: moet sleutels met waarden hebben"]


def test_a_missing_file_is_told(klein: Path) -> None:
    (klein / "deuren" / "school.yml").unlink()
    [line] = _lines(klein)
    assert line.startswith(f"{klein / 'deuren' / 'school.yml'}: kan niet gelezen worden")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("naam", "naam: Proef-a"),
        ("aliassen", "aliassen: [PROEF-A]"),
        ("spelfouten", "spelfouten: [proefproggramma]"),
    ],
)
def test_one_name_for_two_programmes_is_told(klein: Path, field: str, line: str) -> None:
    text = (klein / PROGRAMME).read_text(encoding="utf-8")
    text = re.sub(r"^(naam|aliassen|spelfouten):.*\n", "", text, flags=re.MULTILINE)
    name = "" if field == "naam" else "naam: Tweede programma\n"
    path = klein / "interventies" / "tweede.yml"
    path.write_text(f"{name}{line}\n{text}", encoding="utf-8")
    [told] = _lines(klein)
    number = 1 if field == "naam" else 2
    assert told.startswith(f"{path}, regel {number}, {field}: ")
    assert told.endswith("wijst ook naar proef")


def test_a_topic_in_two_themes_is_told(klein: Path) -> None:
    text = (klein / TOPICS).read_text(encoding="utf-8")
    (klein / "onderwerpen" / "tweede.yml").write_text(text, encoding="utf-8")
    [line] = _lines(klein)
    assert line.startswith(f"{klein / 'onderwerpen' / 'tweede.yml'}, regel 3, onderwerpen.inslapen")
    assert line.endswith("staat ook in slapen.yml")


def test_faults_in_several_files_are_all_told_at_once(klein: Path) -> None:
    _plant(klein, PROGRAMME, "doel:", "doell:")
    _plant(klein, DOORS, "telefoon: 0800-1234", "telefoon: 1")
    _plant(klein, TOWN, "provincie:", "provintie:")
    lines = _lines(klein)
    files = {line.split(", regel")[0] for line in lines}
    assert files >= {str(klein / name) for name in (PROGRAMME, DOORS, TOWN)}
    assert len(lines) >= 5  # the misspelt key and the missing one, twice; the number


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a parsed file."""
    yield path
    keys: Any = ()
    if isinstance(node, dict | list):
        keys = node if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield from _places(node[key], (*path, key))


def _replaced(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], value)
    return copy


ENGLISH = re.compile(r"\b(value|field|required|ensure|must|not|valid|permitted|expected|string)\b")


@pytest.mark.parametrize(
    ("name", "model"),
    [
        (TOPICS, Themabestand),
        (PROGRAMME, Interventie),
        (DOORS, Deurenbestand),
        (TOWN, Gemeente),
        (ARTICLE, Artikel),
        ("titels.yml", Titels),
    ],
)
def test_no_wrong_value_anywhere_gives_an_english_line_or_a_crash(
    klein: Path, name: str, model: type[BaseModel]
) -> None:
    yaml = YAML(typ="safe")
    whole = yaml.load((klein / name).read_text(encoding="utf-8"))
    faults: list[str] = []
    for path in _places(whole):
        for value in (None, -1, 99, [], {"x": None}):
            with (klein / name).open("w", encoding="utf-8") as file:
                yaml.dump(_replaced(whole, path, value), file)
            lees_bestand(klein / name, model, faults)
    assert len(faults) > 10
    assert [line for line in faults if ENGLISH.search(line)] == []


def test_the_real_content_loads() -> None:
    content = laad_inhoud(ROOT / "content")
    assert len(content.onderwerpen) >= 14
    assert len({name.split("_niveau")[0] for name in content.interventies}) >= 8
    assert len(content.gemeenten) >= 20
