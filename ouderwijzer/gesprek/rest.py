"""Rasa's REST channel with the same masking, guard and safety sentence as the web channel.

In credentials.yml it takes the place of ``rest:``; the address stays /webhooks/rest/webhook::

    ouderwijzer.gesprek.rest.RestKanaal:

A tool for developers and tests: it has no tokens, so anybody who reaches it can speak for any
sender, and a text that begins with "/" is an intent, as everywhere in Rasa. Leave it out where
parents are served. The client's ``metadata`` and ``input_channel`` are not stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from rasa.core.lock_store import LockError
from rasa.shared.core.events import BotUttered
from sanic import Blueprint, Sanic
from sanic.exceptions import InvalidUsage
from sanic.request import Request

from ouderwijzer.gesprek.bericht import MAX_TEKST, Invoer, maak_schoon
from ouderwijzer.gesprek.bewaker import Bewaker, maak_af
from ouderwijzer.gesprek.instellen import BewakerInstellingen, lees_bewaker, stel_actietijd_in
from ouderwijzer.gesprek.maskeren import maskeer
from ouderwijzer.gesprek.opslag import opslag_van
from ouderwijzer.gesprek.teksten import laad_teksten


class RestKanaal(RestInput):
    """The ``rest`` channel of this project."""

    def __init__(self, instellingen: BewakerInstellingen) -> None:
        """Raises RasaException when the texts cannot be read."""
        self._instellingen = instellingen
        self._teksten = laad_teksten()
        self._app: Sanic | None = None
        stel_actietijd_in(instellingen.actie_seconden)

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> RestKanaal:
        """Make the channel from its part of credentials.yml. Raises RasaException if it is bad."""
        return cls(lees_bewaker(credentials))

    def blueprint(self, _: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return Rasa's routes, with the guard in place of Rasa's message handler."""
        deel: Blueprint = super().blueprint(self._ontvang)
        deel.listener("before_server_start")(self._onthoud_app)
        deel.listener("after_server_start")(_controleer_opslag)
        return deel

    async def _ontvang(self, bericht: UserMessage) -> None:
        """Play the turn; what the bot says goes to the message's own output channel."""
        for bot in await maak_af(self._beurt(bericht)):
            await bericht.output_channel.send_response(bericht.sender_id, bot.message())

    async def _beurt(self, bericht: UserMessage) -> list[BotUttered]:
        assert self._app is not None  # set before the first request can come in
        bewaker = Bewaker(self._app.ctx.agent, self._teksten, self._instellingen.budget_seconden)
        tekst = maskeer(maak_schoon(bericht.text or "")).strip()
        invoer = Invoer(uuid.uuid4().hex, tekst, tekst, self.name())
        try:
            async with bewaker.op_slot(bericht.sender_id):
                return await bewaker.beurt(bericht.sender_id, invoer)
        except LockError:
            return await bewaker.zonder_opslag(bericht.sender_id, invoer, "LockError")

    async def _onthoud_app(self, app: Sanic, _: Any) -> None:
        self._app = app

    async def _extract_sender(self, req: Request) -> str | None:
        return _tekst(req, "sender", 255)

    def _extract_message(self, req: Request) -> str | None:
        return _tekst(req, "message", MAX_TEKST)

    def _extract_input_channel(self, req: Request) -> str:
        return str(self.name())

    def get_metadata(self, request: Request) -> None:
        """Return nothing: free metadata would be stored as it is, unmasked."""


def _tekst(verzoek: Request, sleutel: str, hooguit: int) -> str | None:
    """Return a text of the JSON body, None when it is not there. Raises InvalidUsage (400)."""
    inhoud = verzoek.json
    waarde = inhoud.get(sleutel) if isinstance(inhoud, dict) else None
    if not isinstance(inhoud, dict) or not isinstance(waarde, (str, type(None))):
        raise InvalidUsage(f'The body must be a JSON object with a text under "{sleutel}".')
    if waarde is not None and len(waarde) > hooguit:
        raise InvalidUsage(f'"{sleutel}" is longer than {hooguit} characters.')
    return waarde


async def _controleer_opslag(app: Sanic, _: Any) -> None:
    opslag_van(app.ctx.agent)
