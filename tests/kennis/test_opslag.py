"""The knowledge base: built in one piece, read whole, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ouderwijzer.kennis.laden import InhoudFout
from ouderwijzer.kennis.opslag import (
    Kennisbank,
    KennisFout,
    adres,
    bouw,
    metadata,
    normaliseer,
    vingerafdruk,
)

ROOT = Path(__file__).parents[2]
# Runs bouw() in a process that dies, without any clean-up, after its first writes.
KILLED = """
import os, sys
from pathlib import Path
from ouderwijzer.kennis import opslag
opslag._postcodes = lambda inhoud: os._exit(9)
opslag.bouw(sys.argv[1], Path(sys.argv[2]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty base; PostgreSQL only where OUDERWIJZER_TEST_PG names one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kennis.db'}"
        return
    address = os.environ.get("OUDERWIJZER_TEST_PG")
    if not address:
        pytest.skip("no PostgreSQL: run with scripts/tijdelijke_postgres.sh (OUDERWIJZER_TEST_PG)")
    _empty(address)
    yield address
    _empty(address)


def _empty(address: str) -> None:
    engine = sa.create_engine(address)
    metadata.drop_all(engine)
    engine.dispose()


def _change(folder: Path, new: str) -> None:
    (folder / "woorden.yml").write_text(f"woorden:\n  nu_open: {new}\n", encoding="utf-8")


def _break(folder: Path) -> None:
    (folder / "woorden.yml").write_text("worden:\n  nu_open: x\n", encoding="utf-8")


def test_everything_in_the_content_is_read_back(klein: Path, url: str) -> None:
    assert bouw(url, klein)
    bank = Kennisbank(url)
    topic = bank.onderwerp("inslapen")
    assert topic is not None
    assert topic.banden["2-4"].tips[2].bron == "algemeen"
    programme = bank.interventie("proef")
    assert programme is not None
    assert (programme.leeftijd.van, programme.leeftijd.tot) == (0, 6)
    assert list(bank.interventies()) == ["proef"]
    article = bank.artikel("wat_is_cjg")
    assert article is not None
    assert article.stukken["wat"].bronnen == ["bron1"]
    door = bank.deur("landelijk", "proeflijn")
    assert door is not None
    assert door.telefoon == "0800-1234"
    assert set(bank.deuren("landelijk")) == {"proeflijn", "gemeente_algemeen"}
    town = bank.gemeente("fryslan")
    assert town is not None
    assert town.naam == "Súdwest-Fryslân"
    assert bank.titel("woord", "nu_open") == "nu open"


def test_what_is_not_there_is_none_or_a_clear_fault(klein: Path, url: str) -> None:
    bouw(url, klein)
    bank = Kennisbank(url)
    assert bank.onderwerp("gamen") is None  # has a title, no content
    assert bank.interventie("x") is None
    assert bank.artikel("x") is None
    assert bank.deur("landelijk", "x") is None
    assert bank.deur("school", "proeflijn") is None  # stands in another group
    assert bank.gemeente("x") is None
    assert bank.namen("x") == {}
    assert not bank.kent_titel("titel", "opvoedvraag/x")
    with pytest.raises(KennisFout, match="no titel named opvoedvraag/x"):
        bank.titel("titel", "opvoedvraag/x")


def test_topics_with_and_without_content_have_a_title(klein: Path, url: str) -> None:
    bouw(url, klein)
    assert Kennisbank(url).titels("titel") == {
        "opvoedvraag/gamen": "Gamen",
        "opvoedvraag/inslapen": "Naar bed gaan",
        "zoek_cjg": "Het CJG zoeken",
    }


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("Súdwest-Fryslân", ["fryslan"]),
        ("sudwest fryslan", ["fryslan"]),
        ("SÚDWEST FRYSLÂN", ["fryslan"]),
        ("southwest friesland", ["fryslan"]),
        ("'t Hoekje", ["fryslan"]),
        ("’t hoekje", ["fryslan"]),
        ("Sneek", ["fryslan", "gelijk"]),  # lies in two municipalities
        ("8601", ["fryslan"]),
        ("8608", ["fryslan"]),
        ("8609", ["gelijk"]),
        ("8700", ["fryslan"]),
        ("8701", []),
        ("8600", []),
        ("8604 AB", ["fryslan"]),
        (" 8604ab ", ["fryslan"]),
        ("Gent", []),
        ("'; DROP TABLE kennis_naam; --", []),
        ("", []),
    ],
)
def test_a_place_or_postcode_leads_to_its_municipalities(
    klein: Path, url: str, place: str, keys: list[str]
) -> None:
    bouw(url, klein)
    assert Kennisbank(url).gemeenten_bij(place) == keys


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Súdwest-Fryslân", "sudwest fryslan"),
        ("'s-Gravenhage", "s gravenhage"),
        ("’s-Gravenhage", "s gravenhage"),
        ("TRIPLE P", "triple p"),
        ("  Triple   P ", "triple p"),
        ("Opstap(je)", "opstap je"),
        ("café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_names_are_normalised(name: str, normal: str) -> None:
    assert normaliseer(name) == normal
    assert normaliseer(normal) == normal


def test_names_aliases_and_misspellings_lead_to_the_programme(klein: Path, url: str) -> None:
    bouw(url, klein)
    assert Kennisbank(url).namen("interventie") == {
        "proef a": ["proef"],
        "proefprogramma": ["proef"],
        "proefproggramma": ["proef"],
    }


def test_it_is_built_again_only_when_the_content_changed(klein: Path, url: str) -> None:
    assert bouw(url, klein) is True
    assert bouw(url, klein) is False
    (klein / "LEESMIJ.md").write_text("geen inhoud", encoding="utf-8")
    assert bouw(url, klein) is False
    _change(klein, "geopend")
    assert bouw(url, klein) is True
    assert bouw(url, klein) is False
    assert Kennisbank(url).titel("woord", "nu_open") == "geopend"


def test_what_left_the_content_leaves_the_base(klein: Path, url: str) -> None:
    bouw(url, klein)
    (klein / "deuren" / "gemeenten" / "gelijk.yml").unlink()
    assert bouw(url, klein)
    bank = Kennisbank(url)
    assert bank.gemeente("gelijk") is None
    assert bank.gemeenten_bij("Sneek") == ["fryslan"]
    assert bank.gemeenten_bij("8609") == []


def test_the_fingerprint_follows_bytes_and_names_of_the_files(klein: Path) -> None:
    first = vingerafdruk(klein)
    assert vingerafdruk(klein) == first
    (klein / "deuren" / "gemeenten" / "gelijk.yml").rename(klein / "deuren/gemeenten/ander.yml")
    second = vingerafdruk(klein)
    _change(klein, "anders")
    assert len({first, second, vingerafdruk(klein)}) == 3


def test_the_base_tells_which_content_it_holds(klein: Path, url: str) -> None:
    bouw(url, klein)
    assert Kennisbank(url).versie() == vingerafdruk(klein)


def test_a_fault_in_the_content_keeps_the_old_base(klein: Path, url: str) -> None:
    bouw(url, klein)
    before = Kennisbank(url).versie()
    _break(klein)
    with pytest.raises(InhoudFout):
        bouw(url, klein)
    bank = Kennisbank(url)
    assert bank.versie() == before
    assert bank.titel("woord", "nu_open") == "nu open"


def test_a_fault_in_the_first_content_leaves_no_half_base(klein: Path, url: str) -> None:
    _break(klein)
    with pytest.raises(InhoudFout):
        bouw(url, klein)
    with pytest.raises(KennisFout):
        Kennisbank(url).versie()


def test_a_build_that_is_killed_in_the_middle_leaves_the_old_base(klein: Path, url: str) -> None:
    bouw(url, klein)
    before = Kennisbank(url).versie()
    _change(klein, "geopend")
    command = [sys.executable, "-c", KILLED, url, str(klein)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 9
    bank = Kennisbank(url)
    assert bank.versie() == before
    assert bank.titel("woord", "nu_open") == "nu open"
    assert bank.gemeenten_bij("8601") == ["fryslan"]
    assert bouw(url, klein)  # and the next build succeeds
    assert Kennisbank(url).titel("woord", "nu_open") == "geopend"


def test_a_reader_beside_a_build_sees_old_or_new_and_never_half(klein: Path, url: str) -> None:
    bouw(url, klein)
    bank = Kennisbank(url)
    seen: list[tuple[int, str, int]] = []
    faults: list[Exception] = []
    ready = threading.Event()

    def read() -> None:
        while not ready.is_set():
            try:
                seen.append(
                    (
                        len(bank.titels("gemeente")),
                        bank.titel("woord", "nu_open"),
                        len(bank.namen("plaats")),
                    )
                )
            except Exception as fault:
                faults.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(8):
        _change(klein, f"open {number}")
        assert bouw(url, klein)
        time.sleep(0.02)
    ready.set()
    reader.join(20)
    assert faults == []
    assert {(towns, places) for towns, _, places in seen} == {(2, 5)}
    assert len({word for _, word, _ in seen}) > 1  # it did read beside the builds


def test_a_reader_sees_new_content_without_a_restart(klein: Path, url: str) -> None:
    bouw(url, klein)
    bank = Kennisbank(url)
    assert bank.titel("woord", "nu_open") == "nu open"
    _change(klein, "geopend")
    bouw(url, klein)
    assert bank.titel("woord", "nu_open") == "geopend"


def test_two_builds_at_once_leave_one_whole_base(klein: Path, url: str) -> None:
    bouw(url, klein)
    _change(klein, "samen")
    faults: list[Exception] = []

    def build() -> None:
        try:
            bouw(url, klein)
        except Exception as fault:
            faults.append(fault)

    builders = [threading.Thread(target=build) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(30)
    bank = Kennisbank(url)
    assert bank.versie() == vingerafdruk(klein)
    assert bank.gemeenten_bij("Sneek") == ["fryslan", "gelijk"]
    assert faults == []


def test_a_base_that_is_not_there_is_a_clear_fault(tmp_path: Path) -> None:
    path = tmp_path / "geen.db"
    with pytest.raises(KennisFout, match=r"no knowledge base at .*geen\.db; run `make run`"):
        Kennisbank(f"sqlite:///{path}").titels("onderwerp")
    assert not path.exists()  # reading makes no empty base


def test_an_empty_or_foreign_file_is_a_clear_fault(tmp_path: Path) -> None:
    for content in (b"", b"dit is geen SQLite, maar tekst\n" * 100):
        path = tmp_path / "kennis.db"
        path.write_bytes(content)
        with pytest.raises(KennisFout, match="not readable"):
            Kennisbank(f"sqlite:///{path}").titels("onderwerp")


def test_a_server_that_is_not_there_is_a_clear_fault_within_seconds() -> None:
    begin = time.monotonic()
    with pytest.raises(KennisFout, match="not readable: OperationalError"):
        Kennisbank("postgresql://ouderwijzer@127.0.0.1:1/x").versie()
    assert time.monotonic() - begin < 4


def test_a_reader_notices_a_base_that_appears_later(klein: Path, url: str) -> None:
    bank = Kennisbank(url)
    with pytest.raises(KennisFout):
        bank.versie()
    bouw(url, klein)
    assert bank.versie() == vingerafdruk(klein)


def test_the_environment_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUDERWIJZER_KENNIS_URL", raising=False)
    assert adres() == "sqlite:///var/kennis.db"
    monkeypatch.setenv("OUDERWIJZER_KENNIS_URL", "postgresql://ergens/kennis")
    assert adres() == "postgresql://ergens/kennis"


def test_the_command_line_tells_a_fault_in_dutch_and_ends_with_1(
    klein: Path, tmp_path: Path
) -> None:
    _break(klein)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OUDERWIJZER_KENNIS_URL": ""}
    command = [sys.executable, "-m", "ouderwijzer.kennis.opslag"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "de oude kennisbank blijft staan" in done.stderr
    assert "content/woorden.yml, regel 1, worden: kent het schema niet" in done.stderr
    assert "Traceback" not in done.stderr
