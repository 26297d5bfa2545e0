"""What the channel itself says: errors, and spare texts for responses of domain.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.exceptions import RasaException

BESTAND = Path(__file__).with_name("teksten.yml")
NODIG = ("utter_welkom", "utter_storing", "utter_leeg_bericht", "utter_veiligheid", "nood")
CODES = (400, 401, 403, 404, 409, 413, 415, 429, 500, 503)


@dataclass(frozen=True)
class Teksten:
    """Dutch sentences, each with a person's number: by response name and by HTTP code."""

    antwoorden: Mapping[str, str]
    fouten: Mapping[int, str]


class KanaalFout(Exception):
    """A call is refused. ``code`` is the HTTP status; ``wacht`` seconds go to Retry-After."""

    def __init__(self, code: int, wacht: int | None = None) -> None:
        """Keep the code; the sentence for the parent comes from teksten.yml."""
        super().__init__(code)
        self.code = code
        self.wacht = wacht


def laad_teksten(bestand: Path = BESTAND) -> Teksten:
    """Read teksten.yml.

    Raises RasaException that names the file and what is missing.
    """
    try:
        inhoud: Any = yaml.safe_load(bestand.read_text(encoding="utf-8"))
        mens = inhoud["mens"]
        return Teksten(
            antwoorden={naam: f"{inhoud['antwoorden'][naam]} {mens}" for naam in NODIG},
            fouten={code: f"{inhoud['fouten'][code]} {mens}" for code in CODES},
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as fout:
        raise RasaException(f"{bestand.name}: cannot be read or lacks {fout}.") from fout
