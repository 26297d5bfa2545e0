"""Is a door open now? Hours in Europe/Amsterdam."""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from ouderwijzer.kennis.model import DAGEN, Deur

ZONE = ZoneInfo("Europe/Amsterdam")
JONGSTE_TIJDEN = "2024"  # hours last seen before this year are not shown (contracts.md)


def nu() -> datetime:
    """Return the time in Amsterdam; ``OUDERWIJZER_KLOK`` (ISO time) sets it for scenarios."""
    klok = os.environ.get("OUDERWIJZER_KLOK")
    if not klok:
        return datetime.now(ZONE)
    moment = datetime.fromisoformat(klok)
    return moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)


def tijden_bekend(deur: Deur) -> bool:
    """True when the door's hours were seen recently enough to be shown."""
    gezien = deur.tijden_gezien or ""
    return bool(deur.tijden) and gezien[:4].isdigit() and gezien[:4] >= JONGSTE_TIJDEN


def is_open(deur: Deur, moment: datetime) -> bool | None:
    """Return whether the door is open at ``moment``; None when its hours are not known."""
    if deur.altijd_open:
        return True
    if not tijden_bekend(deur):
        return None
    dag, uur = DAGEN[moment.weekday()], moment.strftime("%H:%M")
    return any(dag in vak.dagen and vak.van <= uur < vak.tot for vak in deur.tijden)


def als_tekst(deur: Deur) -> str | None:
    """Return the hours as one line ("ma, di, wo 09:00-17:00"), or None when not shown."""
    if not tijden_bekend(deur):
        return None
    return "; ".join(f"{', '.join(vak.dagen)} {vak.van}-{vak.tot}" for vak in deur.tijden)
