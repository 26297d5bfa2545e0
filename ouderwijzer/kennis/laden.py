"""Read content/ into the model, with Dutch errors that name file, line and field."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from ouderwijzer.kennis.model import (
    Artikel,
    Deurenbestand,
    Gemeente,
    Inhoud,
    Interventie,
    Themabestand,
    Titels,
    Woorden,
)

INHOUD = Path("content")
M = TypeVar("M", bound=BaseModel)

# pydantic's error types in Dutch; what is not here keeps the model's own (Dutch) sentence.
FOUTEN = {
    "value_error.missing": "ontbreekt",
    "value_error.extra": "kent het schema niet (typefout?)",
    "type_error.none.not_allowed": "is leeg",
    "type_error": "heeft een verkeerd soort waarde",
    "type_error.dict": "moet sleutels met waarden hebben",
    "type_error.list": "moet een lijst zijn (regels met een streepje)",
    "type_error.str": "moet tekst zijn",
    "type_error.float": "moet een getal zijn",
    "type_error.bool": "moet true of false zijn",
    "value_error.number.not_ge": "is te klein",
    "value_error.number.not_le": "is te groot",
    "value_error.any_str.min_length": "is te kort",
    "value_error.any_str.max_length": "is te lang",
    "value_error.list.min_items": "heeft te weinig regels",
    "value_error.dict.min_items": "is leeg",
    "value_error.str.regex": "heeft niet de goede vorm",
    "type_error.enum": "is geen van de toegestane waarden",
    "value_error.date": "is geen datum (2026-11-25)",
}


class InhoudFout(Exception):
    """One or more faults in content; ``regels`` has a Dutch line for each."""

    def __init__(self, regels: list[str]) -> None:
        """Keep the lines; ``str()`` joins them."""
        super().__init__("\n".join(regels))
        self.regels = regels


def laad_inhoud(map_: Path = INHOUD) -> Inhoud:
    """Read and check all content under ``map_``.

    Returns the whole content. Raises InhoudFout with a line per fault, of all files at once.
    """
    fouten: list[str] = []
    titels = lees_bestand(map_ / "titels.yml", Titels, fouten)
    woorden = lees_bestand(map_ / "woorden.yml", Woorden, fouten)
    inhoud = Inhoud(
        themas=_lees_map(map_ / "onderwerpen", Themabestand, fouten),
        interventies=_lees_map(map_ / "interventies", Interventie, fouten),
        artikelen=_lees_map(map_ / "kennis", Artikel, fouten),
        landelijk=_lees_deuren(map_ / "deuren" / "landelijk.yml", fouten),
        school=_lees_deuren(map_ / "deuren" / "school.yml", fouten),
        organisaties=_lees_deuren(map_ / "deuren" / "organisaties.yml", fouten),
        gemeenten=_lees_map(map_ / "deuren" / "gemeenten", Gemeente, fouten),
        titels=titels or Titels(onderwerpen={"": ""}, labels={"": ""}),
        woorden=woorden.woorden if woorden else {},
    )
    fouten += _verwijzingen(inhoud, map_)
    if fouten:
        raise InhoudFout(fouten)
    return inhoud


def lees_bestand(pad: Path, model: type[M], fouten: list[str]) -> M | None:
    """Read one YAML file into ``model``; faults are added to ``fouten`` and give None."""
    try:
        tekst = pad.read_text(encoding="utf-8")
        ruw = YAML(typ="safe").load(tekst)
    except OSError as fout:
        fouten.append(f"{pad}: kan niet gelezen worden ({fout.strerror})")
        return None
    except (UnicodeDecodeError, ReaderError):
        fouten.append(f"{pad}: is geen UTF-8-tekst")
        return None
    except MarkedYAMLError as fout:
        regel = fout.problem_mark.line + 1 if fout.problem_mark else "?"
        fouten.append(f"{pad}, regel {regel}: geen geldige YAML ({fout.problem})")
        return None
    if not isinstance(ruw, dict):
        fouten.append(f"{pad}, regel 1: moet sleutels met waarden hebben")
        return None
    try:
        return model.parse_obj(ruw)
    except ValidationError as fout:
        fouten += _als_regels(pad, tekst, fout)
        return None


def _als_regels(pad: Path, tekst: str, fout: ValidationError) -> Iterable[str]:
    """One Dutch line per fault, with the line in the file where the field stands."""
    knopen = YAML(typ="rt").load(tekst)
    for stuk in fout.errors():
        plek = [deel for deel in stuk["loc"] if deel != "__root__"]
        veld = ".".join(str(deel) for deel in plek) or "bestand"
        yield f"{pad}, regel {_regel(knopen, plek)}, {veld}: {_uitleg(dict(stuk))}"


def _uitleg(stuk: dict[str, Any]) -> str:
    return str(FOUTEN.get(stuk["type"], stuk["msg"]))


def _regel(knoop: Any, plek: list[Any]) -> int:
    """Line (from 1) of the deepest part of ``plek`` that exists in the file."""
    regel = 1
    for deel in plek:
        try:
            posities = knoop.lc.data
            regel = posities[deel][0] + 1
            knoop = knoop[deel]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return regel


def _lees_map(map_: Path, model: type[M], fouten: list[str]) -> dict[str, M]:
    gelezen = {pad.stem: lees_bestand(pad, model, fouten) for pad in sorted(map_.glob("*.yml"))}
    return {naam: stuk for naam, stuk in gelezen.items() if stuk is not None}


def _lees_deuren(pad: Path, fouten: list[str]) -> dict[str, Any]:
    bestand = lees_bestand(pad, Deurenbestand, fouten)
    return bestand.deuren if bestand else {}


def _plek(pad: Path, *sleutels: str) -> str:
    """File, line and field of a part that was read before; only called where a fault is found."""
    regel = _regel(YAML(typ="rt").load(pad.read_text(encoding="utf-8")), list(sleutels))
    return f"{pad}, regel {regel}, {'.'.join(sleutels)}"


def _verwijzingen(inhoud: Inhoud, map_: Path) -> Iterable[str]:
    """Names that point to nothing, and names that stand twice.

    A programme whose file has a fault of its own does exist.
    """
    bekend = {pad.stem for pad in (map_ / "interventies").glob("*.yml")}
    yield from _onderwerpen(inhoud, map_, bekend)
    gezien: dict[str, str] = {}
    for naam, interventie in inhoud.interventies.items():
        pad = map_ / "interventies" / f"{naam}.yml"
        if interventie.deel_van and interventie.deel_van not in bekend:
            yield f'{_plek(pad, "deel_van")}: "{interventie.deel_van}" bestaat niet'
        delen = {
            "naam": [interventie.naam],
            "aliassen": interventie.aliassen,
            "spelfouten": interventie.spelfouten,
        }
        for veld, namen in delen.items():
            for alias in namen:
                ander = gezien.setdefault(alias.lower(), naam)
                if ander != naam:
                    yield f'{_plek(pad, veld)}: "{alias}" wijst ook naar {ander}'


def _onderwerpen(inhoud: Inhoud, map_: Path, programmas: set[str]) -> Iterable[str]:
    """The same for topics."""
    gezien: dict[str, str] = {}
    onderwerpen = {*inhoud.onderwerpen, *inhoud.titels.onderwerpen}
    for thema, bestand in inhoud.themas.items():
        pad = map_ / "onderwerpen" / f"{thema}.yml"
        for naam, onderwerp in bestand.onderwerpen.items():
            plek = ("onderwerpen", naam)
            if naam in inhoud.titels.onderwerpen:
                titels = map_ / "titels.yml"
                yield f"{_plek(pad, *plek)}: staat ook in {titels}; haal het daar weg"
            if naam in gezien:
                yield f"{_plek(pad, *plek)}: staat ook in {gezien[naam]}"
            gezien[naam] = f"{thema}.yml"
            for veld, sleutels, bestaat in (
                ("interventies", onderwerp.interventies, programmas),
                ("verwant", onderwerp.verwant, onderwerpen),
            ):
                for sleutel in sleutels:
                    if sleutel not in bestaat:
                        yield f'{_plek(pad, *plek, veld)}: "{sleutel}" bestaat niet'
