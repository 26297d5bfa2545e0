"""Opening hours: with a fixed clock, in Amsterdam time, and only when seen recently."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ouderwijzer.kennis import tijd
from ouderwijzer.kennis.laden import laad_inhoud
from ouderwijzer.kennis.model import Bron, Deur

ROOT = Path(__file__).parents[2]
KANTOOR = [{"dagen": ["ma", "di", "wo", "do", "vr"], "van": "09:00", "tot": "17:00"}]


def deur(**rest: Any) -> Deur:
    """A door that is open on working days, unless told otherwise."""
    vast = {"naam": "Proef", "voor_wie": "ouders", "waarom": "Om te proeven."}
    return Deur(**{**vast, "tijden": KANTOOR, "tijden_gezien": "2024-03", **rest})


def op(tekst: str) -> datetime:
    """A moment in Amsterdam."""
    return datetime.fromisoformat(tekst).replace(tzinfo=tijd.ZONE)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-02 09:00", True),  # a Monday
        ("2026-03-02 08:59", False),
        ("2026-03-02 16:59", True),
        ("2026-03-02 17:00", False),
        ("2026-03-06 12:00", True),  # Friday
        ("2026-03-07 12:00", False),  # Saturday
        ("2026-03-08 12:00", False),  # Sunday
        ("2026-03-02 00:00", False),
    ],
)
def test_a_door_is_open_within_its_hours(moment: str, open_: bool) -> None:
    assert tijd.is_open(deur(), op(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "open_"),
    [("11:59", True), ("12:00", False), ("12:30", False), ("13:00", True), ("16:00", False)],
)
def test_a_break_at_noon_is_closed(moment: str, open_: bool) -> None:
    tijden = [
        {"dagen": ["ma"], "van": "09:00", "tot": "12:00"},
        {"dagen": ["ma"], "van": "13:00", "tot": "16:00"},
    ]
    assert tijd.is_open(deur(tijden=tijden), op(f"2026-03-02 {moment}")) is open_


def test_a_door_may_be_open_until_midnight() -> None:
    laat = deur(tijden=[{"dagen": ["zo"], "van": "18:00", "tot": "24:00"}])
    assert tijd.is_open(laat, op("2026-03-08 23:59")) is True
    assert tijd.is_open(laat, op("2026-03-09 00:00")) is False


@pytest.mark.parametrize("moment", ["2026-03-08 03:00", "2026-12-25 23:59"])
def test_a_door_for_day_and_night_is_always_open(moment: str) -> None:
    altijd = deur(altijd_open=True, tijden=[], tijden_gezien=None)
    assert tijd.is_open(altijd, op(moment)) is True


@pytest.mark.parametrize(
    ("clock", "open_"),
    [
        # In winter 09:00 in Amsterdam is 08:00 UTC, in summer 07:00 UTC.
        ("2026-03-27T07:59:00+00:00", False),  # Friday before the change
        ("2026-03-27T08:00:00+00:00", True),
        ("2026-03-30T06:59:00+00:00", False),  # Monday after it (29 March 2026)
        ("2026-03-30T07:00:00+00:00", True),
        ("2026-03-30T15:00:00+00:00", False),
        ("2026-10-23T07:00:00+00:00", True),  # Friday before the change back
        ("2026-10-26T07:59:00+00:00", False),  # Monday after it (25 October 2026)
        ("2026-10-26T08:00:00+00:00", True),
        ("2026-10-26T15:59:00+00:00", True),
    ],
)
def test_hours_follow_summer_time(clock: str, open_: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUDERWIJZER_KLOK", clock)
    assert tijd.is_open(deur(), tijd.nu()) is open_


def test_the_hour_that_does_not_exist_and_the_one_that_comes_twice_give_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nacht = deur(tijden=[{"dagen": ["zo"], "van": "02:00", "tot": "03:00"}])
    for clock in ("2026-03-29T02:30:00", "2026-10-25T02:30:00"):
        monkeypatch.setenv("OUDERWIJZER_KLOK", clock)
        assert tijd.is_open(nacht, tijd.nu()) is True


@pytest.mark.parametrize(
    ("clock", "amsterdam"),
    [
        ("2026-07-01T12:00:00", "2026-07-01T12:00:00+02:00"),
        ("2026-01-01T12:00:00", "2026-01-01T12:00:00+01:00"),
        ("2026-07-01T12:00:00+00:00", "2026-07-01T14:00:00+02:00"),
        ("2025-12-31T23:30:00+00:00", "2026-01-01T00:30:00+01:00"),
        ("2026-07-01", "2026-07-01T00:00:00+02:00"),
    ],
)
def test_the_clock_of_a_scenario_is_read_in_amsterdam_time(
    clock: str, amsterdam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUDERWIJZER_KLOK", clock)
    assert tijd.nu().isoformat() == amsterdam


@pytest.mark.parametrize("clock", [None, ""])
def test_without_a_set_clock_it_is_now(clock: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUDERWIJZER_KLOK", raising=False)
    if clock is not None:
        monkeypatch.setenv("OUDERWIJZER_KLOK", clock)
    difference = datetime.now(timezone.utc) - tijd.nu()
    assert abs(difference.total_seconds()) < 5
    assert tijd.nu().tzinfo is tijd.ZONE


@pytest.mark.parametrize(
    ("seen", "known"),
    [
        ("2024", True),
        ("2024-01-01", True),
        ("2026-11", True),
        ("2023-12-31", False),
        ("2019-09", False),
        ("n.d. (na 2024)", False),
    ],
)
def test_hours_seen_before_2024_or_without_a_date_are_not_shown(seen: str, known: bool) -> None:
    gezien = deur(tijden_gezien=seen)
    assert tijd.tijden_bekend(gezien) is known
    assert (tijd.als_tekst(gezien) is not None) is known
    assert tijd.is_open(gezien, op("2026-03-02 12:00")) is (True if known else None)


def test_a_door_without_hours_is_neither_open_nor_closed() -> None:
    zonder = deur(tijden=[], tijden_gezien=None)
    assert tijd.is_open(zonder, op("2026-03-02 12:00")) is None
    assert tijd.als_tekst(zonder) is None


def test_hours_are_written_as_one_line() -> None:
    tijden = [*KANTOOR, {"dagen": ["za"], "van": "10:00", "tot": "12:00"}]
    assert tijd.als_tekst(deur(tijden=tijden)) == "ma, di, wo, do, vr 09:00-17:00; za 10:00-12:00"


def test_no_door_of_the_content_shows_old_hours() -> None:
    content = laad_inhoud(ROOT / "content")
    doors = [
        *content.landelijk.values(),
        *content.school.values(),
        *content.organisaties.values(),
        *(town.deur for town in content.gemeenten.values() if town.deur),
    ]
    shown = [door for door in doors if tijd.als_tekst(door)]
    assert [door.naam for door in shown if (door.tijden_gezien or "")[:4] < "2024"] == []
    old = content.landelijk["kindertelefoon"]
    assert old.tijden
    assert tijd.als_tekst(old) is None
    assert tijd.is_open(old, op("2026-03-02 12:00")) is None


def test_a_source_does_not_make_hours_known() -> None:
    bron = Bron(titel="Proef", uitgever="Proef", url="https://x.example", gezien_op="2026-01-01")
    assert tijd.als_tekst(deur(tijden_gezien="2019", bron=bron)) is None
