"""The committed widget: small, closed to injection, and built from its source."""

from __future__ import annotations

import gzip
import html.parser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WIDGET = ROOT / "widget"
BUNDLE = WIDGET / "dist" / "widget.js"
PAGE = WIDGET / "pagina" / "index.html"

MAX_GZIP = 15_000  # bytes; contract of the embedder, the aim is 12,000
SVG_NAMESPACE = "http://www.w3.org/2000/svg"  # a name that the browser knows, never fetched
ALLOWED_NUMBERS = {"112", "113", "0800-2000", "0800-0432"}  # contracts.md, "Content and data"
PHONE = re.compile(r"\b(?:11[23]|0\d{2,3}-\d{4,7}|14 ?\d{3})\b")


@pytest.fixture(scope="module")
def bundle() -> str:
    return BUNDLE.read_text(encoding="utf-8")


def test_the_bundle_is_small_when_compressed() -> None:
    assert len(gzip.compress(BUNDLE.read_bytes(), 9)) <= MAX_GZIP


@pytest.mark.parametrize(
    "sink",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "setHTMLUnsafe",
        "createContextualFragment",
        "DOMParser",
        "document.write",
        "eval(",
        "Function(",
        "localStorage",
        "document.cookie",
        "import(",
    ],
)
def test_the_bundle_has_no_way_to_run_text_or_to_store_it(bundle: str, sink: str) -> None:
    assert sink not in bundle


def test_the_bundle_names_no_host(bundle: str) -> None:
    found = set(re.findall(r"(?:https?|wss?)://[\w.-]+[\w/.-]*", bundle))
    assert found == {SVG_NAMESPACE}


def test_the_widget_has_no_runtime_dependency_and_its_lock_no_address() -> None:
    package = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    assert not package.get("dependencies")
    lock = (WIDGET / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in re.sub(r'"(?:url|license)": "[^"]*"', "", lock)


def test_the_bundle_is_what_its_source_builds(tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node or not (WIDGET / "node_modules" / "esbuild").is_dir():
        pytest.skip("node or widget/node_modules is missing: run `npm ci` in widget/")
    rebuilt = tmp_path / "widget.js"
    command = [node, str(WIDGET / "build.mjs"), "--out", str(rebuilt)]
    subprocess.run(command, check=True, timeout=60, cwd=tmp_path)
    assert rebuilt.read_bytes() == BUNDLE.read_bytes(), "run `npm run build` in widget/"


class _Page(html.parser.HTMLParser):
    """Collects what a content security policy without 'unsafe-inline' would block."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.inline += [f"<{tag} {name}>" for name in values if name == "style" or name[:2] == "on"]
        self.inline += [f"<{tag}>"] if tag in {"style", "form", "iframe", "object"} else []
        self.addresses += [values[name] or "" for name in ("href", "src") if name in values]
        if tag == "script":
            self.scripts.append(values.get("src"))


@pytest.fixture(scope="module")
def page() -> _Page:
    parsed = _Page()
    parsed.feed(PAGE.read_text(encoding="utf-8"))
    return parsed


def test_the_page_has_nothing_that_its_policy_would_block(page: _Page) -> None:
    assert page.inline == []
    assert page.scripts == ["/widget.js"]


def test_a_parent_without_script_still_finds_topics_and_numbers() -> None:
    text = PAGE.read_text(encoding="utf-8")
    inside = re.search(r"<ouder-wijzer[^>]*>(.*)</ouder-wijzer>", text, re.DOTALL)
    assert inside
    assert "<noscript>" in inside[1]
    assert "slapen" in inside[1]
    assert set(PHONE.findall(inside[1])) == ALLOWED_NUMBERS


def test_the_page_asks_nothing_of_another_host(page: _Page) -> None:
    assert [a for a in page.addresses if not re.match(r"/[^/]|#|tel:", a)] == []
    css = (WIDGET / "pagina" / "pagina.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import", css)


def _numbers_in_content() -> set[str]:
    numbers: set[str] = set()
    for path in (ROOT / "content" / "deuren").glob("*.yml"):
        doors = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("deuren", {})
        numbers |= {str(door["telefoon"]) for door in doors.values() if door.get("telefoon")}
    return numbers


@pytest.mark.parametrize("path", [PAGE, WIDGET / "src" / "teksten.ts"], ids=lambda p: p.name)
def test_the_numbers_shown_are_the_four_that_content_holds(path: Path) -> None:
    shown = set(PHONE.findall(path.read_text(encoding="utf-8")))
    assert shown == ALLOWED_NUMBERS
    assert shown <= _numbers_in_content()


def test_a_number_is_dialled_as_it_is_written(page: _Page) -> None:
    dialled = {a.removeprefix("tel:") for a in page.addresses if a.startswith("tel:")}
    assert dialled == {number.replace("-", "") for number in ALLOWED_NUMBERS}
