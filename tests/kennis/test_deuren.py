"""Which doors are named first: by need, age and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ouderwijzer.kennis.deuren import BEHOEFTEN, kies_deuren, lokale_deur
from ouderwijzer.kennis.opslag import Kennisbank, bouw

ROOT = Path(__file__).parents[2]
ALGEMEEN = "CJG of wijkteam van je gemeente"
BUREAU = "Consultatiebureau"
SCHOOL = "De leerkracht of mentor"
OKT = "Ouder- en Kindteam (OKT)"  # Amsterdam
TOLK = "Een tolk vragen"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Kennisbank:
    """The real content."""
    url = f"sqlite:///{tmp_path_factory.mktemp('deuren')}/kennis.db"
    bouw(url, ROOT / "content")
    return Kennisbank(url)


@pytest.mark.parametrize(
    ("need", "age", "place", "doors"),
    [
        # A light question: below 4 the consultatiebureau, from 4 school; the local door beside it.
        ("opvoeden", 0.0, None, [BUREAU, ALGEMEEN]),
        ("opvoeden", 2.0, None, [BUREAU, ALGEMEEN]),
        ("opvoeden", 3.99, None, [BUREAU, ALGEMEEN]),
        ("opvoeden", 4.0, None, [SCHOOL, ALGEMEEN]),
        ("opvoeden", 7.0, None, [SCHOOL, ALGEMEEN]),
        ("opvoeden", 17.0, None, [SCHOOL, ALGEMEEN]),
        ("opvoeden", None, None, [ALGEMEEN]),
        ("opvoeden", 2.0, "amsterdam", [BUREAU, OKT]),
        ("opvoeden", 7.0, "amsterdam", [SCHOOL, OKT]),
        ("opvoeden", None, "amsterdam", [OKT]),
        # Asked for by name.
        ("cjg", None, None, [ALGEMEEN]),
        ("cjg", 2.0, "amsterdam", [OKT]),
        ("cjg", 7.0, "amsterdam", [OKT]),
        ("school", None, None, [SCHOOL, ALGEMEEN]),
        ("school", 2.0, "amsterdam", [SCHOOL, OKT]),
        ("mens", None, None, [ALGEMEEN, "De Luisterlijn"]),
        ("mens", 7.0, "amsterdam", [OKT, "De Luisterlijn"]),
        ("zwaar", None, None, [ALGEMEEN, "Huisarts of huisartsenspoedpost"]),
        ("zwaar", 15.0, "amsterdam", [OKT, "Huisarts of huisartsenspoedpost"]),
        ("kring", None, None, [ALGEMEEN, TOLK]),
        ("kring", 7.0, "amsterdam", [OKT, TOLK]),
        # A municipality that isn't there is no fault.
        ("cjg", None, "nergens", [ALGEMEEN]),
    ],
)
def test_the_doors_for_a_need(
    bank: Kennisbank, need: str, age: float | None, place: str | None, doors: list[str]
) -> None:
    assert [door.naam for door in kies_deuren(bank, need, age, place)] == doors


@pytest.mark.parametrize("need", BEHOEFTEN)
@pytest.mark.parametrize("age", [None, 0.0, 3.9, 4.0, 12.0, 18.0])
def test_every_need_gets_one_or_two_different_doors(
    bank: Kennisbank, need: str, age: float | None
) -> None:
    for place in [None, *bank.titels("gemeente")]:
        names = [door.naam for door in kies_deuren(bank, need, age, place)]
        assert 1 <= len(names) == len(set(names)) <= 2


@pytest.mark.parametrize("need", BEHOEFTEN)
def test_the_local_door_always_stands_among_them(bank: Kennisbank, need: str) -> None:
    for age in (None, 2.0, 7.0):
        for place in [None, *bank.titels("gemeente")]:
            assert lokale_deur(bank, place) in kies_deuren(bank, need, age, place)


def test_a_municipality_without_a_verified_door_gets_the_general_one(
    klein: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/kennis.db"
    bouw(url, klein)
    door = lokale_deur(Kennisbank(url), "fryslan")
    assert door is not None
    assert door.naam == "CJG of wijkteam"


def test_an_unknown_need_is_a_programming_error(bank: Kennisbank) -> None:
    with pytest.raises(KeyError):
        kies_deuren(bank, "onzin", None, None)


def test_every_name_of_a_door_in_the_code_is_in_the_content(bank: Kennisbank) -> None:
    names = {name for needs in BEHOEFTEN.values() for name in needs if name != "lokaal"}
    names |= {"landelijk/consultatiebureau", "landelijk/gemeente_algemeen"}
    missing = {name for name in names if bank.deur(*name.split("/")) is None}
    assert missing == set()
