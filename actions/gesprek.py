"""Short answers that depend on what the bot asked before."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.beurt import Beurt, Events, KennisActie, vraag_open
from actions.deuren import zoek_deur
from actions.tips import geef_tips
from ouderwijzer.kennis.deuren import kies_deuren

AANBOD = 3  # guesses (contracts.md)
# Turns in which the parent got no answer to the question.
NIET_BEGREPEN = {"action_niet_begrepen", "utter_buiten_bereik"}
KORT = 8  # words; a longer message tells more than an age


class ActionVerwerkGegevens(KennisActie):
    """A bare age or place: it goes on with what the talk was about."""

    naam = "action_verwerk_gegevens"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        if beurt.entiteit("plaats"):
            return zoek_deur(beurt, "zoek_cjg")
        if beurt.open_vraag == "plaats" and beurt.entiteit("leeftijd") is None:
            return self._geen_plaats(beurt)
        if beurt.slot("onderwerp"):
            nieuw = beurt.entiteit("leeftijd") is not None and beurt.open_vraag != "leeftijd"
            return geef_tips(beurt, beurt.slot("onderwerp"), opnieuw=nieuw)
        beurt.zeg("utter_welk_onderwerp")
        return []

    @staticmethod
    def _geen_plaats(beurt: Beurt) -> Events:
        """The answer to "in welke plaats woon je?" has no word that looks like a place."""
        if not beurt.tekst:
            return zoek_deur(beurt, "zoek_cjg")
        beurt.zeg("utter_plaats_onbekend", plaats=beurt.tekst[:40])
        return [SlotSet("plaats", None), vraag_open("plaats")]


class ActionBevestigd(KennisActie):
    """Yes: to the open question, if there is one."""

    naam = "action_bevestigd"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        if beurt.open_vraag == "wissen":
            beurt.zeg("utter_gewist")
            return [AllSlotsReset()]
        if beurt.slot("onderwerp"):
            return geef_tips(beurt, beurt.slot("onderwerp"))
        beurt.zeg("utter_ja_zonder_vraag")
        return []


class ActionOntkend(KennisActie):
    """No: to the open question, if there is one."""

    naam = "action_ontkend"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        if beurt.open_vraag == "wissen":
            beurt.zeg("utter_niet_gewist")
            return []
        if beurt.open_vraag == "leeftijd" and beurt.slot("onderwerp"):
            return geef_tips(beurt, beurt.slot("onderwerp"))
        if beurt.open_vraag == "plaats":
            deuren = kies_deuren(beurt.bank, "opvoeden", beurt.leeftijd, None)
            beurt.zeg_deuren(deuren, beurt.woord("deur_intro"))
            return []
        beurt.zeg("utter_nee_zonder_vraag")
        return []


class ActionPrivacy(Action):
    """Says what happens with the talk and offers to erase it."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_privacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say it and leave the question open."""
        dispatcher.utter_message(response="utter_privacy")
        return [vraag_open("wissen")]


class ActionOvernieuw(Action):
    """Forgets what the talk was about."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_overnieuw"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Empty all slots."""
        dispatcher.utter_message(response="utter_overnieuw")
        return [AllSlotsReset()]


class ActionNietBegrepen(KennisActie):
    """Not sure: three guesses; the second time in a row: people."""

    naam = "action_niet_begrepen"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        if beurt.open_vraag == "plaats" and beurt.entiteit("plaats"):
            return zoek_deur(beurt, "zoek_cjg")
        if beurt.slot("onderwerp") and _alleen_leeftijd(beurt):
            return geef_tips(beurt, beurt.slot("onderwerp"), opnieuw=True)
        if beurt.vorige_actie in NIET_BEGREPEN:
            deuren = kies_deuren(beurt.bank, "mens", beurt.leeftijd, beurt.gemeente)
            beurt.zeg_deuren(deuren, beurt.woord("deur_intro_mens"))
            return []
        knoppen = [self._knop(beurt, label) for label in _keuzes(beurt)]
        knoppen.append({"title": beurt.woord("mens_spreken"), "payload": "/mens_spreken"})
        beurt.zeg("utter_keuzes", buttons=knoppen)
        return []

    @staticmethod
    def _knop(beurt: Beurt, label: str) -> dict[str, str]:
        base, _, onderwerp = label.partition("/")
        payload = f'/kies_onderwerp{{"onderwerp": "{onderwerp}"}}' if onderwerp else f"/{base}"
        return {"title": beurt.bank.titel("titel", label), "payload": payload}


def _alleen_leeftijd(beurt: Beurt) -> bool:
    """True for a short message with an age ("en voor een kind van 13?")."""
    return beurt.entiteit("leeftijd") is not None and len(beurt.tekst.split()) <= KORT


def _keuzes(beurt: Beurt) -> list[str]:
    """The best three labels that can be offered on a button; a person is offered anyway."""
    labels = [label for label in beurt.labels if label != "mens_spreken"]
    return [label for label in labels if beurt.bank.kent_titel("titel", label)][:AANBOD]
