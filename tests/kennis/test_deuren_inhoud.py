"""Doors: every phone number has a source, stands in one place and is Dutch."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from ouderwijzer.kennis.laden import laad_inhoud
from ouderwijzer.kennis.model import Deur, Inhoud

ROOT = Path(__file__).parents[2]
SAFE = ("alarmnummer", "zelfmoordpreventie", "veilig_thuis", "kindertelefoon")
BELGIAN = ("078151020", "070245245")
BELGIAN_SHORT = ("106", "1813")
GEMEENTEN = {
    "amsterdam",
    "rotterdam",
    "den_haag",
    "utrecht",
    "eindhoven",
    "groningen",
    "breda",
    "apeldoorn",
    "haarlem",
    "enschede",
    "zaanstad",
    "zwolle",
    "zoetermeer",
    "maastricht",
    "hoorn",
    "nissewaard",
    "midden_delfland",
    "woensdrecht",
    "westerveld",
    "de_bilt",
}

ADDRESS = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:nl|org|com|be)\b\S*")
LONG = re.compile(
    r"(?<![\w.,/+-])(?:"
    r"\+31(?:[ -]?\d){9}"  # abroad
    r"|0[89]0[0469](?:[ -]?\d){4}(?:\d{3})?"  # 0800 and 0900
    r"|\(?0(?:[ -]?\d){1,3}\)?(?:[ -]?\d){6,8}"  # towns, mobile, 088: ten digits
    r"|14 ?0\d{2,3}"  # municipalities
    r"|116 ?\d{3}"  # European helplines
    r")(?![\w-])"
)
SHORT = re.compile(r"(?<![\w.,/–-])11[23](?![\w–-]|[.,]\d)")
CALL = r"(?i)\b(?:bel\w*|nummer|telefoon\w*|lijn)\W+(?:\w+\W+){0,2}?"


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def long_numbers(text: str) -> set[str]:
    """Digits of every number of more than three digits; a date such as 01-02-2024 is none."""
    found = {digits(hit) for hit in LONG.findall(ADDRESS.sub(" ", text))}
    return {hit for hit in found if re.match(r"31|14|116|0[89]0|0\d{9}$", hit)}


def numbers(text: str) -> set[str]:
    return long_numbers(text) | set(SHORT.findall(ADDRESS.sub(" ", text)))


def strings(node: Any, key: str = "") -> Iterator[str]:
    """All texts in parsed YAML, but no addresses and postcodes."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from strings(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from strings(value, key)
    elif key not in ("url", "postcodes") and isinstance(node, str | int):
        yield str(node)


def yaml_text(path: Path) -> str:
    return "\n".join(strings(YAML(typ="safe").load(path.read_text(encoding="utf-8"))))


def python_text(path: Path) -> str:
    """String literals of a module without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose
    )


def script_text(path: Path) -> str:
    """TypeScript or HTML without comments."""
    return re.sub(
        r"/\*.*?\*/|<!--.*?-->|^\s*//.*?$", " ", path.read_text("utf-8"), flags=re.S | re.M
    )


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def doors(inhoud: Inhoud) -> dict[str, Deur]:
    local = {key: gemeente.deur for key, gemeente in inhoud.gemeenten.items() if gemeente.deur}
    return {**inhoud.landelijk, **inhoud.school, **inhoud.organisaties, **local}


@pytest.fixture(scope="module")
def inhoud() -> Inhoud:
    return laad_inhoud(ROOT / "content")


@pytest.fixture(scope="module")
def landelijk() -> dict[str, dict[str, Any]]:
    ruw = YAML(typ="safe").load((ROOT / "content/deuren/landelijk.yml").read_text("utf-8"))
    return {key: deur for key, deur in ruw["deuren"].items() if deur.get("telefoon")}


# --------------------------------------------------------------------------- the numbers


def test_safe_numbers(inhoud: Inhoud) -> None:
    telefoons = {key: inhoud.landelijk[key].telefoon for key in SAFE}
    assert telefoons == {
        "alarmnummer": "112",
        "zelfmoordpreventie": "113",
        "veilig_thuis": "0800-2000",
        "kindertelefoon": "0800-0432",
    }
    assert all(inhoud.landelijk[key].altijd_open for key in SAFE[:3])


def test_national_doors_are_there(inhoud: Inhoud) -> None:
    assert set(inhoud.landelijk) >= {
        *SAFE,
        "politie",
        "huisarts",
        "mind_korrelatie",
        "luisterlijn",
        "ouders_en_onderwijs",
        "centrum_seksueel_geweld",
        "chat_met_fier",
        "helpwanted",
        "geldfit",
        "juridisch_loket",
        "vluchtelingenwerk",
    }


def test_every_number_has_a_source_with_a_date(inhoud: Inhoud) -> None:
    numbered = {key: deur for key, deur in doors(inhoud).items() if deur.telefoon}
    assert len(numbered) >= 10
    for key, deur in numbered.items():
        assert deur.bron is not None, key
        years = re.findall(r"\d{4}", deur.bron.gezien_op)
        assert years, f"{key}: a number needs at least the year its page must be from"
        assert max(map(int, years)) <= date.today().year, key


def test_a_number_without_source_is_refused(inhoud: Inhoud) -> None:
    deur = inhoud.landelijk["veilig_thuis"].dict()
    with pytest.raises(ValidationError, match="bron"):
        Deur.parse_obj({**deur, "bron": None})
    with pytest.raises(ValidationError, match="gezien_op"):
        Deur.parse_obj({**deur, "bron": {**deur["bron"], "gezien_op": "gisteren"}})


def test_hours_have_a_real_date(inhoud: Inhoud) -> None:
    """Hours are shown by the year they were seen; "n.d." has none to go by."""
    timed = {key: deur for key, deur in doors(inhoud).items() if deur.tijden}
    assert timed
    for key, deur in timed.items():
        assert re.match(r"20\d\d(-|$)", deur.tijden_gezien or ""), key


def test_free_is_said_only_of_numbers_that_can_be(inhoud: Inhoud) -> None:
    for key, deur in inhoud.landelijk.items():
        if deur.telefoon and deur.kosten == "gratis":
            assert re.match(r"11[23]$|0800", deur.telefoon), key
        if deur.telefoon and deur.telefoon.startswith(("0900", "088")):
            assert "niet gratis" in (deur.kosten or ""), key
    assert "gratis" not in str(inhoud.organisaties["tolk_vragen"].dict())


# --------------------------------------------------------------------------- where they stand


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bel Veilig Thuis, 0800-2000.", {"08002000"}),
        ("of (030) 229 50 50 op werkdagen", {"0302295050"}),
        ("06 12 34 56 78", {"0612345678"}),
        ("14 0164, kies 1", {"140164"}),
        ("+31 20 261 52 75", {"31202615275"}),
        ("Bel 113 of 112!", {"112", "113"}),
        ("of 116 111", {"116111"}),
        ("chat op 113.nl", set()),
        ("gezien op 01-02-2024, in 1.112 gezinnen, 2021-00240-z", set()),
        ("van 09-10 tot 12-15 jaar", set()),
    ],
)
def test_numbers_are_recognised(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_no_number_in_content_outside_the_doors() -> None:
    paths = [
        path
        for path in files("content/**/*.yml", "content/**/*.md")
        if path.relative_to(ROOT).parts[1] not in ("deuren", "lokaal")
    ]
    assert paths
    read = {path: yaml_text(path) if path.suffix == ".yml" else path.read_text() for path in paths}
    assert {name(path): hits for path, text in read.items() if (hits := numbers(text))} == {}


def test_no_number_in_python() -> None:
    paths = files("actions/**/*.py", "ouderwijzer/**/*.py")
    assert paths
    found = {}
    for path in paths:
        text = python_text(path)
        hits = long_numbers(text) | set(re.findall(CALL + r"(11[23])\b", text))
        if hits:
            found[name(path)] = hits
    assert found == {}


def test_repeated_numbers_equal_the_safe_ones(landelijk: dict[str, dict[str, Any]]) -> None:
    """The page, the widget and the channel's own texts work when nothing else does."""
    safe = {digits(landelijk[key]["telefoon"]) for key in SAFE}
    read = {path: script_text(path) for path in files("widget/src/**/*.ts", "widget/pagina/*.html")}
    read |= {path: yaml_text(path) for path in files("ouderwijzer/**/*.yml")}
    # A link says tel:08002000 without a hyphen.
    odd = {
        name(path): hits - safe
        for path, text in read.items()
        if (hits := numbers(text.replace("tel:", " "))) - safe
    }
    assert odd == {}


def test_numbers_in_the_domain_equal_the_national_ones(
    landelijk: dict[str, dict[str, Any]],
) -> None:
    known = {digits(deur["telefoon"]) for deur in landelijk.values()}
    assert numbers(yaml_text(ROOT / "domain.yml")) - known == set()


def test_doors_in_the_domain_equal_the_national_ones(
    landelijk: dict[str, dict[str, Any]],
) -> None:
    national = {deur["telefoon"]: deur for deur in landelijk.values()}
    responses = YAML(typ="safe").load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    shown = [
        (response, deur)
        for response, variants in responses.items()
        for variant in variants
        for deur in (variant.get("custom") or {}).get("deuren", [])
        if deur.get("telefoon")
    ]
    assert shown
    for response, deur in shown:
        own = national[deur["telefoon"]]
        assert deur.get("url") in (None, own.get("url")), response
        assert not deur.get("nu_open") or own.get("altijd_open"), response


def test_no_belgian_number_anywhere() -> None:
    paths = files(
        "*.md",
        "*.yml",
        "content/**/*.*",
        "data/**/*.yml",
        "docs/**/*.*",
        "actions/**/*.py",
        "ouderwijzer/**/*.*",
        "widget/src/**/*.*",
        "widget/pagina/*.*",
    )
    patterns = [r"(?<!\d)" + r"[ ./-]*".join(number) + r"(?!\d)" for number in BELGIAN]
    patterns += [CALL + rf"{number}\b" for number in BELGIAN_SHORT]
    found = [
        f"{name(path)}: {hit.group()}"
        for path in paths
        if path.suffix in (".md", ".yml", ".py", ".ts", ".html", ".css", ".json", ".js")
        for pattern in patterns
        for hit in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == []


# --------------------------------------------------------------------------- municipalities


def test_the_first_twenty_municipalities(inhoud: Inhoud) -> None:
    assert set(inhoud.gemeenten) >= GEMEENTEN
    for key, gemeente in inhoud.gemeenten.items():
        assert gemeente.naam in gemeente.plaatsen, key
        assert gemeente.postcodes, key
        assert gemeente.deur is None or gemeente.deur.bron, key
        assert gemeente.deur or gemeente.toelichting, key


def test_a_place_or_postcode_has_one_municipality(inhoud: Inhoud) -> None:
    places = Counter(
        place.lower()
        for gemeente in inhoud.gemeenten.values()
        for place in {*gemeente.plaatsen, *gemeente.andere_namen}
    )
    assert [place for place, count in places.items() if count > 1] == []
    codes: Counter[int] = Counter()
    for gemeente in inhoud.gemeenten.values():
        for reeks in gemeente.postcodes:
            first, _, last = reeks.partition("-")
            assert int(first) < int(last or 9999), (gemeente.naam, reeks)
            codes.update(range(int(first), int(last or first) + 1))
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1012, "amsterdam"),
        (1382, "amsterdam"),  # Weesp, since 2022
        (2514, "den_haag"),
        (2635, "midden_delfland"),  # Den Hoorn, not the one on Texel
        (3181, "rotterdam"),  # Rozenburg, not the one in Haarlemmermeer
        (3584, "utrecht"),
        (3721, "de_bilt"),
        (9751, "groningen"),  # Haren, since 2019
        (1437, None),
        (1797, None),
        (7351, None),  # Hoenderloo lies in Apeldoorn and in Ede
        (8896, None),  # Hoorn on Terschelling
    ],
)
def test_postcodes(inhoud: Inhoud, code: int, expected: str | None) -> None:
    owners = [
        key
        for key, gemeente in inhoud.gemeenten.items()
        for first, _, last in (reeks.partition("-") for reeks in gemeente.postcodes)
        if int(first) <= code <= int(last or first) and key in GEMEENTEN
    ]
    assert owners == ([expected] if expected else [])


# --------------------------------------------------------------------------- scripts/plaatsen.py


@pytest.fixture(scope="module")
def plaatsen() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plaatsen", ROOT / "scripts/plaatsen.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plaatsen"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_script_leaves_out_what_the_sources_do_not_settle(plaatsen: ModuleType) -> None:
    place, postcode = plaatsen.Place, plaatsen.Postcode
    places = [
        place("Noordstad", "Noordstad", "A"),
        place("Dorp Noordstad", "Noordstad", "A"),
        place("Grens", "Noordstad", "A"),
        place("Grens", "Buurstad", "A"),
        place("Buurstad", "Buurstad", "A"),
        place("Hoek", "Noordstad", "A"),
        place("Hoek", "Zuidstad", "Z"),
        place("Zuidstad", "Zuidstad", "Z"),
    ]
    north, south = "Drenthe", "Zeeland"
    postcodes = [
        *(postcode(code, "Noordstad", north) for code in range(1000, 1010) if code != 1003),
        postcode(1003, "Hoek", None),
        postcode(1010, "Dorp Noordstad", None),
        postcode(1011, "Noordstad", south),
        postcode(1012, "Grens", north),
        postcode(1020, "Buurstad", north),
        *(postcode(code, "Zuidstad", south) for code in range(4000, 4010)),
        postcode(4005, "Hoek", north),
    ]
    tables = plaatsen.Tables(places, postcodes)
    result = tables.result("Noordstad")
    assert result.province == north
    assert result.places == ["Dorp Noordstad", "Noordstad"]
    assert set(result.postcodes) == {*range(1000, 1011)}
    assert len(result.left_out) == 5  # two places, 1011, 1012 and 4005
    assert 4005 in tables.result("Zuidstad").postcodes
    assert plaatsen.short_names(result, tables) == ["Dorp"]
    assert YAML(typ="safe").load(plaatsen.as_yaml(result, tables)) == {
        "naam": "Noordstad",
        "provincie": north,
        "plaatsen": ["Dorp Noordstad", "Noordstad"],
        "andere_namen": ["Dorp"],
        "postcodes": ["1000-1010"],
    }


def test_script_says_what_is_missing(
    plaatsen: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plaatsen.main(["--wielen", str(tmp_path), "Breda"]) == 2
    assert "no wheel of woningwaardering" in capsys.readouterr().err
