"""What goes out: replies and history, read from the tracker's events and from nothing else.

An event here is the dict that Rasa stores (``Event.as_dict()``), of type "user" or "bot". So an
answer that is shown is an answer that is stored, and the same events give the same ids again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, TypedDict

WELKOM_ID = "welkom"
Gebeurtenis = Mapping[str, Any]


class Knop(TypedDict):
    """A button: what it says and what is sent when it is pressed."""

    titel: str
    payload: str


class Antwoord(TypedDict):
    """``A`` of contracts.md: one bubble."""

    id: str
    tekst: str
    knoppen: list[Knop]
    custom: dict[str, Any]


class Regel(Antwoord):
    """One line of the history: a bubble of the parent or of the bot, with its time (ISO, UTC)."""

    van: str
    op: str


@dataclass
class Beurt:
    """A message of the parent (None: the welcome) with the bot events that answer it."""

    id: str
    ouder: Gebeurtenis | None
    bot: list[Gebeurtenis] = field(default_factory=list)

    def antwoorden(self) -> list[Antwoord]:
        """Return the replies of this turn."""
        return maak_antwoorden(self.id, self.bot)

    def is_zelfde(self, tekst: str, is_knop: bool) -> bool:
        """Whether this turn began with exactly this text or payload."""
        ouder = self.ouder or {}
        return ouder.get("text") == tekst and (_knoptitel(ouder) is not None) == is_knop


def maak_antwoorden(bericht_id: str, bot: Iterable[Gebeurtenis]) -> list[Antwoord]:
    """Turn bot events into replies with ids "<message id>-0", "<message id>-1", ...

    An event without text (Rasa's separate custom or buttons message) joins the bubble before it,
    or the one after it when it comes first. Without any text there is no reply: the empty list.
    """
    bellen: list[Antwoord] = []
    for gebeurtenis in bot:
        bel = _bel(gebeurtenis)
        if bellen and not (bel["tekst"] and bellen[-1]["tekst"]):
            _voeg_bij(bellen[-1], bel)
        else:
            bellen.append(bel)
    bellen = [bel for bel in bellen if bel["tekst"]]
    for nummer, bel in enumerate(bellen):
        bel["id"] = f"{bericht_id}-{nummer}"
        standaard = {"soort": "keuze" if bel["knoppen"] else "praat", "taal": "nl"}
        bel["custom"] = {**standaard, **bel["custom"]}
    return bellen


def verdeel(gebeurtenissen: Iterable[Gebeurtenis]) -> list[Beurt]:
    """Split a conversation into turns, in order.

    A turn begins at a message with an id not seen before: Rasa's two-stage fallback writes a copy
    of an earlier message into the tracker, and a reminder a message without id.
    """
    beurten: list[Beurt] = []
    gezien: set[str] = set()
    for gebeurtenis in gebeurtenissen:
        if gebeurtenis.get("event") == "user":
            bericht_id = gebeurtenis.get("message_id")
            if bericht_id and bericht_id not in gezien:
                gezien.add(bericht_id)
                beurten.append(Beurt(bericht_id, gebeurtenis))
        elif gebeurtenis.get("event") == "bot":
            if not beurten:
                beurten.append(Beurt(WELKOM_ID, None))
            beurten[-1].bot.append(gebeurtenis)
    return beurten


def zoek(beurten: Sequence[Beurt], bericht_id: str) -> Beurt | None:
    """Return the turn that this message of the parent began."""
    return next((b for b in beurten if b.ouder is not None and b.id == bericht_id), None)


def titel_van(beurten: Sequence[Beurt], payload: str) -> str | None:
    """Return the title of the last offered button with this payload, None if none was offered."""
    for beurt in reversed(beurten):
        for antwoord in beurt.antwoorden():
            for knop in antwoord["knoppen"]:
                if knop["payload"] == payload:
                    return knop["titel"]
    return None


def geschiedenis(beurten: Iterable[Beurt]) -> list[Regel]:
    """Return the conversation as contracts.md has it for ``GET /webchat/gesprek``."""
    regels: list[Regel] = []
    for beurt in beurten:
        if beurt.ouder is not None:
            titel = _knoptitel(beurt.ouder)
            tekst = titel if titel is not None else str(beurt.ouder.get("text") or "")
            op = _tijd(beurt.ouder)
            regels.append(
                Regel(van="ouder", id=beurt.id, op=op, tekst=tekst, knoppen=[], custom={})
            )
        for antwoord in beurt.antwoorden():
            regels.append(Regel(van="bot", op=_tijd(beurt.bot[0]), **antwoord))
    return regels


def _bel(gebeurtenis: Gebeurtenis) -> Antwoord:
    data = gebeurtenis.get("data") or {}
    knoppen = [
        Knop(titel=str(knop.get("title", "")), payload=str(knop.get("payload") or knop["title"]))
        for knop in data.get("buttons") or []
        if knop.get("title")
    ]
    tekst = str(gebeurtenis.get("text") or "").strip()
    return Antwoord(id="", tekst=tekst, knoppen=knoppen, custom=dict(data.get("custom") or {}))


def _voeg_bij(bel: Antwoord, deel: Antwoord) -> None:
    bel["tekst"] = bel["tekst"] or deel["tekst"]
    bel["knoppen"] += deel["knoppen"]
    bel["custom"].update(deel["custom"])


def _knoptitel(ouder: Gebeurtenis) -> str | None:
    titel = (ouder.get("metadata") or {}).get("knop")
    return None if titel is None else str(titel)


def _tijd(gebeurtenis: Gebeurtenis) -> str:
    moment = datetime.fromtimestamp(float(gebeurtenis["timestamp"]), timezone.utc)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
