"""Which person or service fits: from need, age and place to at most two doors."""

from __future__ import annotations

from ouderwijzer.kennis.model import Deur
from ouderwijzer.kennis.opslag import Kennisbank

SCHOOL_VANAF = 4.0  # years; below it consultatiebureau/CJG, from it school first (contracts.md)

# Need -> names of doors before the age rule is applied. "lokaal" is the municipality's own door.
BEHOEFTEN: dict[str, tuple[str, ...]] = {
    "opvoeden": (),
    "school": ("school/leerkracht_of_mentor", "lokaal"),
    "cjg": ("lokaal",),
    "zwaar": ("lokaal", "landelijk/huisarts"),
    "mens": ("lokaal", "landelijk/luisterlijn"),
    "kring": ("lokaal", "organisatie/tolk_vragen"),
}


def kies_deuren(
    bank: Kennisbank, behoefte: str, leeftijd: float | None, gemeente: str | None
) -> list[Deur]:
    """Return one or two doors for a need (a key of BEHOEFTEN), the first to try first.

    ``leeftijd`` is the child's age in years, ``gemeente`` the key of the municipality; both may be
    None. A light question leads to consultatiebureau/CJG below 4 and to school first from 4, the
    local door always beside it.
    """
    namen = BEHOEFTEN[behoefte] or _naar_leeftijd(leeftijd)
    deuren = [_deur(bank, naam, gemeente) for naam in namen]
    return [deur for deur in deuren if deur is not None][:2]


def _naar_leeftijd(leeftijd: float | None) -> tuple[str, ...]:
    if leeftijd is not None and leeftijd >= SCHOOL_VANAF:
        return ("school/leerkracht_of_mentor", "lokaal")
    if leeftijd is not None:
        return ("landelijk/consultatiebureau", "lokaal")
    return ("lokaal",)


def _deur(bank: Kennisbank, naam: str, gemeente: str | None) -> Deur | None:
    if naam == "lokaal":
        return lokale_deur(bank, gemeente)
    groep, _, sleutel = naam.partition("/")
    return bank.deur(groep, sleutel)


def lokale_deur(bank: Kennisbank, gemeente: str | None) -> Deur | None:
    """Return the verified door of a municipality, else the general way in."""
    gevonden = bank.gemeente(gemeente) if gemeente else None
    if gevonden and gevonden.deur:
        return gevonden.deur
    return bank.deur("landelijk", "gemeente_algemeen")
