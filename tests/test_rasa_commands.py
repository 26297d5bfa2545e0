"""Rasa's own commands work as somebody who knows Rasa types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ouderwijzer.start import Diensten, vrije_poort

ROOT = Path(__file__).parent.parent
RASA = Path(sys.executable).parent / "rasa"


def _run(*arguments: str, typed: str = "", timeout: int = 180) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(
        [str(RASA), *arguments],
        cwd=ROOT,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_rasa_shell_answers_an_emergency_without_an_action_server() -> None:
    done = _run(
        "shell", "--port", str(vrije_poort()), typed="mijn dochter zegt dat ze dood wil\n/stop\n"
    )
    assert "Bel nu 113" in done.stdout, done.stderr[-800:]


def test_rasa_shell_leaves_no_trace_in_the_conversations(diensten: Diensten) -> None:
    # The shell is a developer's tool: nothing of it may reach the store of parents' talks.
    before = ROOT / "var" / "gesprekken.db"
    size = before.stat().st_size if before.exists() else 0
    _run("shell", "--port", str(vrije_poort()), typed="hallo onuitwisbaar\n/stop\n")
    after = before.read_bytes() if before.exists() else b""
    assert b"onuitwisbaar" not in after
    assert size <= len(after) or size == 0


@pytest.mark.parametrize("command", ["train", "test core", "test nlu", "run", "data validate"])
def test_rasa_knows_the_command(command: str) -> None:
    done = _run(*command.split(), "--help", timeout=60)
    assert done.returncode == 0
