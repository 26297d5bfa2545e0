"""What holds for the repository as a whole."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
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
README = (ROOT / "README.md").read_text("utf-8")
MAX_WORDS = 75  # "some 60 words a bubble" (contracts.md); a fixed answer may be a little longer


# Keys whose text is a source's own title or a name, not the assistant's voice.
ANDERMANS = {"bronnen", "bron", "aliassen", "spelfouten", "plaatsen", "andere_namen", "url"}
U_VORM = re.compile(r"\b(?:u|uw|uwe|uzelf)\b", re.IGNORECASE)
# Put together here, so that this file doesn't hold what it looks for.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"), ("deb", "debian", "org"), ("proxy", "golang", "org"),
        ("conda", "anaconda", "org"), ("huggingface", "co"), ("crates", "io"),
    )
]  # fmt: skip
ROOTS = "|".join(("work", "root", r"home/\w+", r"Users/\w+"))
MACHINE = re.compile(rf"(?<![\w./*-])/(?:{ROOTS})/")
TMP = re.compile(r"(?<![\w.])/" + "tmp/")


def _tracked() -> dict[Path, str]:
    """Return the text of every tracked file that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20
    ).stdout.split("\0")
    texts = {}
    for path in (ROOT / name for name in listed if name):
        raw = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in raw:
            texts[path.relative_to(ROOT)] = raw.decode("utf-8")
    return texts


@pytest.fixture(scope="module")
def tracked() -> dict[Path, str]:
    found = _tracked()
    assert len(found) > 100
    return found


def test_the_lock_has_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert lock.count("--hash=sha256:") > 1000
    assert not re.search(
        r"index-url|find-links|https?://", re.sub(r"^\s*#.*$", "", lock, flags=re.M)
    )


def test_every_package_of_the_lock_has_one_version_and_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    # A package begins at the margin; its hashes and its comment are indented.
    packages = re.findall(r"^[^#\s].*\n(?:[ \t]+.*\n)*", lock, re.MULTILINE)
    assert len(packages) > 100
    pinned = re.compile(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}")
    assert [block.splitlines()[0] for block in packages if not pinned.match(block)] == []


def test_no_file_names_the_host_of_a_package_registry(tracked: dict[Path, str]) -> None:
    found = [(str(path), host) for path, text in tracked.items() for host in HOSTS if host in text]
    assert found == []


def test_no_file_names_a_path_of_the_machine_it_was_made_on(tracked: dict[Path, str]) -> None:
    home = str(Path.home()) + "/"
    found = [
        (str(path), hit[0])
        for path, text in tracked.items()
        for hit in [MACHINE.search(text) or TMP.search(text)]
        if hit
    ]
    assert found == []
    assert [str(path) for path, text in tracked.items() if home in text] == []


def test_telemetry_is_off_for_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASA_TELEMETRY_ENABLED", raising=False)
    assert omgeving()["RASA_TELEMETRY_ENABLED"] == "false"
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    assert omgeving()["RASA_TELEMETRY_ENABLED"] == "false"


def test_servers_listen_on_loopback_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANIC_HOST", raising=False)
    assert omgeving()["SANIC_HOST"] == "127.0.0.1"
    assert omgeving(OUDERWIJZER_KLOK="x")["OUDERWIJZER_KLOK"] == "x"


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_each_fixed_answer_is_short_and_says_je(name: str) -> None:
    for variation in RESPONSES[name]:
        text = variation["text"]
        assert len(text.split()) <= MAX_WORDS
        assert not U_VORM.search(text)
        assert not [k for k in variation.get("buttons", []) if U_VORM.search(k["title"])]
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


def test_an_emergency_card_has_the_number_of_the_door_it_names() -> None:
    doors = laad_inhoud(ROOT / "content").landelijk.values()
    cards = [
        card
        for variations in RESPONSES.values()
        for variation in variations
        for card in variation.get("custom", {}).get("deuren") or []
        if card.get("telefoon")
    ]
    assert cards
    for card in cards:
        own = [door for door in doors if door.naam.removeprefix("De ") == card["naam"]]
        assert [door.telefoon for door in own] == [card["telefoon"]], card["naam"]
        assert card.get("url") in (None, own[0].url)


def _own_texts(part: Any) -> Iterator[str]:
    """Yield what parents may read in content: texts, without sources and names of others."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in ANDERMANS:
                yield from _own_texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _own_texts(value)
    elif isinstance(part, str):
        yield part


@pytest.mark.parametrize("folder", ["onderwerpen", "interventies", "kennis", "deuren", "."])
def test_the_content_says_je(folder: str) -> None:
    files = sorted((ROOT / "content" / folder).glob("*.yml" if folder == "." else "**/*.yml"))
    texts = [t for f in files for t in _own_texts(YAML(typ="safe").load(f.read_text("utf-8")))]
    assert len(texts) > 20
    assert [text for text in texts if U_VORM.search(text)] == []


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\b(?:docs|bench)/[\w-]+\.md", README))))
def test_each_page_that_readme_names_exists(page: str) -> None:
    assert (ROOT / page).is_file()


def _make_targets() -> set[str]:
    """Return the targets that README types: in a fenced block or between backquotes."""
    code = [a or b for a, b in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", README, re.DOTALL)]
    lines = [line.partition("#")[0] for part in code for line in part.splitlines()]
    typed = [line.partition("make ")[2].split() for line in lines if "make " in line]
    return {word for words in typed for word in words if re.fullmatch(r"[a-z-]+", word)}


def test_each_make_target_of_readme_stands_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = _make_targets()
    assert {"run", "test", "check", "train", "evaluate"} <= targets
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
