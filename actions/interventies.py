"""Facts about programmes, never invented."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.beurt import Beurt, Events, KennisActie, bronnen_kaart
from ouderwijzer.kennis import tijd
from ouderwijzer.kennis.model import Interventie

AANBOD = 3
OUD_NA = 5  # years after which a judgement is called old (facts.md 1.0)
# Aspect -> the fields that answer it.
VELDEN = {
    "doel": ("doel",),
    "doelgroep": ("doelgroep",),
    "duur": ("duur",),
    "kosten": ("kosten",),
    "migranten": ("migranten",),
    "waar": ("toegang", "waar"),
}


def oordeel(beurt: Beurt, interventie: Interventie) -> str:
    """Return level and date together, per judged version."""
    delen = []
    for erkenning in interventie.erkenningen:
        if erkenning.niveau is None or erkenning.datum is None:
            delen.append(erkenning.toelichting or beurt.woord("geen_oordeel"))
            continue
        niveau = beurt.woord(erkenning.niveau.value)
        stand = beurt.woord("stand_van", niveau=niveau, datum=erkenning.datum)
        oud = tijd.nu().year - int(erkenning.datum[:4]) >= OUD_NA
        delen.append(
            f"{erkenning.versie}: {stand}." + (f" {beurt.woord('oud_oordeel')}" if oud else "")
        )
    return "\n".join(delen)


def tekst_van(beurt: Beurt, interventie: Interventie, aspect: str | None) -> str:
    """Return what is known of one side of a programme; of no side: in short, and for whom."""
    if aspect == "bewijs":
        return f"{interventie.bewijs}\n{oordeel(beurt, interventie)}"
    velden = VELDEN.get(aspect or "", ("in_het_kort",))
    return " ".join(str(getattr(interventie, veld)) for veld in velden)


class ActionInterventie(KennisActie):
    """One programme, asked by name or as a follow-up."""

    naam = "action_interventie"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        onbekend = beurt.entiteit("onbekende_interventie")
        if onbekend and not beurt.entiteit("interventie"):
            beurt.zeg("utter_interventie_onbekend", naam=onbekend)
            return [SlotSet("interventie", None)]
        sleutel = beurt.slot("interventie")
        interventie = beurt.bank.interventie(sleutel) if sleutel else None
        if interventie is None:
            beurt.zeg("utter_welke_interventie")
            return []
        _zeg_interventie(beurt, interventie, beurt.entiteit("aspect"))
        return [SlotSet("onderwerp", None)]


def _zeg_interventie(beurt: Beurt, interventie: Interventie, aspect: str | None) -> None:
    bronnen = list(interventie.bronnen.values())[:3]
    custom: dict[str, Any] = {
        "soort": "feit",
        "taal": "nl",
        "bronnen": bronnen_kaart(interventie.bronnen.values()),
    }
    beurt.zeg(
        "utter_interventie",
        custom,
        naam=interventie.naam,
        tekst=tekst_van(beurt, interventie, aspect),
        bron=beurt.bron_regel(bronnen),
    )


class ActionZoekInterventie(KennisActie):
    """At most three programmes that fit the age; therapies are not offered."""

    naam = "action_zoek_interventie"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        passend = [
            (sleutel, i)
            for sleutel, i in beurt.bank.interventies().items()
            if not i.therapie and i.deel_van is None and _past(i, beurt.leeftijd)
        ]
        onderwerp = beurt.slot("onderwerp")
        gekozen = beurt.bank.onderwerp(onderwerp) if onderwerp else None
        eerst = gekozen.interventies if gekozen else []
        passend.sort(key=lambda paar: paar[0] not in eerst)
        if not passend:
            beurt.zeg("utter_geen_interventie")
            return []
        self._zeg(beurt, dict(passend[:AANBOD]))
        return []

    @staticmethod
    def _zeg(beurt: Beurt, gekozen: dict[str, Interventie]) -> None:
        regels = [
            f"- {i.naam} ("
            + beurt.woord("leeftijd", van=f"{i.leeftijd.van:g}", tot=f"{i.leeftijd.tot:g}")
            + f"): {i.in_het_kort.split('. ')[0].rstrip('.')}."
            for i in gekozen.values()
        ]
        bronnen = [next(iter(i.bronnen.values())) for i in gekozen.values()]
        custom = {"soort": "feit", "taal": "nl", "bronnen": bronnen_kaart(bronnen)}
        knoppen = [
            {"title": i.naam, "payload": f'/interventie_info{{"interventie": "{sleutel}"}}'}
            for sleutel, i in gekozen.items()
        ]
        beurt.zeg(
            "utter_zoek_interventie",
            custom,
            intro=beurt.woord("programma_intro"),
            lijst="\n".join(regels),
            buttons=knoppen,
        )


def _past(interventie: Interventie, leeftijd: float | None) -> bool:
    if leeftijd is None:
        return True
    # "Tot" is included: a child of six and a half fits "0 tot en met 6".
    return interventie.leeftijd.van <= leeftijd < interventie.leeftijd.tot + 1
