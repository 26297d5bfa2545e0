"""Tokens nobody can guess or forge; a key that is made once and kept private."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from rasa.shared.exceptions import RasaException

from ouderwijzer.gesprek.token import OMGEVING, TokenFout, Tokens, laad_sleutel

SLEUTEL = "een-sleutel-van-meer-dan-tweeendertig-tekens"


def test_a_token_gives_its_conversation_back() -> None:
    tokens = Tokens(SLEUTEL, timedelta(hours=1))
    nieuw = tokens.maak()
    assert tokens.lees(nieuw.token) == nieuw.gesprek_id
    assert len({tokens.maak().gesprek_id for _ in range(100)}) == 100
    assert len(nieuw.gesprek_id) * 4 == 128


@pytest.mark.parametrize(
    "inhoud",
    [
        {"sub": "a", "aud": "webchat", "exp": 1},
        {"sub": "a", "aud": "webchat"},
        {"sub": "a", "exp": 9_999_999_999},
        {"sub": "a", "aud": "iets anders", "exp": 9_999_999_999},
        {"aud": "webchat", "exp": 9_999_999_999},
    ],
)
def test_an_incomplete_or_old_token_is_refused(inhoud: dict[str, object]) -> None:
    with pytest.raises(TokenFout):
        Tokens(SLEUTEL, timedelta(hours=1)).lees(jwt.encode(inhoud, SLEUTEL, "HS256"))


def test_another_key_or_no_signature_is_refused() -> None:
    tokens = Tokens(SLEUTEL, timedelta(hours=1))
    ander = Tokens(SLEUTEL + "x", timedelta(hours=1)).maak().token
    geen = jwt.encode({"sub": "a", "aud": "webchat", "exp": 9_999_999_999}, "", "none")
    for token in (ander, geen, "", "a.b.c", "é"):
        with pytest.raises(TokenFout):
            tokens.lees(token)


def test_the_key_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OMGEVING, raising=False)
    bestand = tmp_path / "var" / "sleutel"
    with ThreadPoolExecutor(8) as draden:
        sleutels = set(draden.map(lambda _: laad_sleutel(bestand), range(8)))
    assert len(sleutels) == 1
    assert stat.S_IMODE(bestand.stat().st_mode) == 0o600
    assert [pad.name for pad in bestand.parent.iterdir()] == ["sleutel"]


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OMGEVING, SLEUTEL)
    assert laad_sleutel(tmp_path / "sleutel") == SLEUTEL
    assert not (tmp_path / "sleutel").exists()


def test_a_short_key_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OMGEVING, "kort")
    with pytest.raises(RasaException, match=OMGEVING):
        laad_sleutel(tmp_path / "sleutel")
    monkeypatch.delenv(OMGEVING)
    (tmp_path / "sleutel").write_text("")
    with pytest.raises(RasaException, match="too short"):
        laad_sleutel(tmp_path / "sleutel")
