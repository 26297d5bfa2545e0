"""Tips for a topic and age, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk.events import SlotSet

from actions.beurt import Beurt, Events, KennisActie, bronnen_kaart, vraag_open
from ouderwijzer.kennis.deuren import SCHOOL_VANAF, kies_deuren
from ouderwijzer.kennis.model import BANDEN, Band, Onderwerp

MAX_TIPWOORDEN = 60  # a bubble (contracts.md); at least one tip is always given


def kies_band(onderwerp: Onderwerp, leeftijd: float) -> str:
    """Return the band of the topic for an age in years, else the nearest one it has."""

    def afstand(band: str) -> float:
        van, tot = (float(grens) for grens in band.split("-"))
        return max(van - leeftijd, leeftijd - tot + 0.01, 0.0)

    return min((b for b in BANDEN if b in onderwerp.banden), key=afstand)


def kies_tips(band: Band, gegeven: list[int]) -> list[int]:
    """Return the numbers of the next tips: in order, new, and together short enough."""
    gekozen: list[int] = []
    woorden = 0
    for nummer, tip in enumerate(band.tips):
        if nummer in gegeven:
            continue
        woorden += len(tip.tekst.split())
        if gekozen and woorden > MAX_TIPWOORDEN:
            break
        gekozen.append(nummer)
    return gekozen[:3]


def geef_tips(beurt: Beurt, naam: str, opnieuw: bool = False) -> Events:
    """Give the next tips of a topic; ask the age once, before the first, when it is not known.

    ``opnieuw`` starts the topic afresh and says what is normal at this age.
    """
    onderwerp = beurt.bank.onderwerp(naam)
    if onderwerp is None:
        return geen_inhoud(beurt, naam)
    begonnen = any(tip.startswith(f"{naam}/") for tip in beurt.slot("gegeven_tips") or [])
    if beurt.leeftijd is None and beurt.open_vraag != "leeftijd" and not begonnen:
        beurt.zeg("utter_vraag_leeftijd")
        return [SlotSet("onderwerp", naam), vraag_open("leeftijd")]
    band = _band(beurt, onderwerp)
    gegeven = [] if opnieuw else _gegeven(beurt, naam, band)
    nummers = kies_tips(onderwerp.banden[band], gegeven)
    if not nummers:
        return naar_mens(beurt, onderwerp)
    _zeg_tips(beurt, naam, onderwerp, band, nummers, eerste=not gegeven)
    return [
        SlotSet("onderwerp", naam),
        SlotSet("interventie", None),
        SlotSet("niet_geholpen", beurt.slot("niet_geholpen") or 0 if gegeven else 0),
        SlotSet("gegeven_tips", [f"{naam}/{band}/{n}" for n in [*gegeven, *nummers]]),
    ]


def _band(beurt: Beurt, onderwerp: Onderwerp) -> str:
    if beurt.leeftijd is not None:
        return kies_band(onderwerp, beurt.leeftijd)
    banden = [b for b in BANDEN if b in onderwerp.banden]
    return banden[len(banden) // 2]


def _gegeven(beurt: Beurt, naam: str, band: str) -> list[int]:
    begin = f"{naam}/{band}/"
    namen = beurt.slot("gegeven_tips") or []
    return [int(tip.removeprefix(begin)) for tip in namen if tip.startswith(begin)]


def _zeg_tips(
    beurt: Beurt, naam: str, onderwerp: Onderwerp, band: str, nummers: list[int], eerste: bool
) -> None:
    stuk = onderwerp.banden[band]
    if eerste:
        custom = {"soort": "praat", "taal": "nl", "onderwerp": naam}
        beurt.zeg("utter_normaal", custom, normaal=stuk.normaal)
    tips = [{"id": f"{naam}/{band}/{n}", "tekst": stuk.tips[n].tekst} for n in nummers]
    bronnen = [onderwerp.bronnen[sleutel] for sleutel in stuk.bronnen]
    gedekt = bronnen if any(stuk.tips[n].bron is None for n in nummers) else []
    custom_tips: dict[str, Any] = {
        "soort": "tips",
        "taal": "nl",
        "onderwerp": naam,
        "tips": tips,
        "bronnen": bronnen_kaart(gedekt),
    }
    regels = _lijst(tip["tekst"] for tip in tips)
    beurt.zeg("utter_tips", custom_tips, tips=regels, bron=beurt.bron_regel(gedekt))
    custom = {"soort": "vraag", "taal": "nl", "onderwerp": naam}
    beurt.zeg("utter_na_tips", custom, vraag=onderwerp.vraag_terug)


def geen_inhoud(beurt: Beurt, naam: str) -> Events:
    """Say honestly that there are no tips yet, and bring to a person."""
    titel = beurt.bank.titel("titel", f"opvoedvraag/{naam}")
    beurt.zeg("utter_geen_inhoud", onderwerp=titel.lower())
    deuren = kies_deuren(beurt.bank, "opvoeden", beurt.leeftijd, beurt.gemeente)
    beurt.zeg_deuren(deuren, beurt.woord("deur_intro"))
    return [SlotSet("onderwerp", naam), SlotSet("interventie", None)]


def naar_mens(beurt: Beurt, onderwerp: Onderwerp) -> Events:
    """Tips are used up or don't help: name the person."""
    beurt.zeg("utter_geen_tips_meer", wie=_wie(beurt, onderwerp))
    deuren = kies_deuren(beurt.bank, "opvoeden", beurt.leeftijd, beurt.gemeente)
    beurt.zeg_deuren(deuren, beurt.woord("deur_intro"))
    return [SlotSet("niet_geholpen", 0)]


def _wie(beurt: Beurt, onderwerp: Onderwerp) -> str:
    if beurt.leeftijd is None:
        return onderwerp.hulp.wie
    return beurt.woord("wie_school" if beurt.leeftijd >= SCHOOL_VANAF else "wie_jong")


def _zeg_signalen(beurt: Beurt, naam: str, onderwerp: Onderwerp) -> None:
    custom = {"soort": "tips", "taal": "nl", "onderwerp": naam}
    regels = _lijst(onderwerp.hulp.signalen)
    beurt.zeg("utter_signalen", custom, signalen=regels, wie=onderwerp.hulp.wie)


def _zeg_vermijd(beurt: Beurt, naam: str, onderwerp: Onderwerp) -> None:
    custom = {"soort": "tips", "taal": "nl", "onderwerp": naam}
    beurt.zeg("utter_vermijd", custom, vermijd=_lijst(onderwerp.vermijd))


def _lijst(regels: Iterable[str]) -> str:
    return "\n".join(f"- {regel}" for regel in regels)


# What a button below the tips asks for (entity "stuk").
ZEGGEN = {"signalen": _zeg_signalen, "vermijd": _zeg_vermijd}


class ActionGeefTips(KennisActie):
    """A topic was named: tips that fit the age, or the age is asked once."""

    naam = "action_geef_tips"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        naam = beurt.genoemd_onderwerp or beurt.slot("onderwerp")
        if not naam or not beurt.bank.kent_titel("titel", f"opvoedvraag/{naam}"):
            beurt.zeg("utter_welk_onderwerp")
            return []
        return geef_tips(beurt, naam, opnieuw=naam != beurt.slot("onderwerp"))


class ActionAndereTip(KennisActie):
    """ "Dat doe ik al", "helpt niet", "vertel meer": the next tips, then a person."""

    naam = "action_andere_tip"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        naam = beurt.slot("onderwerp")
        if not naam:
            beurt.zeg("utter_niet_geholpen")
            return []
        onderwerp = beurt.bank.onderwerp(naam)
        if onderwerp is None:
            return geen_inhoud(beurt, naam)
        if (stuk := beurt.entiteit("stuk")) in ZEGGEN:
            ZEGGEN[stuk](beurt, naam, onderwerp)
            return []
        if beurt.intent != "niet_geholpen":
            # "En voor mijn andere kind van 12?" starts the topic again at that age.
            return geef_tips(beurt, naam, opnieuw=beurt.entiteit("leeftijd") is not None)
        keer = int(beurt.slot("niet_geholpen") or 0) + 1
        band = _band(beurt, onderwerp)
        over = kies_tips(onderwerp.banden[band], _gegeven(beurt, naam, band))
        if keer > 2 or not over:
            return naar_mens(beurt, onderwerp)
        beurt.zeg("utter_doet_al")
        return [*geef_tips(beurt, naam), SlotSet("niet_geholpen", keer)]
