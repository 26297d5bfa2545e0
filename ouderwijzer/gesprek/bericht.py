"""What comes in: from the body of a call to one clean, masked message for a turn."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ouderwijzer.gesprek.maskeren import maskeer
from ouderwijzer.gesprek.teksten import KanaalFout

MAX_TEKST = 3000  # characters; some 500 words
MAX_WAAROM = 1000
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")  # goes into the log, so no free text
_GEMEENTE = re.compile(r"['’]?[^\W\d_][\w .,'’()/-]{0,79}")


@dataclass(frozen=True)
class Invoer:
    """One message for one turn.

    ``tekst`` is what is stored: the masked text, or the payload of a button. ``voor_nlu`` is what
    the pipeline reads. ``metadata`` is stored with the message; ``knop`` in it is the title of
    the button that was pressed.
    """

    bericht_id: str
    tekst: str
    voor_nlu: str
    kanaal: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_leeg(self) -> bool:
        """Whether there is nothing to understand: blank, or slashes only."""
        return not self.voor_nlu


@dataclass(frozen=True)
class Verzoek:
    """The body of ``POST /webchat/bericht``: an id with either a text or a payload."""

    bericht_id: str
    tekst: str | None
    payload: str | None


@dataclass(frozen=True)
class Oordeel:
    """The body of ``POST /webchat/oordeel``, with ``waarom`` masked."""

    antwoord_id: str
    oordeel: str  # "ja" or "nee"
    waarom: str | None


def getypt(bericht_id: str, tekst: str, kanaal: str) -> Invoer:
    """Make a message of text that somebody typed.

    Rasa takes any text that begins with "/" for an intent, so the pipeline gets it without the
    leading slashes; what is stored keeps them.
    """
    schoon = maskeer(maak_schoon(tekst)).strip()
    return Invoer(bericht_id, schoon, re.sub(r"^[\s/]+", "", schoon), kanaal)


def gedrukt(bericht_id: str, payload: str, titel: str, kanaal: str) -> Invoer:
    """Make a message of a button that was offered: Rasa reads the payload, people the title."""
    return Invoer(bericht_id, payload, payload.strip(), kanaal, {"knop": titel})


def maak_schoon(tekst: str) -> str:
    """Drop what can't be seen and breaks storage: control characters, half surrogates, tags."""
    tekst = unicodedata.normalize("NFC", tekst)
    return "".join(teken for teken in tekst if _zichtbaar(teken))


def _zichtbaar(teken: str) -> bool:
    if teken in "\n\t":
        return True
    if 0xE0000 <= ord(teken) <= 0xE007F:  # Unicode tags: text that only a machine reads
        return False
    return unicodedata.category(teken) not in ("Cc", "Cs", "Co")


def lees_json(inhoud: bytes) -> dict[str, Any]:
    """Read a body as a JSON object; an empty body is an empty object.

    Raises KanaalFout(400) for anything else.
    """
    if not inhoud:
        return {}
    try:
        waarde = json.loads(inhoud.decode("utf-8"))
    except (ValueError, RecursionError) as fout:
        raise KanaalFout(400) from fout
    if not isinstance(waarde, dict):
        raise KanaalFout(400)
    return waarde


def lees_verzoek(inhoud: Mapping[str, Any]) -> Verzoek:
    """Check the body of a message. Raises KanaalFout: 400 for its shape, 413 for a long text."""
    bericht_id, tekst, payload = (inhoud.get(sleutel) for sleutel in ("id", "tekst", "payload"))
    if not isinstance(bericht_id, str) or not _ID.fullmatch(bericht_id):
        raise KanaalFout(400)
    if (tekst is None) == (payload is None):
        raise KanaalFout(400)
    if not isinstance(payload if tekst is None else tekst, str):
        raise KanaalFout(400)
    if tekst is not None and len(tekst) > MAX_TEKST:
        raise KanaalFout(413)
    return Verzoek(bericht_id, tekst, payload)


def lees_oordeel(inhoud: Mapping[str, Any]) -> Oordeel:
    """Check the body of a judgement. Raises KanaalFout(400) for its shape, 413 for a long why."""
    antwoord_id, oordeel, waarom = (
        inhoud.get(sleutel) for sleutel in ("antwoord_id", "oordeel", "waarom")
    )
    if not isinstance(antwoord_id, str) or oordeel not in ("ja", "nee"):
        raise KanaalFout(400)
    if waarom is not None and not isinstance(waarom, str):
        raise KanaalFout(400)
    if waarom and len(waarom) > MAX_WAAROM:
        raise KanaalFout(413)
    return Oordeel(antwoord_id, str(oordeel), maskeer(maak_schoon(waarom)) if waarom else None)


def lees_gemeente(inhoud: Mapping[str, Any]) -> str | None:
    """Return the municipality that the embedding page names, if any. Raises KanaalFout(400)."""
    gemeente = inhoud.get("gemeente")
    if gemeente is None or gemeente == "":
        return None
    if not isinstance(gemeente, str) or not _GEMEENTE.fullmatch(gemeente):
        raise KanaalFout(400)
    return gemeente.strip()
