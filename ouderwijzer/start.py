"""``make run`` and ``make shell``: start the action server and the bot, stop both together.

``Diensten`` is what the scenario player, the benchmark and the tests use too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType, TracebackType

from ouderwijzer.kennis.laden import InhoudFout
from ouderwijzer.kennis.opslag import bouw
from ouderwijzer.omgeving import omgeving

ADRES = "127.0.0.1"
ACTIE_POORT = 5055
LOGS = Path("var/log")
WACHT = 90.0  # seconds for the bot to load its model
ENDPOINTS = Path("endpoints.yml")


class StartFout(Exception):
    """Something keeps the services from starting; the message is one clear Dutch line."""


def poort_vrij(poort: int) -> bool:
    """True when nothing listens on ``poort`` of 127.0.0.1."""
    with socket.socket() as sok:
        sok.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sok.bind((ADRES, poort))
        except OSError:
            return False
    return True


def vrije_poort() -> int:
    """Return a port that is free now."""
    with socket.socket() as sok:
        sok.bind((ADRES, 0))
        return int(sok.getsockname()[1])


class Diensten:
    """Bot and action server as child processes of this one."""

    def __init__(
        self,
        poort: int,
        actie_poort: int = ACTIE_POORT,
        werkmap: Path = Path("var"),
        model: str = "models",
    ) -> None:
        """Keep the settings; ``werkmap`` gets logs and, off the default ports, endpoints."""
        self.poort = poort
        self.actie_poort = actie_poort
        self.werkmap = werkmap
        self.model = model
        self.processen: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Diensten:
        """Return self; services are started by ``start_acties`` and ``start_bot``."""
        return self

    def __exit__(
        self,
        soort: type[BaseException] | None,
        fout: BaseException | None,
        spoor: TracebackType | None,
    ) -> None:
        """Stop what runs."""
        self.stop()

    @property
    def url(self) -> str:
        """Address of the chat page."""
        return f"http://{ADRES}:{self.poort}/"

    def start_acties(self, **extra: str) -> None:
        """Start the action server; ``extra`` is added to its environment."""
        opdracht = ["-m", "rasa_sdk", "--actions", "actions", "--port", str(self.actie_poort)]
        self._start("acties", opdracht, extra)
        self._wacht("acties", f"http://{ADRES}:{self.actie_poort}/health")

    def start_bot(self, **extra: str) -> None:
        """Start the bot and wait until it can answer."""
        opdracht = ["-m", "rasa", "run", "-i", ADRES, "-p", str(self.poort), "-m", self.model]
        self._start("bot", [*opdracht, "--endpoints", str(self._endpoints())], extra)
        self._wacht("bot", f"{self.url}gezond")

    def stop(self, naam: str | None = None) -> None:
        """Stop one service by name, or all."""
        for sleutel in [naam] if naam else [*self.processen][::-1]:
            proces = self.processen.pop(sleutel, None)
            if proces is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                os.killpg(proces.pid, signal.SIGTERM)
            try:
                proces.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(proces.pid, signal.SIGKILL)
                proces.wait()

    def _endpoints(self) -> Path:
        """Return endpoints.yml, or a copy with this instance's ports and database."""
        if self.actie_poort == ACTIE_POORT and self.werkmap == Path("var"):
            return ENDPOINTS
        tekst = ENDPOINTS.read_text(encoding="utf-8")
        tekst = tekst.replace(f":{ACTIE_POORT}/", f":{self.actie_poort}/")
        tekst = tekst.replace("db: var/", f"db: {self.werkmap}/")
        self.werkmap.mkdir(parents=True, exist_ok=True)
        pad = self.werkmap / "endpoints.yml"
        pad.write_text(tekst, encoding="utf-8")
        return pad

    def _start(self, naam: str, opdracht: list[str], extra: dict[str, str]) -> None:
        logs = self.werkmap / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"{naam}.log").open("ab") as log:
            self.processen[naam] = subprocess.Popen(
                [sys.executable, *opdracht],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=omgeving(**extra),
                start_new_session=True,
            )

    def _wacht(self, naam: str, url: str) -> None:
        einde = time.monotonic() + WACHT
        while time.monotonic() < einde:
            code = self.processen[naam].poll()
            log = self.werkmap / "log" / f"{naam}.log"
            if code is not None:
                raise StartFout(f"{naam} stopte meteen (code {code}); zie {log}")
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise StartFout(f"{naam} gaf binnen {WACHT:.0f} seconden geen antwoord; zie {log}")

    def gestopt(self) -> str | None:
        """Return the name of a service that ended by itself, or None."""
        return next((n for n, p in self.processen.items() if p.poll() is not None), None)


def draai(poort: int) -> None:
    """Run until Ctrl-C, or until one of the two ends. Raises StartFout."""
    for naam, nummer in (("de chatpagina", poort), ("de action server", ACTIE_POORT)):
        if not poort_vrij(nummer):
            raise StartFout(
                f"Poort {nummer} voor {naam} is bezet. Stop wat daar draait"
                + (", of kies een andere met POORT=." if nummer == poort else ".")
            )
    with Diensten(poort) as diensten:
        print("Action server starten ...", file=sys.stderr, flush=True)
        diensten.start_acties()
        print("Model laden ...", file=sys.stderr, flush=True)
        diensten.start_bot()
        print(f"Ouderwijzer: {diensten.url}", flush=True)
        while True:
            time.sleep(0.5)
            if dood := diensten.gestopt():
                raise StartFout(f"{dood} is gestopt; zie {LOGS / dood}.log")


def _op_einde(nummer: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def shell() -> int:
    """Talk in the terminal; the action server runs beside it."""
    with Diensten(vrije_poort()) as diensten:
        if poort_vrij(ACTIE_POORT):
            diensten.start_acties()
        opdracht = [sys.executable, "-m", "rasa", "shell"]
        return subprocess.run(opdracht, env=omgeving(), check=False).returncode


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Start Ouderwijzer.")
    parser.add_argument("--poort", type=int, default=5005)
    parser.add_argument("--shell", action="store_true")
    argumenten = parser.parse_args()
    signal.signal(signal.SIGTERM, _op_einde)
    try:
        bouw()
        if argumenten.shell:
            raise SystemExit(shell())
        draai(argumenten.poort)
    except InhoudFout as fout:
        sys.exit(f"De inhoud heeft een fout:\n{fout}")
    except StartFout as fout:
        sys.exit(str(fout))
    except KeyboardInterrupt:
        print("\nOuderwijzer is gestopt.", file=sys.stderr)


if __name__ == "__main__":
    main()
