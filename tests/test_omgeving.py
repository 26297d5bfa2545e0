"""What holds for the repository as a whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ouderwijzer.kennis.laden import laad_inhoud
from ouderwijzer.omgeving import omgeving

ROOT = Path(__file__).parent.parent
RESPONSES: dict[str, Any] = YAML(typ="safe").load((ROOT / "domain.yml").read_text("utf-8"))[
    "responses"
]
MAX_WORDS = 75  # "some 60 words a bubble" (contracts.md); a fixed answer may be a little longer


def test_the_lock_has_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert lock.count("--hash=sha256:") > 1000
    assert not re.search(r"^--(extra-)?index-url|https?://", lock, re.MULTILINE)


def test_no_file_names_a_path_of_the_machine_it_was_made_on() -> None:
    home = str(Path.home()) + "/"
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    paths = [ROOT / name for name in names if name and not name.endswith((".whl", ".png"))]
    assert [p for p in paths if p.is_file() and home in p.read_text("utf-8", "replace")] == []


def test_telemetry_is_off_for_every_process() -> None:
    assert omgeving()["RASA_TELEMETRY_ENABLED"] == "false"


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_each_fixed_answer_is_short_and_says_je(name: str) -> None:
    for variation in RESPONSES[name]:
        text = variation["text"]
        assert len(text.split()) <= MAX_WORDS
        assert not re.search(r"\b(u|uw)\b", text)
        assert variation.get("custom", {}).get("soort") or "{" in text


@pytest.mark.parametrize("name", [n for n in RESPONSES if n.startswith("utter_nood")])
def test_each_emergency_answer_has_its_number_in_the_first_sentence(name: str) -> None:
    first = re.split(r"[.?!]", RESPONSES[name][0]["text"])[0]
    assert re.search(r"112|113|0800-2000", first)
    assert RESPONSES[name][0]["custom"]["soort"] == "nood"


def test_numbers_in_fixed_answers_are_those_of_the_national_doors() -> None:
    doors = {door.telefoon for door in laad_inhoud(ROOT / "content").landelijk.values()}
    for variations in RESPONSES.values():
        for variation in variations:
            found = re.findall(r"\b(11[23]|0[89]00-\d{4}|0\d{2}-\d{7})\b", variation["text"])
            for door in variation.get("custom", {}).get("deuren") or []:
                found += [door["telefoon"]] if door.get("telefoon") else []
            assert set(found) <= doors
