"""What the channel tests share: a Rasa app as `rasa run` builds it, and a parent's browser."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
PROEF = Path(__file__).parent / "proef"
BUDGET = 1.2  # seconds; two hanging actions at ACTIE seconds each go over it
ACTIE = 0.8

CREDENTIALS = """\
ouderwijzer.gesprek.kanaal.WebKanaal:
  origins: [https://www.gemeente.example]
  berichten_per_minuut: 40
  budget_seconden: {budget}
  actie_seconden: {actie}
  sleutelbestand: {map}/var/sleutel
  widget_map: {map}/widget
ouderwijzer.gesprek.rest.RestKanaal:
  budget_seconden: {budget}
  actie_seconden: {actie}
"""
ENDPOINTS = """\
action_endpoint:
  url: http://127.0.0.1:{poort}/webhook
tracker_store:
  type: ouderwijzer.gesprek.opslag.GesprekOpslag
  db: {map}/var/gesprekken.db
"""


@dataclass
class Server:
    """A running bot: its address, its folder, its agent and the action server's address."""

    adres: str
    map: Path
    app: Any
    acties: str

    @property
    def agent(self) -> Any:
        return self.app.ctx.agent

    @property
    def db(self) -> Path:
        return self.map / "var" / "gesprekken.db"

    @contextmanager
    def acties_op(self, url: str) -> Iterator[None]:
        """Let the bot look for its action server elsewhere for a while."""
        eind = self.agent.processor.action_endpoint
        eind.url = url
        try:
            yield
        finally:
            eind.url = self.acties


class Gesprek:
    """A parent's browser: opens a conversation and calls the channel over HTTP."""

    def __init__(self, server: Server, **body: Any) -> None:
        self.server = server
        antwoord = requests.post(f"{server.adres}/webchat/gesprek", json=body, timeout=10)
        assert antwoord.status_code == 201, antwoord.text
        self.begin = antwoord.json()
        self.koppen = {"Authorization": f"Bearer {self.begin['token']}"}
        self.nummer = 0

    @property
    def id(self) -> str:
        import jwt

        return str(jwt.decode(self.begin["token"], options={"verify_signature": False})["sub"])

    def roep(self, methode: str, pad: str, **rest: Any) -> requests.Response:
        koppen = {**self.koppen, **rest.pop("headers", {})}
        url = f"{self.server.adres}/webchat/{pad}"
        return requests.request(methode, url, headers=koppen, timeout=10, **rest)

    def stuur(self, **inhoud: Any) -> requests.Response:
        self.nummer += 1
        return self.roep("POST", "bericht", json={"id": f"m{self.nummer}", **inhoud})

    def zeg(self, tekst: str) -> list[dict[str, Any]]:
        """Send a text; return the replies of a turn that went well for the channel."""
        antwoord = self.stuur(tekst=tekst)
        assert antwoord.status_code == 200, antwoord.text
        return antwoord.json()["antwoorden"]

    def lees(self) -> list[dict[str, Any]]:
        antwoord = self.roep("GET", "gesprek")
        assert antwoord.status_code == 200, antwoord.text
        return antwoord.json()["beurten"]


def vrije_poort() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wacht_tot(poort: int, proces: subprocess.Popen[bytes]) -> None:
    einde = time.monotonic() + 30
    while time.monotonic() < einde and proces.poll() is None:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", poort)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the action server does not start")


def maak_app(map_: Path, model: Path, credentials: str, endpoints: str) -> Any:
    """Build the app as `rasa run` does, from the two files."""
    from rasa.core.run import configure_app, create_http_input_channels, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from sanic import Sanic

    Sanic._app_registry.clear()  # Rasa's app has a fixed name; Sanic allows it once
    (map_ / "credentials.yml").write_text(credentials)
    (map_ / "endpoints.yml").write_text(endpoints)
    kanalen = create_http_input_channels(None, str(map_ / "credentials.yml"))
    app = configure_app(kanalen, enable_api=False)
    eindpunten = AvailableEndpoints.read_endpoints(str(map_ / "endpoints.yml"))
    laad = partial(load_agent_on_start, str(model), eindpunten, None)
    app.register_listener(laad, "before_server_start")
    return app


async def start(app: Any, poort: int) -> Any:
    dienst = await app.create_server(
        "127.0.0.1", poort, return_asyncio_server=True, access_log=False
    )
    await dienst.startup()
    await dienst.before_start()
    await dienst.after_start()
    await dienst.start_serving()
    return dienst


def vul_widget(map_: Path) -> None:
    (map_ / "widget" / "dist").mkdir(parents=True)
    (map_ / "widget" / "pagina").mkdir()
    (map_ / "widget" / "dist" / "widget.js").write_text("'use strict';")
    (map_ / "widget" / "pagina" / "index.html").write_text("<!doctype html><title>Proef</title>")
    (map_ / "widget" / "pagina" / "pagina.css").write_text("body{margin:0}")
