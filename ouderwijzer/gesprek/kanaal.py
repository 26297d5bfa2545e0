"""The web channel: the calls of contracts.md under /webchat, the widget and the page.

In credentials.yml::

    ouderwijzer.gesprek.kanaal.WebKanaal:
      origins: []                # other sites that may embed the widget

All settings: ``instellen.WebInstellingen``; docs/kanaal.md has them in a table.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.core.events import BotUttered
from sanic import Blueprint, Sanic
from sanic.exceptions import PayloadTooLarge, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from ouderwijzer.gesprek.antwoord import (
    WELKOM_ID,
    Antwoord,
    Beurt,
    geschiedenis,
    maak_antwoorden,
    titel_van,
    verdeel,
    zoek,
)
from ouderwijzer.gesprek.bericht import (
    Invoer,
    Verzoek,
    gedrukt,
    getypt,
    lees_gemeente,
    lees_json,
    lees_oordeel,
    lees_verzoek,
)
from ouderwijzer.gesprek.bewaker import Bewaker, maak_af, nood_in_tekst
from ouderwijzer.gesprek.instellen import WebInstellingen, lees_web, stel_actietijd_in
from ouderwijzer.gesprek.opslag import opslag_van
from ouderwijzer.gesprek.pagina import CSP_NIETS, KOPPEN, laad_pagina
from ouderwijzer.gesprek.teksten import KanaalFout, laad_teksten
from ouderwijzer.gesprek.tempo import Tempo
from ouderwijzer.gesprek.token import NieuwToken, TokenFout, Tokens, laad_sleutel

logger = logging.getLogger(__name__)

NAAM = "webchat"
PAD = "/webchat"
# Bytes: 3000 characters fit, also written as \uXXXX of six bytes each.
MAX_BODY = 20 * 1024
MAX_WEGGOOIEN = 1024 * 1024  # a body up to this is read to its end before it is refused
SLOTS_VOOR_PLAATS = ("gemeente", "plaats")
Afhandeling = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class WebKanaal(InputChannel):
    """Rasa input channel for the widget."""

    def __init__(self, instellingen: WebInstellingen) -> None:
        """Read everything that is needed to serve.

        Raises RasaException when the widget, the texts or the signing key cannot be read.
        """
        self._instellingen = instellingen
        stel_actietijd_in(instellingen.actie_seconden)
        self._teksten = laad_teksten()
        self._pagina = laad_pagina(instellingen.widget_pad)
        sleutel = laad_sleutel(Path(instellingen.sleutelbestand))
        self._tokens = Tokens(sleutel, timedelta(hours=instellingen.geldig_uren))
        self._tempo = Tempo(instellingen.berichten_per_minuut)

    @classmethod
    def name(cls) -> str:
        """Return the channel's name; responses of the domain may have ``channel: webchat``."""
        return NAAM

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> WebKanaal:
        """Make the channel from its part of credentials.yml. Raises RasaException if it is bad."""
        return cls(lees_web(credentials))

    def url_prefix(self) -> str:
        """Return "/": Rasa joins it to /webhooks/, so the routes stand at the root."""
        return "/"

    def blueprint(self, _: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes. Rasa's own message handler is not used: the guard plays the turn."""
        deel = Blueprint("ouderwijzer_webchat")
        for methode, pad, afhandeling in (
            ("POST", f"{PAD}/gesprek", self._open),
            ("GET", f"{PAD}/gesprek", self._lees_terug),
            ("DELETE", f"{PAD}/gesprek", self._vergeet),
            ("POST", f"{PAD}/bericht", self._bericht),
            ("POST", f"{PAD}/oordeel", self._oordeel),
        ):
            naam = f"{methode.lower()}_{pad.rsplit('/', 1)[1]}"
            # stream: the body is not read before the size limit of this channel is applied.
            deel.add_route(
                self._met_fouten(afhandeling), pad, methods=[methode], name=naam, stream=True
            )
        for pad, afhandeling, naam in (
            ("/widget.js", self._widget, "widget"),
            ("/pagina.css", self._stijl, "stijl"),
            ("/gezond", self._gezond, "gezond"),
        ):
            deel.add_route(_functie(afhandeling), pad, methods=["GET"], name=naam)
        deel.listener("before_server_start")(self._zet_middleware)
        deel.listener("after_server_start")(_controleer_opslag)
        return deel

    # ----------------------------------------------------------------- the calls

    async def _open(self, verzoek: Request) -> HTTPResponse:
        gemeente = lees_gemeente(await _lees_body(verzoek))
        bewaker = self._bewaker(verzoek)
        nieuw = self._tokens.maak()
        slots = _plaats_slots(bewaker.agent, gemeente)
        return await maak_af(self._verwelkom(bewaker, nieuw, slots))

    async def _verwelkom(
        self, bewaker: Bewaker, nieuw: NieuwToken, slots: Mapping[str, str]
    ) -> HTTPResponse:
        try:
            gezegd = await bewaker.open_gesprek(nieuw.gesprek_id, NAAM, slots)
        except Exception as fout:
            logger.error("A conversation cannot be stored: %s", type(fout).__name__)
            raise KanaalFout(503) from fout
        antwoord = {
            "token": nieuw.token,
            "verloopt": nieuw.verloopt.isoformat().replace("+00:00", "Z"),
            "antwoorden": _antwoorden(WELKOM_ID, gezegd),
        }
        return json(antwoord, status=201)

    async def _lees_terug(self, verzoek: Request) -> HTTPResponse:
        gesprek_id = self._gesprek_id(verzoek)
        await _lees_body(verzoek)  # nothing is expected; Sanic wants it read
        bewaker = self._bewaker(verzoek)
        beurten = await _beurten(bewaker, gesprek_id)
        return json({"beurten": geschiedenis(beurten)})

    async def _vergeet(self, verzoek: Request) -> HTTPResponse:
        gesprek_id = self._gesprek_id(verzoek)
        await _lees_body(verzoek)
        await maak_af(_wis(self._bewaker(verzoek), gesprek_id))
        return empty()

    async def _bericht(self, verzoek: Request) -> HTTPResponse:
        gesprek_id = self._gesprek_id(verzoek)
        inhoud = lees_verzoek(await _lees_body(verzoek))
        self._tel(gesprek_id)
        if not _is_klaar(verzoek.app):
            return self._zonder_model(inhoud)
        antwoorden = await maak_af(_beurt(self._bewaker(verzoek), gesprek_id, inhoud))
        return json({"id": inhoud.bericht_id, "antwoorden": antwoorden})

    def _zonder_model(self, inhoud: Verzoek) -> HTTPResponse:
        """Answer an emergency even without a model; nothing is stored, since nothing can be."""
        if not nood_in_tekst(_invoer(inhoud, titel="").voor_nlu):
            raise KanaalFout(503)
        antwoord = {
            "id": f"{inhoud.bericht_id}-0",
            "tekst": self._teksten.antwoorden["nood"],
            "knoppen": [],
            "custom": {"soort": "nood", "taal": "nl"},
        }
        return json({"id": inhoud.bericht_id, "antwoorden": [antwoord]})

    async def _oordeel(self, verzoek: Request) -> HTTPResponse:
        gesprek_id = self._gesprek_id(verzoek)
        oordeel = lees_oordeel(await _lees_body(verzoek))
        self._tel(gesprek_id)
        bewaker = self._bewaker(verzoek)
        async with bewaker.op_slot(gesprek_id):
            beurten = await _beurten(bewaker, gesprek_id)
            if not any(a["id"] == oordeel.antwoord_id for b in beurten for a in b.antwoorden()):
                raise KanaalFout(404)
            await bewaker.opslag.bewaar_oordeel(
                gesprek_id, oordeel.antwoord_id, oordeel.oordeel, oordeel.waarom
            )
        return empty()

    async def _widget(self, verzoek: Request) -> HTTPResponse:
        return self._laat_toe(verzoek, self._pagina.widget.antwoord(verzoek))

    async def _stijl(self, verzoek: Request) -> HTTPResponse:
        return self._pagina.stijl.antwoord(verzoek)

    async def _gezond(self, verzoek: Request) -> HTTPResponse:
        goed = _is_klaar(verzoek.app)
        return _beveilig(json({"status": "ok" if goed else "no model"}, 200 if goed else 503))

    # ----------------------------------------------------------------- around every call

    def _met_fouten(self, afhandeling: Afhandeling) -> Afhandeling:
        """Check where a call comes from; give every error the shape of contracts.md."""

        @functools.wraps(afhandeling)
        async def veilig(verzoek: Request) -> HTTPResponse:
            try:
                if not self._mag(verzoek):
                    raise KanaalFout(403)
                antwoord = await afhandeling(verzoek)
            except KanaalFout as fout:
                antwoord = self._fout(fout)
            except SanicException:
                raise
            except Exception as fout:
                logger.error("Call to %s failed: %s", verzoek.path, type(fout).__name__)
                antwoord = self._fout(KanaalFout(500))
            return self._laat_toe(verzoek, _beveilig(antwoord))

        return veilig

    def _fout(self, fout: KanaalFout) -> HTTPResponse:
        koppen = {"Retry-After": str(fout.wacht)} if fout.wacht else {}
        inhoud = {"fout": fout.code, "tekst": self._teksten.fouten[fout.code]}
        return json(inhoud, status=fout.code, headers=koppen)

    def _gesprek_id(self, verzoek: Request) -> str:
        soort, _, token = verzoek.headers.get("authorization", "").partition(" ")
        if soort.lower() != "bearer":
            raise KanaalFout(401)
        try:
            return self._tokens.lees(token.strip())
        except TokenFout as fout:
            raise KanaalFout(401) from fout

    def _tel(self, gesprek_id: str) -> None:
        wacht = self._tempo.wacht(gesprek_id)
        if wacht:
            raise KanaalFout(429, wacht)

    def _bewaker(self, verzoek: Request) -> Bewaker:
        if not _is_klaar(verzoek.app):
            raise KanaalFout(503)
        return Bewaker(verzoek.app.ctx.agent, self._teksten, self._instellingen.budget_seconden)

    def _mag(self, verzoek: Request) -> bool:
        """Same origin, or one of the list; tools (curl) send no Origin and may."""
        origin = verzoek.headers.get("origin")
        if origin is None:
            return True
        zelfde = urlsplit(origin).netloc.lower() == verzoek.headers.get("host", "").lower()
        return bool(zelfde) or origin.lower() in self._instellingen.origins

    def _laat_toe(self, verzoek: Request, antwoord: HTTPResponse) -> HTTPResponse:
        """Let a browser on a listed site read the answer (CORS)."""
        origin = verzoek.headers.get("origin", "")
        antwoord.headers["Vary"] = "Origin"
        if origin.lower() in self._instellingen.origins:
            antwoord.headers["Access-Control-Allow-Origin"] = origin
            antwoord.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return antwoord

    # ----------------------------------------------------------------- what Rasa has no route for

    async def _zet_middleware(self, app: Sanic, _: Any) -> None:
        """Go before Rasa's route for "/" and before its CORS handling of OPTIONS."""
        app.request_middleware.appendleft(self._eerst)

    async def _eerst(self, verzoek: Request) -> HTTPResponse | None:
        if verzoek.path == "/" and verzoek.method in ("GET", "HEAD"):
            return self._pagina.index.antwoord(verzoek)
        if verzoek.path != PAD and not verzoek.path.startswith(f"{PAD}/"):
            return None
        if verzoek.method == "OPTIONS":
            return self._vooraf(verzoek)
        if verzoek.route is None:  # Sanic found no route: unknown path or method
            return self._laat_toe(verzoek, _beveilig(self._fout(KanaalFout(404))))
        return None

    def _vooraf(self, verzoek: Request) -> HTTPResponse:
        """Answer a browser's question beforehand (CORS preflight)."""
        if not self._mag(verzoek):
            return _beveilig(self._fout(KanaalFout(403)))
        antwoord = self._laat_toe(verzoek, _beveilig(empty()))
        antwoord.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        antwoord.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        antwoord.headers["Access-Control-Max-Age"] = "600"
        return antwoord


# --------------------------------------------------------------------- a turn over the web


async def _beurt(bewaker: Bewaker, gesprek_id: str, verzoek: Verzoek) -> list[Antwoord]:
    """Answer one message, or give the same answer again when its id is known."""
    try:
        async with bewaker.op_slot(gesprek_id):
            return await _beurt_op_slot(bewaker, gesprek_id, verzoek)
    except LockError:
        invoer = _invoer(verzoek, titel="")
        gezegd = await bewaker.zonder_opslag(gesprek_id, invoer, "LockError")
        return _antwoorden(verzoek.bericht_id, gezegd)


async def _beurt_op_slot(bewaker: Bewaker, gesprek_id: str, verzoek: Verzoek) -> list[Antwoord]:
    try:
        beurten = await _beurten(bewaker, gesprek_id)
    except KanaalFout:
        raise
    except Exception as fout:  # the store cannot be read; the parent gets an answer all the same
        invoer = _invoer(verzoek, titel="")
        gezegd = await bewaker.zonder_opslag(gesprek_id, invoer, type(fout).__name__)
        return _antwoorden(verzoek.bericht_id, gezegd)
    titel = None if verzoek.payload is None else titel_van(beurten, verzoek.payload)
    bekend = zoek(beurten, verzoek.bericht_id)
    if verzoek.payload is not None and titel is None:
        raise KanaalFout(403)  # a payload that nobody offered
    invoer = _invoer(verzoek, titel)
    if bekend is None:
        return _antwoorden(verzoek.bericht_id, await bewaker.beurt(gesprek_id, invoer))
    if not bekend.is_zelfde(invoer.tekst, titel is not None):
        raise KanaalFout(409)
    return bekend.antwoorden()


def _invoer(verzoek: Verzoek, titel: str | None) -> Invoer:
    if verzoek.payload is not None:
        return gedrukt(verzoek.bericht_id, verzoek.payload, titel or "", NAAM)
    return getypt(verzoek.bericht_id, verzoek.tekst or "", NAAM)


async def _beurten(bewaker: Bewaker, gesprek_id: str) -> list[Beurt]:
    """Return the turns so far. Raises KanaalFout(404) for a conversation that is gone."""
    beurten = verdeel(await bewaker.opslag.gebeurtenissen(gesprek_id))
    if not beurten:
        raise KanaalFout(404)
    return beurten


async def _wis(bewaker: Bewaker, gesprek_id: str) -> None:
    async with bewaker.op_slot(gesprek_id):
        await bewaker.opslag.wis(gesprek_id)


def _antwoorden(bericht_id: str, gezegd: list[BotUttered]) -> list[Antwoord]:
    return maak_antwoorden(bericht_id, [bot.as_dict() for bot in gezegd])


# --------------------------------------------------------------------- small parts


def _functie(methode: Afhandeling) -> Afhandeling:
    """Wrap a method in a function: Sanic sets attributes on its handlers."""

    @functools.wraps(methode)
    async def functie(verzoek: Request) -> HTTPResponse:
        return await methode(verzoek)

    return functie


async def _lees_body(verzoek: Request) -> dict[str, Any]:
    """Read a JSON body of at most MAX_BODY bytes. Raises KanaalFout: 400, 413 or 415."""
    stroom: Any = verzoek.stream
    stroom.request_max_size = MAX_WEGGOOIEN
    inhoud = bytearray()
    try:
        async for stuk in stroom:
            inhoud += stuk
            if len(inhoud) > MAX_BODY:
                raise KanaalFout(413)  # Sanic reads the rest away
    except PayloadTooLarge as fout:
        raise KanaalFout(413) from fout
    soort = verzoek.headers.get("content-type", "").partition(";")[0].strip().lower()
    if inhoud and soort != "application/json":
        raise KanaalFout(415)
    return lees_json(bytes(inhoud))


def _plaats_slots(agent: Agent, gemeente: str | None) -> dict[str, str]:
    """Put the municipality of the embedding page in the slot that the domain has for it."""
    bekend = {slot.name for slot in agent.domain.slots}
    naam = next((naam for naam in SLOTS_VOOR_PLAATS if naam in bekend), None)
    return {naam: gemeente} if naam and gemeente else {}


def _beveilig(antwoord: HTTPResponse) -> HTTPResponse:
    antwoord.headers.update(KOPPEN)
    antwoord.headers["Content-Security-Policy"] = CSP_NIETS
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord


def _is_klaar(app: Sanic) -> bool:
    agent = getattr(app.ctx, "agent", None)
    return agent is not None and bool(agent.is_ready())


async def _controleer_opslag(app: Sanic, _: Any) -> None:
    """Refuse to start on another tracker store: Rasa itself falls back to memory silently."""
    opslag_van(app.ctx.agent)
