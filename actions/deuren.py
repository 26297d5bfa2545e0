"""The way to people."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.beurt import Beurt, Events, KennisActie, vraag_open
from ouderwijzer.kennis.deuren import kies_deuren

# Intent -> need (a key of deuren.BEHOEFTEN) and the sentence before the doors.
BEHOEFTE = {
    "zoek_cjg": ("cjg", "deur_intro"),
    "mens_spreken": ("mens", "deur_intro_mens"),
    "zorg_zwaar": ("zwaar", "deur_intro_zwaar"),
    "zoek_school_steun": ("school", "deur_intro_school"),
    "zoek_migrantenorganisatie": ("kring", "deur_intro_taal"),
}


def zoek_deur(beurt: Beurt, intent: str) -> Events:
    """Say the doors for an intent; asks the place once where it makes a difference."""
    behoefte, intro = BEHOEFTE.get(intent, ("cjg", "deur_intro"))
    gevonden = beurt.gemeenten()
    if len(gevonden) > 1:
        return welke_gemeente(beurt, gevonden)
    if beurt.slot("plaats") and not gevonden and intent == "zoek_cjg":
        beurt.zeg("utter_plaats_onbekend", plaats=beurt.slot("plaats"))
        return [SlotSet("plaats", None), vraag_open("plaats")]
    if behoefte == "cjg" and not gevonden and beurt.open_vraag != "plaats":
        beurt.zeg("utter_vraag_plaats")
        return [vraag_open("plaats")]
    if behoefte == "cjg" and (beurt.leeftijd or 0) >= 4:
        behoefte, intro = "school", "deur_intro_school"
    beurt.zeg_deuren(
        kies_deuren(beurt.bank, behoefte, beurt.leeftijd, beurt.gemeente),
        _intro(beurt, behoefte, intro),
    )
    if behoefte != "cjg" and not beurt.slot("plaats") and intent != "zoek_cjg":
        beurt.zeg("utter_vraag_plaats")
        return [vraag_open("plaats")]
    return []


def _intro(beurt: Beurt, behoefte: str, intro: str) -> str:
    if behoefte == "cjg" and beurt.gemeente:
        gemeente = beurt.bank.gemeente(beurt.gemeente)
        return beurt.woord("deur_intro_plaats", gemeente=gemeente.naam if gemeente else "")
    return beurt.woord(intro)


def welke_gemeente(beurt: Beurt, sleutels: list[str]) -> Events:
    """A place that lies in several municipalities: ask which."""
    titels = beurt.bank.titels("gemeente")
    knoppen = [
        {
            "title": titels[sleutel],
            "payload": f'/geef_gegevens{{"plaats": "{titels[sleutel]}"}}',
        }
        for sleutel in sleutels
    ]
    beurt.zeg("utter_plaats_dubbel", plaats=beurt.slot("plaats"), buttons=knoppen)
    return [vraag_open("plaats")]


class ActionZoekDeur(KennisActie):
    """CJG, school, own circle, heavier care or just a person: at most two doors."""

    naam = "action_zoek_deur"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        return zoek_deur(beurt, beurt.intent)
