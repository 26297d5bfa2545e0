"""Conversation ids that nobody can guess, in signed tokens that expire."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jwt
from rasa.shared.exceptions import RasaException

OMGEVING = "OUDERWIJZER_SLEUTEL"
MIN_SLEUTEL = 32  # characters; RFC 7518 section 3.2 asks 256 bits for HS256
_ALGORITME = "HS256"
_VOOR = "webchat"  # audience: a token made for something else is refused


class TokenFout(Exception):
    """The token is missing, forged, expired or made for something else."""


@dataclass(frozen=True)
class NieuwToken:
    """A fresh conversation: its id, the token for the parent, and when that expires (UTC)."""

    gesprek_id: str
    token: str
    verloopt: datetime


class Tokens:
    """Makes and reads the tokens of the web channel (JWT, HS256)."""

    def __init__(self, sleutel: str, geldig: timedelta) -> None:
        """``sleutel``: the signing key; ``geldig``: how long a token lives."""
        self._sleutel = sleutel
        self._geldig = geldig

    def maak(self) -> NieuwToken:
        """Open a conversation under a new random id of 128 bits."""
        gesprek_id = secrets.token_hex(16)
        verloopt = (datetime.now(timezone.utc) + self._geldig).replace(microsecond=0)
        inhoud = {"sub": gesprek_id, "aud": _VOOR, "exp": verloopt}
        return NieuwToken(gesprek_id, jwt.encode(inhoud, self._sleutel, _ALGORITME), verloopt)

    def lees(self, token: str) -> str:
        """Return the conversation id in ``token``. Raises TokenFout when it is not valid."""
        try:
            inhoud = jwt.decode(
                token,
                self._sleutel,
                algorithms=[_ALGORITME],
                audience=_VOOR,
                options={"require": ["sub", "aud", "exp"]},
            )
        except jwt.InvalidTokenError as fout:
            raise TokenFout(str(fout)) from fout
        return str(inhoud["sub"])


def laad_sleutel(bestand: Path) -> str:
    """Return the signing key: from OUDERWIJZER_SLEUTEL, else from ``bestand``, made when missing.

    Raises RasaException when the key is too short or the file cannot be made or read.
    """
    sleutel = os.environ.get(OMGEVING)
    if sleutel:
        return _lang_genoeg(sleutel, f"environment variable {OMGEVING}")
    try:
        if not bestand.exists():
            _maak_sleutel(bestand)
        return _lang_genoeg(bestand.read_text(encoding="ascii").strip(), str(bestand))
    except (OSError, UnicodeDecodeError) as fout:
        raise RasaException(f"The signing key {bestand} cannot be read or made: {fout}") from fout


def _lang_genoeg(sleutel: str, herkomst: str) -> str:
    if len(sleutel) < MIN_SLEUTEL:
        raise RasaException(
            f"The signing key in {herkomst} is too short: {MIN_SLEUTEL} characters at least."
        )
    return sleutel


def _maak_sleutel(bestand: Path) -> None:
    bestand.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside (mkstemp: mode 0600) and linked: two processes that start at once end up
    # with the same key, and nobody ever reads half a key.
    greep, naast = tempfile.mkstemp(dir=bestand.parent)
    with os.fdopen(greep, "w", encoding="ascii") as schrijf:
        schrijf.write(secrets.token_urlsafe(48))
    try:
        os.link(naast, bestand)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        Path(naast).unlink()
