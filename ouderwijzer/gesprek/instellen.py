"""Settings of the channels, and the one place that changes Rasa's own settings.

Rasa reads ``credentials.yml`` and hands each channel the mapping under its name; these classes
turn that mapping into typed settings and refuse what they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import rasa.core.actions.action
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.events import Event
from rasa.shared.exceptions import RasaException

BUDGET_SECONDEN = 3.0  # contracts.md: the guard ends a turn at 3 s
ACTIE_SECONDEN = 2.0  # contracts.md: Rasa's action time-out is set to 2 s
PROJECT = Path(__file__).resolve().parents[2]


def stel_actietijd_in(seconden: float = ACTIE_SECONDEN) -> None:
    """Make Rasa give up on an action after ``seconden`` instead of after five minutes.

    Rasa 3.6.21 has no setting for this: ``RemoteAction.run`` passes the module's constant
    ``DEFAULT_REQUEST_TIMEOUT`` (300 s) with every call, over whatever the endpoint says. The
    name is imported *into* ``rasa.core.actions.action``, so it has to be replaced there;
    replacing it in ``rasa.core.constants`` would change nothing. aiohttp reads the number as
    the total time of a call. Called at start-up by the channels, with their setting.
    """
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = seconden


def zorg_voor_actietijd() -> None:
    """Set the default time-out where no channel has set one: ``rasa shell`` has only the store."""
    if rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == DEFAULT_REQUEST_TIMEOUT:
        stel_actietijd_in()


def onthoud_gebeurtenissoorten() -> None:
    """Let Rasa find the class of a stored event once per name instead of once per event.

    ``Event.resolve_by_type`` of Rasa 3.6.21 walks all subclasses for every event it reads, and a
    talk is read anew each turn: some 38 % of a turn. All event classes exist after import, so
    the answer never changes. Called at start-up by the tracker store; a second call does nothing.
    """
    soort_van = Event.resolve_by_type
    if not hasattr(soort_van, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(soort_van))


def onthoud_antwoordvorm() -> None:
    """Let Rasa check the form of an action's answer without checking its own schema each time.

    ``RemoteAction._validate_action_result`` of Rasa 3.6.21 calls ``jsonschema.validate``, which
    first checks the (constant) schema against the schema of schemas: some 20 ms a call, more than
    half a turn. The answer itself is checked as before. Called at start-up by the tracker store.
    """
    RemoteAction._validate_action_result = _keur_antwoord


@lru_cache(maxsize=1)
def _antwoordkeuring() -> Any:
    schema = RemoteAction.action_response_format_spec()
    soort = validator_for(schema)
    soort.check_schema(schema)
    return soort(schema)


def _keur_antwoord(actie: RemoteAction, antwoord: Any) -> bool:
    """Return True; raises jsonschema's ValidationError where the answer has another form."""
    fout = best_match(_antwoordkeuring().iter_errors(antwoord))
    if fout is None:
        return True
    fout.message += f". The answer of {actie.name()} has not the form of an action's answer."
    raise fout


@dataclass(frozen=True)
class BewakerInstellingen:
    """What every channel with a guard can be told in credentials.yml."""

    budget_seconden: float = BUDGET_SECONDEN
    actie_seconden: float = ACTIE_SECONDEN

    def __post_init__(self) -> None:
        """Raise RasaException for a value that makes no sense."""
        for naam in ("budget_seconden", "actie_seconden"):
            _eis(_is_getal(getattr(self, naam)), naam, "must be a number above 0")


@dataclass(frozen=True)
class WebInstellingen(BewakerInstellingen):
    """Settings of the web channel.

    ``origins``: other sites that may embed the widget ("https://www.gemeente.example").
    ``berichten_per_minuut``: messages and judgements of one conversation.
    ``geldig_uren``: how long a token lives. ``sleutelbestand``: the signing key, made when
    missing; the environment variable OUDERWIJZER_SLEUTEL goes before it.
    ``widget_map``: folder with dist/widget.js and pagina/; relative to the project.
    """

    origins: tuple[str, ...] = ()
    berichten_per_minuut: int = 30
    geldig_uren: float = 24
    sleutelbestand: str = "var/sleutel"
    widget_map: str = "widget"

    def __post_init__(self) -> None:
        """Raise RasaException for a value that makes no sense."""
        super().__post_init__()
        for naam in ("berichten_per_minuut", "geldig_uren"):
            _eis(_is_getal(getattr(self, naam)), naam, "must be a number above 0")
        _eis(isinstance(self.origins, (list, tuple)), "origins", "must be a list of addresses")
        adressen = tuple(str(adres).rstrip("/").lower() for adres in self.origins)
        for adres in adressen:
            _eis(_is_origin(adres), "origins", f'"{adres}" must look like https://www.site.nl')
        object.__setattr__(self, "origins", adressen)

    @property
    def widget_pad(self) -> Path:
        """The widget's folder as an absolute path."""
        return PROJECT / self.widget_map


def lees_web(inhoud: Mapping[str, Any] | None) -> WebInstellingen:
    """Turn the mapping under the web channel in credentials.yml into settings.

    Raises RasaException for an unknown key or a bad value.
    """
    return WebInstellingen(**_bekende(inhoud, WebInstellingen))


def lees_bewaker(inhoud: Mapping[str, Any] | None) -> BewakerInstellingen:
    """Turn the mapping under the REST channel in credentials.yml into settings.

    Raises RasaException for an unknown key or a bad value.
    """
    return BewakerInstellingen(**_bekende(inhoud, BewakerInstellingen))


def _bekende(inhoud: Mapping[str, Any] | None, soort: type) -> dict[str, Any]:
    waarden = dict(inhoud or {})
    onbekend = sorted(set(waarden) - {veld.name for veld in fields(soort)})
    _eis(not onbekend, ", ".join(onbekend), "is not a setting of this channel")
    return waarden


def _is_getal(waarde: object) -> bool:
    return isinstance(waarde, (int, float)) and not isinstance(waarde, bool) and waarde > 0


def _is_origin(adres: str) -> bool:
    delen = urlsplit(adres)
    return delen.scheme in ("http", "https") and adres == f"{delen.scheme}://{delen.netloc}"


def _eis(klopt: bool, naam: str, uitleg: str) -> None:
    if not klopt:
        raise RasaException(f"credentials.yml: {naam}: {uitleg}.")
