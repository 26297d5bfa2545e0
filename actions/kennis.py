"""Answers about parenting support itself, and where answers come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actions.beurt import Beurt, Events, KennisActie, bronnen_kaart
from actions.tips import kies_band
from ouderwijzer.kennis.model import Artikel, Bron, Stuk
from ouderwijzer.kennis.opslag import normaliseer

MEER = 3  # other pieces offered below an answer


def kies_stuk(artikel: Artikel, tekst: str) -> str:
    """Return the name of the piece with most key words in ``tekst``; without a hit, the first."""
    vraag = f" {normaliseer(tekst)} "

    def treffers(naam: str) -> int:
        woorden = artikel.stukken[naam].trefwoorden
        return sum(f" {normaliseer(woord)}" in vraag for woord in woorden)

    return max(artikel.stukken, key=treffers)


class ActionKennis(KennisActie):
    """What support is, its kinds, what works, the databank, the CJG."""

    naam = "action_kennis"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        artikel = beurt.bank.artikel(beurt.intent)
        if artikel is None:
            beurt.zeg("utter_buiten_bereik")
            return []
        gekozen = beurt.entiteit("stuk")
        naam = gekozen if gekozen in artikel.stukken else kies_stuk(artikel, beurt.tekst)
        self._zeg(beurt, artikel, naam)
        return []

    @staticmethod
    def _zeg(beurt: Beurt, artikel: Artikel, naam: str) -> None:
        stuk: Stuk = artikel.stukken[naam]
        bronnen = [artikel.bronnen[sleutel] for sleutel in stuk.bronnen]
        custom: dict[str, Any] = {"soort": "feit", "taal": "nl", "bronnen": bronnen_kaart(bronnen)}
        knoppen = [
            {"title": ander.kop, "payload": f'/{beurt.intent}{{"stuk": "{sleutel}"}}'}
            for sleutel, ander in artikel.stukken.items()
            if sleutel != naam
        ]
        beurt.zeg(
            "utter_kennis",
            custom,
            tekst=stuk.tekst,
            bron=beurt.bron_regel(bronnen),
            buttons=knoppen[:MEER],
        )


class ActionBronnen(KennisActie):
    """Where the last answer came from, with addresses and dates."""

    naam = "action_bronnen"

    def antwoord(self, beurt: Beurt) -> Events:
        """See the class."""
        bronnen = list(_bronnen(beurt))
        if not bronnen:
            beurt.zeg("utter_geen_bronnen")
            return []
        regels = "\n".join(
            f"- {bron.uitgever}: {bron.titel} ({beurt.jaar(bron)}), {bron.url}" for bron in bronnen
        )
        custom = {"soort": "feit", "taal": "nl", "bronnen": bronnen_kaart(bronnen)}
        beurt.zeg("utter_bronnen", custom, bronnen=regels)
        return []


def _bronnen(beurt: Beurt) -> Iterable[Bron]:
    if sleutel := beurt.slot("interventie"):
        interventie = beurt.bank.interventie(sleutel)
        return interventie.bronnen.values() if interventie else []
    naam = beurt.slot("onderwerp")
    onderwerp = beurt.bank.onderwerp(naam) if naam else None
    if onderwerp is None:
        return []
    if beurt.leeftijd is None:
        return onderwerp.bronnen.values()
    band = onderwerp.banden[kies_band(onderwerp, beurt.leeftijd)]
    return [onderwerp.bronnen[sleutel] for sleutel in band.bronnen]
