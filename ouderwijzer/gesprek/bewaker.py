"""The guard: one turn of Rasa, within a budget, that always ends with a stored reply.

Rasa says nothing when an action fails, waits minutes for an action server that hangs, and stores
nothing when it is interrupted. So the guard plays the turn itself, with the same steps as
``MessageProcessor.handle_message`` (Rasa 3.6.21, the last release), on a tracker that it keeps in
hand: whatever happens, that tracker holds the parent's message and the slots up to the last step
that was finished, gets a reply, and is saved once, at the end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from rasa.core.actions.action import create_bot_utterance
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from ouderwijzer.gesprek.antwoord import maak_antwoorden
from ouderwijzer.gesprek.bericht import Invoer
from ouderwijzer.gesprek.opslag import GesprekOpslag, opslag_van
from ouderwijzer.gesprek.teksten import Teksten

logger = logging.getLogger(__name__)

WELKOM = "utter_welkom"
STORING = "utter_storing"
LEEG = "utter_leeg_bericht"
VEILIGHEID = "utter_veiligheid"
VEILIGHEID_OPEN = "veiligheid_open"  # slot: what the safety sentence of the last turn was about
# Signs over a talk (bench/vangnet.md): what is left of a sign at the next message, and the least
# weight of a message that may tip the sum (1 is a doubt by itself).
VERVAAGT = 0.7
KLEINSTE_TEKEN = 0.25
# How often a waiting request looks whether the lock is free; Rasa's default is once a second.
SLOT_WACHT = 0.05
T = TypeVar("T")


class StilKanaal(OutputChannel):
    """An output channel that sends nothing: replies are read from the stored events."""

    def __init__(self, naam: str) -> None:
        """``naam`` picks the response variations that are meant for one channel."""
        self._naam = naam

    def name(self) -> str:
        """Return the name of the channel."""
        return self._naam

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Send nothing."""


class Bewaker:
    """Plays turns for the channels. Cheap to make; one per request, since the agent may change."""

    def __init__(self, agent: Agent, teksten: Teksten, budget: float) -> None:
        """``budget``: seconds a turn may take. Raises RasaException for the wrong store."""
        self.agent = agent
        self.opslag: GesprekOpslag = opslag_van(agent)
        self._teksten = teksten
        self._budget = budget

    def op_slot(self, gesprek_id: str) -> AbstractAsyncContextManager[Any]:
        """Return the lock of a conversation; hold it around everything that reads and writes it."""
        slot: AbstractAsyncContextManager[Any] = self.agent.lock_store.lock(
            gesprek_id, wait_time_in_seconds=SLOT_WACHT
        )
        return slot

    async def open_gesprek(
        self, gesprek_id: str, kanaal: str, slots: Mapping[str, Any]
    ) -> list[BotUttered]:
        """Start a conversation with the welcome and store it.

        Rasa's own session start is written out here, since a custom one would ask the action
        server. Slots that the domain does not have are left out. Raises the store's errors.
        """
        tracker = self._nieuwe_tracker(gesprek_id)
        bekend = [SlotSet(naam, waarde) for naam, waarde in slots.items() if naam in tracker.slots]
        tracker.update_with_events(
            [
                ActionExecuted(ACTION_SESSION_START_NAME),
                SessionStarted(),
                *bekend,
                ActionExecuted(ACTION_LISTEN_NAME),
            ],
            self.agent.domain,
        )
        welkom = await self._zeg(WELKOM, "welkom", tracker, kanaal)
        await self.opslag.save(tracker)
        return [welkom]

    async def beurt(self, gesprek_id: str, invoer: Invoer) -> list[BotUttered]:
        """Play one turn and store it. The caller holds the lock of the conversation.

        Returns what the bot says, never nothing. Raises nothing: a failure becomes a reply too.
        """
        try:
            tracker = await self._haal_tracker(gesprek_id)
        except Exception as fout:
            return await self.zonder_opslag(gesprek_id, invoer, _reden(fout))
        begin = len(tracker.events)
        was_open = _is_open(tracker)
        reden = await self._speel(tracker, invoer, begin)
        if reden:
            await self._vang_op(tracker, invoer, begin, reden)
        await self._voeg_veiligheid_toe(tracker, invoer, begin, was_open)
        try:
            await self.opslag.save(tracker)
            gezegd = _gezegd(tracker, begin)
            if any(_custom(bot).get("wis") is True for bot in gezegd):
                await self.opslag.wis(gesprek_id)
        except Exception as fout:
            return await self.zonder_opslag(gesprek_id, invoer, _reden(fout))
        return gezegd

    async def zonder_opslag(self, gesprek_id: str, invoer: Invoer, reden: str) -> list[BotUttered]:
        """Answer when nothing can be read or stored: the emergency reply, or the apology."""
        tracker = self._nieuwe_tracker(gesprek_id)
        try:
            await asyncio.wait_for(self._hoor(tracker, invoer), self._budget)
        except Exception as fout:
            reden = f"{reden}, {_reden(fout)}"
        await self._vang_op(tracker, invoer, 0, reden)
        return _gezegd(tracker, 0)

    # ----------------------------------------------------------------- the turn itself

    async def _speel(self, tracker: DialogueStateTracker, invoer: Invoer, begin: int) -> str | None:
        """Play the turn on ``tracker``. Returns None when it went well, else why it did not."""
        if invoer.is_leeg:
            self._noteer(tracker, invoer, {})
            await self._zeg(LEEG, "vraag", tracker, invoer.kanaal)
            return None
        try:
            await asyncio.wait_for(self._rasa_beurt(tracker, invoer), self._budget)
        except Exception as fout:
            return _reden(fout)
        gezegd = maak_antwoorden("", [bot.as_dict() for bot in _gezegd(tracker, begin)])
        return None if gezegd else "no reply"

    async def _rasa_beurt(self, tracker: DialogueStateTracker, invoer: Invoer) -> None:
        """Do what ``MessageProcessor.handle_message`` does, short of saving.

        Every step writes into ``tracker`` only after it has finished, so an interruption leaves
        no half step behind.
        """
        kanaal = StilKanaal(invoer.kanaal)
        processor = self.agent.processor
        await self._hoor(tracker, invoer)
        await processor.run_action_extract_slots(kanaal, tracker)
        await processor._run_prediction_loop(kanaal, tracker)

    async def _hoor(self, tracker: DialogueStateTracker, invoer: Invoer) -> None:
        """Start a session when the last one has expired; let the pipeline read the message."""
        processor = self.agent.processor
        await processor._update_tracker_session(tracker, StilKanaal(invoer.kanaal))
        bericht = UserMessage(
            invoer.voor_nlu,
            sender_id=tracker.sender_id,
            input_channel=invoer.kanaal,
            message_id=invoer.bericht_id,
        )
        self._noteer(tracker, invoer, await processor.parse_message(bericht, tracker))

    def _noteer(
        self, tracker: DialogueStateTracker, invoer: Invoer, gelezen: Mapping[str, Any]
    ) -> None:
        """Write the parent's message into the tracker, as the parent sent it (but masked)."""
        tracker.update(
            UserUttered(
                invoer.tekst,
                gelezen.get("intent"),
                gelezen.get("entities"),
                dict(gelezen),
                input_channel=invoer.kanaal,
                message_id=invoer.bericht_id,
                metadata=dict(invoer.metadata),
            ),
            self.agent.domain,
        )

    # ----------------------------------------------------------------- when it goes wrong

    async def _vang_op(
        self, tracker: DialogueStateTracker, invoer: Invoer, begin: int, reden: str
    ) -> None:
        """Finish a failed turn: the message is in the tracker, a reply follows, Rasa listens."""
        logger.error("Guard answered message %s: %s", invoer.bericht_id, reden)
        if _bericht(tracker, begin) is None:
            self._noteer(tracker, invoer, {})
        nood = _nood(_gelezen(tracker, begin), invoer)
        if nood and not _zei_nood(tracker, begin):
            await self._zeg(f"utter_{nood}", "nood", tracker, invoer.kanaal)
        elif not nood:
            await self._zeg(STORING, "fout", tracker, invoer.kanaal)
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.agent.domain)

    async def _voeg_veiligheid_toe(
        self, tracker: DialogueStateTracker, invoer: Invoer, begin: int, was_open: bool
    ) -> None:
        """Add the calm sentence when the safety net doubts, and remember that for one turn.

        Also when small signs of this and earlier messages add up to a doubt. An emergency reply
        comes alone.
        """
        soort = None
        if not _zei_nood(tracker, begin):
            soort = _twijfel(_gelezen(tracker, begin)) or _opgeteld(tracker, begin)
        if soort:
            await self._zeg(VEILIGHEID, "nood", tracker, invoer.kanaal)
        if VEILIGHEID_OPEN in tracker.slots and (soort or was_open):
            tracker.update(SlotSet(VEILIGHEID_OPEN, soort), self.agent.domain)

    # ----------------------------------------------------------------- small parts

    async def _haal_tracker(self, gesprek_id: str) -> DialogueStateTracker:
        tracker = await self.opslag.retrieve(gesprek_id)
        return self._nieuwe_tracker(gesprek_id) if tracker is None else self._merk(tracker)

    def _nieuwe_tracker(self, gesprek_id: str) -> DialogueStateTracker:
        return self._merk(self.opslag.init_tracker(gesprek_id))

    def _merk(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """Mark the tracker with the model, as ``MessageProcessor.get_tracker`` does."""
        model = self.agent.processor.model_metadata
        tracker.model_id = model.model_id
        tracker.assistant_id = tracker.assistant_id or model.assistant_id
        return tracker

    async def _zeg(
        self, naam: str, soort: str, tracker: DialogueStateTracker, kanaal: str
    ) -> BotUttered:
        """Let the bot say a response of the domain, or its spare text, in ``tracker``."""
        try:
            bericht = await self.agent.nlg.generate(naam, tracker, kanaal) or {}
        except Exception as fout:
            logger.error("Response %s cannot be made: %s", naam, _reden(fout))
            bericht = {}
        if not bericht.get("text"):
            reserve = self._teksten.antwoorden
            bericht = {**bericht, "text": reserve.get(naam, reserve["nood"])}
        standaard = {"soort": soort, "taal": "nl"}
        bericht["custom"] = {**standaard, **(bericht.get("custom") or {})}
        bot = create_bot_utterance({**bericht, "utter_action": naam})
        tracker.update(bot, self.agent.domain)
        return bot


async def maak_af(werk: Coroutine[Any, Any, T]) -> T:
    """Finish ``werk`` even when the caller is cancelled, as Sanic does when a phone drops off.

    So a turn is always stored with its reply, and sending the message again finds it.
    """
    taak = asyncio.ensure_future(werk)
    _LOPEND.add(taak)
    taak.add_done_callback(_LOPEND.discard)
    return await asyncio.shield(taak)


_LOPEND: set[asyncio.Future[Any]] = set()  # asyncio itself keeps only weak references


def _reden(fout: BaseException) -> str:
    """Name an error without its text, which may quote the parent."""
    return "time-out" if isinstance(fout, asyncio.TimeoutError) else type(fout).__name__


def _gezegd(tracker: DialogueStateTracker, begin: int) -> list[BotUttered]:
    return [e for e in list(tracker.events)[begin:] if isinstance(e, BotUttered)]


def _bericht(tracker: DialogueStateTracker, begin: int) -> UserUttered | None:
    nieuw = list(tracker.events)[begin:]
    return next((e for e in nieuw if isinstance(e, UserUttered)), None)


def _gelezen(tracker: DialogueStateTracker, begin: int) -> Mapping[str, Any]:
    """Return what the pipeline made of this turn's message (contracts.md); empty if nothing."""
    bericht = _bericht(tracker, begin)
    gelezen: Mapping[str, Any] = bericht.parse_data if bericht else {}
    return gelezen


def _custom(bot: BotUttered) -> Mapping[str, Any]:
    custom: Mapping[str, Any] = bot.data.get("custom") or {}
    return custom


def _is_open(tracker: DialogueStateTracker) -> bool:
    slot = tracker.slots.get(VEILIGHEID_OPEN)
    return slot is not None and slot.value is not None


def _zei_nood(tracker: DialogueStateTracker, begin: int) -> bool:
    """Whether an emergency reply was given in this turn (its ``custom`` says so)."""
    return any(_is_noodantwoord(bot) for bot in _gezegd(tracker, begin))


def _is_noodantwoord(event: Event) -> bool:
    """Whether the bot said an emergency reply or the safety sentence."""
    return isinstance(event, BotUttered) and _custom(event).get("soort") == "nood"


def _intentie(gelezen: Mapping[str, Any]) -> str:
    return (gelezen.get("intent") or {}).get("name") or ""


def _is_nood(intentie: str) -> bool:
    return intentie.startswith("nood_") or intentie == "kind_zelf"


def _twijfel(gelezen: Mapping[str, Any]) -> str | None:
    """Return the emergency that the safety net is not sure of, None if there is none."""
    veiligheid = gelezen.get("veiligheid") or {}
    if veiligheid.get("zeker") or _is_nood(_intentie(gelezen)):
        return None
    return veiligheid.get("soort") or None


def _opgeteld(tracker: DialogueStateTracker, begin: int) -> str | None:
    """Return the emergency that small signs of the last messages add up to, None if they don't.

    A sign fades by ``VERVAAGT`` with each message and counts only until the safety sentence or an
    emergency reply was said, within a session.
    """
    veiligheid = _gelezen(tracker, begin).get("veiligheid") or {}
    if veiligheid.get("zeker") or veiligheid.get("gewicht", 0) < KLEINSTE_TEKEN:
        return None  # this message itself shows nothing
    som, deel = float(veiligheid["gewicht"]), 1.0
    for event in reversed(list(tracker.events)[:begin]):
        if isinstance(event, SessionStarted) or _is_noodantwoord(event):
            break
        if isinstance(event, UserUttered):
            deel *= VERVAAGT
            eerder = event.parse_data.get("veiligheid") or {}
            som += deel * float(eerder.get("gewicht", 0))
    return veiligheid.get("mogelijk") if som >= 1 else None


def _nood(gelezen: Mapping[str, Any], invoer: Invoer) -> str | None:
    """Return the emergency of a message: by intent, by the safety net, by its bare text."""
    intentie = _intentie(gelezen)
    if _is_nood(intentie):
        return intentie
    veiligheid = gelezen.get("veiligheid") or {}
    if veiligheid.get("zeker") and veiligheid.get("soort"):
        return str(veiligheid["soort"])
    return nood_in_tekst(invoer.voor_nlu)


def nood_in_tekst(tekst: str) -> str | None:
    """Ask the safety net about plain text; it needs no model. None when it is not sure."""
    try:
        from ouderwijzer.begrip import vangnet

        oordeel = vangnet.beoordeel(tekst)
    except Exception as fout:  # the last line of defence must not fail on its own helper
        logger.error("The safety net cannot read plain text: %s", _reden(fout))
        return None
    return oordeel.soort if oordeel.zeker else None
