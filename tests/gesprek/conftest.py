"""A real Rasa server on a tiny trained project, with a real action server, for the channel tests.

The server runs as `rasa run` builds it (credentials.yml, endpoints.yml, Rasa's own app), only in
a thread of this process: that saves a second load of Rasa and gives the tests the agent.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from proefserver import (
    ACTIE,
    BUDGET,
    CREDENTIALS,
    ENDPOINTS,
    PROEF,
    Gesprek,
    Server,
    maak_app,
    start,
    vrije_poort,
    vul_widget,
    wacht_tot,
)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, trained by Rasa."""
    import rasa

    map_ = tmp_path_factory.mktemp("proef")
    with pytest.MonkeyPatch.context() as omgeving:
        omgeving.setenv("RASA_CACHE_DIRECTORY", str(map_ / "cache"))
        gemaakt = rasa.train(
            domain=str(PROEF / "domain.yml"),
            config=str(PROEF / "config.yml"),
            training_files=[str(PROEF / "nlu.yml"), str(PROEF / "rules.yml")],
            output=str(map_ / "models"),
        )
    assert gemaakt.code == 0
    return Path(gemaakt.model)


@pytest.fixture(scope="session")
def actieserver() -> Iterator[str]:
    """A real rasa_sdk action server; gives its address."""
    poort = vrije_poort()
    opdracht = [sys.executable, "-m", "rasa_sdk", "--actions", "acties", "-p", str(poort)]
    omgeving = {**os.environ, "ACTION_SERVER_SANIC_HOST": "127.0.0.1"}
    with subprocess.Popen(opdracht, cwd=PROEF, env=omgeving, stderr=subprocess.DEVNULL) as proces:
        try:
            wacht_tot(poort, proces)
            yield f"http://127.0.0.1:{poort}/webhook"
        finally:
            proces.kill()


@pytest.fixture(scope="session")
def server(
    model: Path, actieserver: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    map_ = tmp_path_factory.mktemp("server")
    vul_widget(map_)
    actiepoort = actieserver.split(":")[2].split("/")[0]
    app = maak_app(
        map_,
        model,
        CREDENTIALS.format(map=map_, budget=BUDGET, actie=ACTIE),
        ENDPOINTS.format(map=map_, poort=actiepoort),
    )
    poort = vrije_poort()
    lus = asyncio.new_event_loop()
    draad = threading.Thread(target=lus.run_forever, daemon=True)
    draad.start()
    dienst = asyncio.run_coroutine_threadsafe(start(app, poort), lus).result(60)
    yield Server(f"http://127.0.0.1:{poort}", map_, app, actieserver)

    async def stop() -> None:
        dienst.close()
        await asyncio.sleep(0.1)

    asyncio.run_coroutine_threadsafe(stop(), lus).result(10)
    lus.call_soon_threadsafe(lus.stop)
    draad.join(10)
    shutil.rmtree(map_)


@pytest.fixture
def gesprek(server: Server) -> Gesprek:
    return Gesprek(server)


@pytest.fixture(params=["weigert", "hangt"])
def zonder_acties(request: pytest.FixtureRequest, server: Server) -> Iterator[str]:
    """The action server is gone: nobody listens, or somebody who never answers."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        if request.param == "hangt":
            s.listen()
        with server.acties_op(f"http://127.0.0.1:{s.getsockname()[1]}/webhook"):
            yield str(request.param)
