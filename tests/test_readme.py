"""What README says to type works as it stands."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_curl_example_gets_a_real_answer(draaiende_bot: str) -> None:
    found = re.search(r"run by tests/test_readme.py. -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert found, "the marked example is gone from README.md"
    script = found[1].replace("http://127.0.0.1:5005", draaiende_bot)
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)["antwoorden"]
    assert any(answer["custom"]["soort"] == "tips" for answer in answers)
    assert any(answer["custom"].get("bronnen") for answer in answers)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`make ([a-z-]+)", README))))
def test_each_make_target_that_readme_names_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{name}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#h][^)#]*)\)", README))))
def test_each_link_of_readme_leads_to_a_file(path: str) -> None:
    assert (ROOT / path).exists()


def test_readme_stays_short() -> None:
    assert len(README.splitlines()) <= 120
