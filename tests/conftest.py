"""The bot as a parent meets it, once for all tests that need it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ouderwijzer.kennis.opslag import bouw
from ouderwijzer.start import Diensten, vrije_poort

MODELS = Path(__file__).parent.parent / "models"


@pytest.fixture(scope="session")
def diensten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Diensten]:
    """Bot and action server on free ports, with the newest trained model."""
    if not list(MODELS.glob("*.tar.gz")):
        pytest.fail("no trained model in models/; run `make train` first")
    bouw()
    werkmap = tmp_path_factory.mktemp("diensten")
    with Diensten(vrije_poort(), vrije_poort(), werkmap) as draaiend:
        draaiend.start_acties()
        draaiend.start_bot()
        yield draaiend


@pytest.fixture(scope="session")
def draaiende_bot(diensten: Diensten) -> str:
    """Base address of the running bot, without a closing slash."""
    return diensten.url.rstrip("/")
