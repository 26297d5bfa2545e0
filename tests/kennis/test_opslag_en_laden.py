"""Loading content with clear faults, and the knowledge base that is built from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ouderwijzer.kennis.laden import InhoudFout, laad_inhoud
from ouderwijzer.kennis.opslag import Kennisbank, KennisFout, bouw, metadata, normaliseer

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def inhoud(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kennis.db'}"
        return
    address = os.environ.get("OUDERWIJZER_TEST_PG")
    if not address:
        pytest.skip("no PostgreSQL: set OUDERWIJZER_TEST_PG (scripts/tijdelijke_postgres.sh)")
    yield address
    metadata.drop_all(sa.create_engine(address))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "onderwerpen/gedrag.yml",
            "vraag_terug:",
            "vraag_trug:",
            "vraag_trug: kent het schema niet",
        ),
        ("onderwerpen/gedrag.yml", "titel:", "titel: [", "geen geldige YAML"),
        ("interventies/kies.yml", "van: 4", "van: 20", "leeftijd loopt achteruit"),
        (
            "interventies/kies.yml",
            'datum: "2020-12-11"',
            "datum: null",
            "een niveau heeft een datum",
        ),
        ("interventies/kies.yml", "soort: [", "soort: [iets, ", "geen van de toegestane waarden"),
        (
            "deuren/landelijk.yml",
            'telefoon: "112"',
            'telefoon: "12345"',
            "geen Nederlands telefoon",
        ),
        ("deuren/gemeenten/utrecht.yml", "provincie:", "provintie:", "provincie: ontbreekt"),
    ],
)
def test_a_planted_fault_is_named_with_file_and_line(
    inhoud: Path, file: str, old: str, new: str, said: str
) -> None:
    _replace(inhoud / file, old, new)
    with pytest.raises(InhoudFout) as caught:
        laad_inhoud(inhoud)
    line = next(line for line in caught.value.regels if said in line)
    assert str(inhoud / file) in line
    assert ", regel " in line


def test_two_programmes_with_one_name_are_a_fault(inhoud: Path) -> None:
    _replace(inhoud / "interventies" / "kies.yml", "aliassen:\n", "aliassen:\n  - Home-Start\n")
    with pytest.raises(InhoudFout, match="wijst ook naar"):
        laad_inhoud(inhoud)


def test_the_base_is_built_once_and_again_only_after_a_change(inhoud: Path, url: str) -> None:
    assert bouw(url, inhoud)
    assert not bouw(url, inhoud)
    _replace(inhoud / "woorden.yml", "nu open", "nu geopend")
    assert bouw(url, inhoud)
    assert Kennisbank(url).titel("woord", "nu_open") == "nu geopend"


def test_a_fault_keeps_the_old_base(inhoud: Path, url: str) -> None:
    bouw(url, inhoud)
    before = Kennisbank(url).versie()
    _replace(inhoud / "woorden.yml", "woorden:", "worden:")
    with pytest.raises(InhoudFout):
        bouw(url, inhoud)
    assert Kennisbank(url).versie() == before


def test_a_build_that_is_killed_halfway_leaves_the_old_base(inhoud: Path, url: str) -> None:
    bouw(url, inhoud)
    before = Kennisbank(url).versie()
    _replace(inhoud / "woorden.yml", "nu open", "nu geopend")
    code = (
        "import os, sys; from pathlib import Path; from ouderwijzer.kennis import opslag;"
        "opslag._postcodes = lambda inhoud: os._exit(9);"  # dies inside the transaction
        "opslag.bouw(sys.argv[1], Path(sys.argv[2]))"
    )
    done = subprocess.run([sys.executable, "-c", code, url, str(inhoud)], cwd=ROOT, check=False)
    assert done.returncode == 9
    bank = Kennisbank(url)
    assert bank.versie() == before
    assert bank.titel("woord", "nu_open") == "nu open"
    assert len(bank.titels("gemeente")) == 20


def test_what_is_stored_is_read_back(inhoud: Path, url: str) -> None:
    bouw(url, inhoud)
    bank = Kennisbank(url)
    topic = bank.onderwerp("driftbuien")
    assert topic is not None and len(topic.banden["2-4"].tips) >= 3
    assert bank.onderwerp("zakgeld") is None
    assert bank.gemeenten_bij("Utrecht") == ["utrecht"]
    assert bank.gemeenten_bij("3511 AB") == ["utrecht"]
    assert bank.gemeenten_bij("'s-Gravenhage") == ["den_haag"]
    assert bank.gemeenten_bij("Verweggistan") == []
    assert "triple_p" in bank.namen("interventie")["triplep"]


def test_without_a_base_the_reader_says_so(tmp_path: Path) -> None:
    with pytest.raises(KennisFout, match="no knowledge base"):
        Kennisbank(f"sqlite:///{tmp_path / 'geen.db'}").versie()


def test_names_are_compared_without_case_marks_and_hyphens() -> None:
    assert normaliseer("Súdwest-Fryslân") == normaliseer("sudwest fryslan")
