"""The demo page and the widget, read once, with the headers that keep a browser strict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rasa.shared.exceptions import RasaException
from sanic.request import Request
from sanic.response import HTTPResponse

# The page runs and loads only what this server gives it; nobody frames it; no script can turn
# text into HTML.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
CSP_NIETS = "default-src 'none'; frame-ancestors 'none'"
KOPPEN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Bestand:
    """A file that is served as it was read at start-up."""

    inhoud: bytes
    soort: str
    etag: str
    koppen: Mapping[str, str]

    def antwoord(self, verzoek: Request) -> HTTPResponse:
        """Answer a request: the file, or 304 when the browser still has this very file."""
        koppen = {**KOPPEN, **self.koppen, "ETag": self.etag, "Cache-Control": "no-cache"}
        if verzoek.headers.get("if-none-match") == self.etag:
            return HTTPResponse(status=304, headers=koppen)
        return HTTPResponse(self.inhoud, content_type=self.soort, headers=koppen)


@dataclass(frozen=True)
class Pagina:
    """Everything a browser gets: the page, its style and the widget."""

    index: Bestand
    stijl: Bestand
    widget: Bestand


def laad_pagina(map_: Path) -> Pagina:
    """Read dist/widget.js, pagina/index.html and pagina/pagina.css under ``map_``.

    Raises RasaException that names the file that is missing.
    """
    # The widget may be embedded by other sites (origins in credentials.yml), the page may not.
    zelf = {"Content-Security-Policy": CSP, "Cross-Origin-Opener-Policy": "same-origin"}
    ander = {
        "Content-Security-Policy": CSP_NIETS,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Pagina(
        index=_lees(map_ / "pagina" / "index.html", "text/html; charset=utf-8", zelf),
        stijl=_lees(map_ / "pagina" / "pagina.css", "text/css; charset=utf-8", {}),
        widget=_lees(map_ / "dist" / "widget.js", "text/javascript; charset=utf-8", ander),
    )


def _lees(pad: Path, soort: str, koppen: Mapping[str, str]) -> Bestand:
    try:
        inhoud = pad.read_bytes()
    except OSError as fout:
        raise RasaException(f"The web channel cannot read {pad}: {fout.strerror}.") from fout
    return Bestand(inhoud, soort, f'"{hashlib.sha256(inhoud).hexdigest()[:32]}"', koppen)
