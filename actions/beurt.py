"""What every action shares: the turn, and a base class that survives a missing base."""

from __future__ import annotations

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from ouderwijzer.kennis import tijd
from ouderwijzer.kennis.model import Bron, Deur
from ouderwijzer.kennis.opslag import Kennisbank, KennisFout

logger = logging.getLogger(__name__)
Events = list[dict[str, Any]]
LEES_TIJD = 1.5  # seconds for all reading of one action; Rasa waits 2 (contracts.md)
RETRIEVAL = "opvoedvraag"


class Beurt:
    """One turn of the talk: what the parent said, what is known, and how to answer."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, bank: Kennisbank):
        """Wrap Rasa's dispatcher and tracker, with the knowledge base beside them."""
        self._dispatcher = dispatcher
        self._tracker = tracker
        self.bank = bank

    @property
    def tekst(self) -> str:
        """The parent's words, "" for a pressed button."""
        tekst = str(self._tracker.latest_message.get("text") or "")
        # Rasa's text of a button is its payload; the channel takes the slash off typed text.
        return "" if tekst.startswith("/") else tekst

    @property
    def intent(self) -> str:
        """The base intent of the message."""
        return str(self._tracker.latest_message.get("intent", {}).get("name") or "")

    @property
    def labels(self) -> list[str]:
        """All labels of the joint ranking, best first."""
        return [str(rij["label"]) for rij in self._tracker.latest_message.get("labels") or []]

    def slot(self, naam: str) -> Any:
        """Return the value of a slot, None when it is empty."""
        return self._tracker.get_slot(naam)

    def entiteit(self, naam: str) -> Any:
        """Return the value of an entity in this message, None when it is absent."""
        return next(self._tracker.get_latest_entity_values(naam), None)

    @property
    def leeftijd(self) -> float | None:
        """The child's age in years, as far as known."""
        waarde = self.slot("leeftijd")
        try:
            return None if waarde is None else float(waarde)
        except (TypeError, ValueError):
            return None

    @property
    def genoemd_onderwerp(self) -> str | None:
        """The topic of this very message: of a button, or of the retrieval intent."""
        if self.intent == "kies_onderwerp":
            gekozen = self.entiteit("onderwerp")
            return str(gekozen) if gekozen else None
        keuze = self._tracker.latest_message.get("response_selector", {}).get(RETRIEVAL, {})
        sleutel = keuze.get("response", {}).get("intent_response_key", "")
        return str(sleutel).partition("/")[2] or None if self.intent == RETRIEVAL else None

    @property
    def open_vraag(self) -> str | None:
        """What the bot asked in its last turn; None when the talk has moved on since."""
        vorige = self._vorige_beurt()
        if any(event.get("event") == "session_started" for event in vorige):
            return None  # a new session sets all slots again, also an old question
        waarden = [
            event.get("value")
            for event in vorige
            if event.get("event") == "slot" and event.get("name") == "open_vraag"
        ]
        return str(waarden[0]) if waarden and waarden[0] else None

    @property
    def vorige_actie(self) -> str | None:
        """The name of the last action of the turn before this one."""
        namen = (e.get("name") for e in self._vorige_beurt() if e.get("event") == "action")
        return next((str(naam) for naam in namen if naam != "action_listen"), None)

    def _vorige_beurt(self) -> Events:
        """Return what happened between the last two messages of the parent, newest first."""
        soorten = [event.get("event") for event in self._tracker.events]
        plekken = [plek for plek, soort in enumerate(soorten) if soort == "user"]
        if not plekken:
            return []
        begin = plekken[-2] + 1 if len(plekken) > 1 else 0
        return list(reversed(self._tracker.events[begin : plekken[-1]]))

    def gemeenten(self) -> list[str]:
        """Keys of the municipalities of the place in the slot; empty when unknown."""
        plaats = self.slot("plaats")
        return self.bank.gemeenten_bij(plaats) if plaats else []

    @property
    def gemeente(self) -> str | None:
        """Key of the municipality, when the place leads to exactly one."""
        gevonden = self.gemeenten()
        return gevonden[0] if len(gevonden) == 1 else None

    def woord(self, naam: str, **waarden: Any) -> str:
        """Return a short piece of text of content/woorden.yml, filled in."""
        return self.bank.titel("woord", naam).format(**waarden)

    def zeg(self, response: str, custom: dict[str, Any] | None = None, **waarden: Any) -> None:
        """Say a response of domain.yml; ``waarden`` fill its {places}, buttons come on top."""
        self._dispatcher.utter_message(response=response, json_message=custom, **waarden)

    def zeg_deuren(self, deuren: list[Deur], intro: str) -> None:
        """Say at most two doors, as lines of text and as cards."""
        kaarten = [self._kaart(deur) for deur in deuren]
        custom = {"soort": "deur", "taal": "nl", "deuren": kaarten}
        regels = "\n".join(self._regel(deur) for deur in deuren)
        self.zeg("utter_deuren", custom, intro=intro, deuren=regels)

    def _kaart(self, deur: Deur) -> dict[str, Any]:
        kaart: dict[str, Any] = {
            "naam": deur.naam,
            "waarom": deur.waarom,
            "nu_open": tijd.is_open(deur, tijd.nu()),
        }
        for sleutel, waarde in (
            ("telefoon", deur.telefoon),
            ("url", deur.url),
            ("tijden", tijd.als_tekst(deur)),
            ("bron", deur.bron and deur.bron.uitgever),
            ("gezien_op", deur.bron and deur.bron.gezien_op),
        ):
            if waarde:
                kaart[sleutel] = waarde
        return kaart

    def _regel(self, deur: Deur) -> str:
        delen = [deur.telefoon, deur.url, tijd.als_tekst(deur), self._open(deur)]
        bereik = ", ".join(deel for deel in delen if deel)
        return f"- {deur.naam}: {deur.waarom}" + (f" ({bereik})" if bereik else "")

    def _open(self, deur: Deur) -> str | None:
        if deur.altijd_open:
            return self.woord("dag_en_nacht")
        open_ = tijd.is_open(deur, tijd.nu())
        return None if open_ is None else self.woord("nu_open" if open_ else "nu_dicht")

    def bron_regel(self, bronnen: Iterable[Bron]) -> str:
        """Return one line that names publishers and years, "" without sources."""
        delen = dict.fromkeys(
            self.woord("bron_kort", uitgever=bron.uitgever, jaar=self.jaar(bron))
            for bron in bronnen
        )
        return f"{self.woord('bron')} {'; '.join(delen)}." if delen else self.woord("algemeen")

    def jaar(self, bron: Bron) -> str:
        """Return the year of a source as a parent reads it; "zonder datum" when none is known."""
        if not bron.gezien_op.startswith("n.d."):
            return bron.gezien_op[:4]
        gevonden = re.search(r"\((.*\d{4}.*)\)", bron.gezien_op)
        return gevonden[1] if gevonden else self.woord("zonder_datum")


def bronnen_kaart(bronnen: Iterable[Bron]) -> list[dict[str, str]]:
    """Return sources in the shape of ``custom.bronnen`` (contracts.md)."""
    return [dict(bron.dict()) for bron in bronnen]


def vraag_open(naam: str) -> dict[str, Any]:
    """Return the event that leaves a question open for the next turn."""
    return dict(SlotSet("open_vraag", naam))


class KennisActie(Action, ABC):
    """An action that reads the knowledge base; without it the parent still gets an answer."""

    naam: ClassVar[str]
    bank: ClassVar[Kennisbank] = Kennisbank()

    def name(self) -> str:
        """Return the name in domain.yml."""
        return self.naam

    @abstractmethod
    def antwoord(self, beurt: Beurt) -> Events:
        """Say something through ``beurt`` and return Rasa events; may raise KennisFout."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer in a thread, since reading a database blocks."""
        # Collected apart: a thread that is too late must add nothing to the answer.
        gezegd = CollectingDispatcher()
        beurt = Beurt(gezegd, tracker, self.bank)
        try:
            events = await asyncio.wait_for(asyncio.to_thread(self.antwoord, beurt), LEES_TIJD)
        except (KennisFout, asyncio.TimeoutError) as fout:
            logger.error("%s: %s", self.naam, str(fout) or "reading took too long")
            dispatcher.utter_message(response="utter_storing")
            return []
        dispatcher.messages.extend(gezegd.messages)
        return events
