"""The shape of everything in content/, as pydantic models.

One class per kind of file or part of it. Keys are Dutch since editors write them. A value that
breaks a rule raises ``pydantic.ValidationError``; ``laden.py`` turns that into a Dutch line with
file and line number.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel, Extra, Field, root_validator, validator

# The age bands of issue C, in whole years; a band "2-4" holds from the second birthday up to,
# not including, the fourth.
BANDEN = ("0-1", "1-2", "2-4", "4-6", "6-9", "9-12", "12-15", "15-18")
MAX_WOORDEN = 60  # a bubble, contracts.md
GEZIEN_OP = re.compile(r"^(\d{4}(-\d{2}(-\d{2})?)?|n\.d\. \(.+\))$")
TELEFOON = re.compile(r"^(11[23]|14 ?\d{3,4}|0\d{2,3}[- ]?\d{3,4}( ?\d{2,4}){0,2})$")
SLEUTEL = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")


class Deel(BaseModel):
    """Base of every part: unknown keys are an error, so that a typing error is noticed."""

    class Config:
        """Pydantic settings."""

        extra = Extra.forbid
        anystr_strip_whitespace = True

    @validator("*", pre=True)
    def _geen_lege_sleutels(cls, waarde: Any) -> Any:
        if waarde == {}:
            raise ValueError("is leeg")
        return waarde


def _kort_genoeg(tekst: str) -> str:
    if len(tekst.split()) > MAX_WOORDEN:
        raise ValueError(f"is {len(tekst.split())} woorden; hooguit {MAX_WOORDEN} mag")
    return tekst


class Bron(Deel):
    """A source that somebody opened. ``gezien_op`` is the date of the page that was read."""

    titel: str = Field(min_length=3)
    uitgever: str = Field(min_length=2)
    url: str = Field(regex=r"^https?://\S+$")
    gezien_op: str  # "2025-06-17", "2025-06", "2025" or "n.d. (na 2019)"

    @validator("gezien_op", pre=True)
    def _datum(cls, waarde: Any) -> str:
        tekst = waarde.isoformat() if isinstance(waarde, date) else str(waarde)
        if not GEZIEN_OP.match(tekst):
            raise ValueError('moet een datum zijn (2025-06-17, 2025-06, 2025) of "n.d. (na 2019)"')
        return tekst


# --------------------------------------------------------------------------- topics


class Tip(Deel):
    """One small step. ``bron: algemeen`` marks common professional ground without a text seen."""

    tekst: str = Field(min_length=15)
    bron: str | None = None  # None: the band's sources carry it

    _kort = validator("tekst", allow_reuse=True)(_kort_genoeg)

    @validator("bron")
    def _alleen_algemeen(cls, waarde: str | None) -> str | None:
        if waarde not in (None, "algemeen"):
            raise ValueError('mag alleen "algemeen" zijn; bronnen staan per leeftijdsband')
        return waarde


class Band(Deel):
    """What holds for one age band of a topic."""

    normaal: str = Field(min_length=15)
    tips: list[Tip] = Field(min_items=3)
    bronnen: list[str] = Field(default_factory=list)  # keys in the topic's bronnen

    _kort = validator("normaal", allow_reuse=True)(_kort_genoeg)


class Hulp(Deel):
    """Signs at which to ask a person."""

    signalen: list[str] = Field(min_items=2)
    wie: str = Field(min_length=10)  # one sentence: which person, why


class Onderwerp(Deel):
    """A topic of opvoedvraag."""

    titel: str = Field(min_length=4, max_length=60)  # on buttons and in "Gaat het over …?"
    banden: dict[str, Band]
    vraag_terug: str = Field(min_length=15)
    hulp: Hulp
    vermijd: list[str] = Field(default_factory=list)
    verwant: list[str] = Field(default_factory=list)
    interventies: list[str] = Field(default_factory=list)
    bronnen: dict[str, Bron]

    _kort = validator("vraag_terug", allow_reuse=True)(_kort_genoeg)

    @validator("banden")
    def _bekende_banden(cls, waarde: dict[str, Band]) -> dict[str, Band]:
        for band in waarde:
            if band not in BANDEN:
                raise ValueError(f'"{band}" is geen leeftijdsband; kies uit {", ".join(BANDEN)}')
        return waarde

    @root_validator(skip_on_failure=True)
    def _bronnen_bestaan(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        for naam, band in waarden["banden"].items():
            for sleutel in band.bronnen:
                if sleutel not in waarden["bronnen"]:
                    raise ValueError(f'band {naam} noemt bron "{sleutel}", die er niet is')
            if not band.bronnen and any(tip.bron is None for tip in band.tips):
                raise ValueError(f"band {naam} heeft tips zonder bron")
        return waarden


class Themabestand(Deel):
    """content/onderwerpen/<thema>.yml."""

    titel: str
    onderwerpen: dict[str, Onderwerp]


# --------------------------------------------------------------------------- interventions


class Soort(str, Enum):
    """Kind of intervention by target group."""

    universeel = "universeel"
    selectief = "selectief"
    geindiceerd = "geindiceerd"


class Status(str, Enum):
    """What is known of a judgement in the Databank Effectieve Jeugdinterventies."""

    erkend = "erkend"
    verlopen = "verlopen"
    niet_erkend = "niet_erkend"
    nooit_ingediend = "nooit_ingediend"
    niet_gevonden = "niet_gevonden"


class Niveau(str, Enum):
    """Levels of the databank, low to high (facts.md 1.0)."""

    goed_onderbouwd = "goed_onderbouwd"
    eerste_aanwijzingen = "eerste_aanwijzingen"
    goede_aanwijzingen = "goede_aanwijzingen"
    sterke_aanwijzingen = "sterke_aanwijzingen"


class Erkenning(Deel):
    """One judgement: it belongs to a version and a target group, and has a date."""

    versie: str
    status: Status
    niveau: Niveau | None = None
    datum: str | None = None  # day or year of the judgement
    leeftijd: str | None = None  # as judged, e.g. "0 tot 6 jaar"
    toelichting: str | None = None
    bron: str  # key in the file's bronnen

    @validator("datum", pre=True)
    def _als_tekst(cls, waarde: Any) -> str | None:
        return None if waarde is None else str(waarde)

    @root_validator(skip_on_failure=True)
    def _niveau_met_datum(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        if waarden["status"] is Status.erkend and not waarden["niveau"]:
            raise ValueError("een erkenning heeft een niveau nodig")
        if waarden["niveau"] and not waarden["datum"]:
            raise ValueError("een niveau heeft een datum nodig")
        return waarden


class Leeftijd(Deel):
    """Age range of the child in years, both ends included in meaning ("0 tot en met 6")."""

    van: float = Field(ge=0, le=23)
    tot: float = Field(ge=0, le=23)

    @root_validator(skip_on_failure=True)
    def _volgorde(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        if waarden["van"] > waarden["tot"]:
            raise ValueError("leeftijd loopt achteruit: van is groter dan tot")
        return waarden


class Interventie(Deel):
    """content/interventies/<sleutel>.yml."""

    naam: str = Field(min_length=2)
    aliassen: list[str] = Field(default_factory=list)
    spelfouten: list[str] = Field(default_factory=list)
    deel_van: str | None = None  # key of the parent intervention
    in_het_kort: str
    doel: str
    doelen: list[str] = Field(min_items=1)
    doelgroep: str
    leeftijd: Leeftijd
    soort: list[Soort] = Field(min_items=1)
    soort_volgens: str  # who says so
    vorm: str
    duur: str
    waar: str
    kosten: str
    toegang: str
    bewijs: str
    migranten: str
    eigenaar: str
    erkenningen: list[Erkenning] = Field(min_items=1)
    therapie: bool = False
    bronnen: dict[str, Bron]
    controle_op: date

    _kort = validator(
        "in_het_kort",
        "doel",
        "doelgroep",
        "vorm",
        "duur",
        "waar",
        "kosten",
        "toegang",
        "bewijs",
        "migranten",
        "eigenaar",
        allow_reuse=True,
    )(_kort_genoeg)

    @validator("doelen", each_item=True)
    def _bekend_doel(cls, waarde: str) -> str:
        if waarde not in DOELEN:
            raise ValueError(f'"{waarde}" is geen doel; kies uit {", ".join(DOELEN)}')
        return waarde

    @root_validator(skip_on_failure=True)
    def _bronnen_bestaan(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        for erkenning in waarden["erkenningen"]:
            if erkenning.bron not in waarden["bronnen"]:
                raise ValueError(f'erkenning noemt bron "{erkenning.bron}", die er niet is')
        return waarden


# Goals of parenting support, seed page statements 13 to 16 (facts.md section 2).
DOELEN = (
    "opvoedvaardigheden",
    "houding",
    "minder_stress",
    "sociaal_netwerk",
    "ouder_kind_relatie",
    "kind_emotie_gedrag",
    "kind_ontwikkeling",
)


# --------------------------------------------------------------------------- knowledge articles


class Stuk(Deel):
    """A piece of an article: one answer of at most 60 words."""

    kop: str = Field(max_length=60)
    tekst: str = Field(min_length=20)
    trefwoorden: list[str] = Field(default_factory=list)  # lower case; a hit picks this piece
    bronnen: list[str] = Field(min_items=1)
    zaad: list[int] = Field(default_factory=list)  # statements of the seed page it answers

    _kort = validator("tekst", allow_reuse=True)(_kort_genoeg)


class Artikel(Deel):
    """content/kennis/<intent>.yml: answers to one kennis intent, the first is the default."""

    titel: str
    stukken: dict[str, Stuk]
    bronnen: dict[str, Bron]

    @root_validator(skip_on_failure=True)
    def _bronnen_bestaan(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        for naam, stuk in waarden["stukken"].items():
            for sleutel in stuk.bronnen:
                if sleutel not in waarden["bronnen"]:
                    raise ValueError(f'stuk "{naam}" noemt bron "{sleutel}", die er niet is')
        return waarden


# --------------------------------------------------------------------------- doors

DAGEN = ("ma", "di", "wo", "do", "vr", "za", "zo")


class Tijdvak(Deel):
    """Opening on some weekdays, Europe/Amsterdam."""

    dagen: list[str] = Field(min_items=1)
    van: str = Field(regex=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")
    tot: str = Field(regex=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")

    @validator("dagen", each_item=True)
    def _dag(cls, waarde: str) -> str:
        if waarde not in DAGEN:
            raise ValueError(f'"{waarde}" is geen dag; kies uit {", ".join(DAGEN)}')
        return waarde

    @root_validator(skip_on_failure=True)
    def _volgorde(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        if waarden["van"] >= waarden["tot"]:
            raise ValueError("tijden lopen achteruit: van is niet voor tot")
        return waarden


class Deur(Deel):
    """A person or service one can reach. A phone number needs a source and the date it was seen."""

    naam: str = Field(min_length=2)
    telefoon: str | None = None
    url: str | None = Field(default=None, regex=r"^https?://\S+$")
    altijd_open: bool = False
    tijden: list[Tijdvak] = Field(default_factory=list)
    tijden_gezien: str | None = None  # shown only when 2024 or later (contracts.md)
    kosten: str | None = None
    voor_wie: str
    waarom: str  # one sentence for a parent: why this door
    bron: Bron | None = None

    _kort = validator("waarom", allow_reuse=True)(_kort_genoeg)

    @validator("telefoon", pre=True)
    def _telefoon(cls, waarde: Any) -> str | None:
        if waarde is None:
            return None
        if not TELEFOON.match(str(waarde)):
            raise ValueError(f'"{waarde}" is geen Nederlands telefoonnummer')
        return str(waarde)

    @validator("tijden_gezien", pre=True)
    def _als_tekst(cls, waarde: Any) -> str | None:
        return None if waarde is None else str(waarde)

    @root_validator(skip_on_failure=True)
    def _nummer_met_bron(cls, waarden: dict[str, Any]) -> dict[str, Any]:
        if waarden["telefoon"] and not waarden["bron"]:
            raise ValueError("een telefoonnummer heeft een bron nodig")
        if waarden["tijden"] and not waarden["tijden_gezien"]:
            raise ValueError("tijden hebben tijden_gezien nodig")
        return waarden


class Deurenbestand(Deel):
    """content/deuren/landelijk.yml, school.yml and organisaties.yml."""

    deuren: dict[str, Deur]


class Gemeente(Deel):
    """content/deuren/gemeenten/<sleutel>.yml. ``deur`` is None where nothing is verified."""

    naam: str
    provincie: str
    plaatsen: list[str] = Field(min_items=1)  # woonplaatsen, the municipality's own name included
    andere_namen: list[str] = Field(default_factory=list)  # "Den Bosch", "'s-Gravenhage", Frisian
    postcodes: list[str] = Field(default_factory=list)  # "3500" or "3500-3585", four digits
    soort: str = "gemeente"  # cjg, okt, wijkteam, buurtteam, jeugdteam, gemeente
    deur: Deur | None = None
    toelichting: str | None = None

    @validator("postcodes", each_item=True, pre=True)
    def _postcode(cls, waarde: Any) -> str:
        if not re.match(r"^[1-9]\d{3}(-[1-9]\d{3})?$", str(waarde)):
            raise ValueError(f'"{waarde}" is geen postcode (3500) of reeks (3500-3585)')
        return str(waarde)


class Titels(Deel):
    """content/titels.yml: names on buttons, of labels and of topics without content."""

    onderwerpen: dict[str, str]
    labels: dict[str, str]


class Woorden(Deel):
    """content/woorden.yml: short pieces that actions put into a sentence."""

    woorden: dict[str, str]


class Inhoud(BaseModel):
    """All content together, keyed by name; what ``laden.laad_inhoud`` returns."""

    themas: dict[str, Themabestand]
    interventies: dict[str, Interventie]
    artikelen: dict[str, Artikel]
    landelijk: dict[str, Deur]
    school: dict[str, Deur]
    organisaties: dict[str, Deur]
    gemeenten: dict[str, Gemeente]
    titels: Titels
    woorden: dict[str, str]

    @property
    def onderwerpen(self) -> dict[str, Onderwerp]:
        """All topics of all themes by name."""
        return {
            naam: onderwerp
            for thema in self.themas.values()
            for naam, onderwerp in thema.onderwerpen.items()
        }
