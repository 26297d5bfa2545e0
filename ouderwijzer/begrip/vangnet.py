"""Safety net: rules over words that see an emergency beside the classifier.

Public: :func:`beoordeel` (text in, :class:`Oordeel` out) and :func:`treffers` (every rule that
fires, for editors and tests). ``python -m ouderwijzer.begrip.vangnet "zin"`` prints the latter.

The rules stand in ``vangnet.yml``, written so that an editor can read and add to them
(docs/vangnet.md); this module only reads and applies them. It knows nothing of Rasa, spaCy or
TensorFlow, so that the channel can use it when a turn fails or no model is loaded. Rules work on
whole words, never on parts of words, within a sentence and a number of words; a negation, a
figure of speech, a game, a story or the past takes a rule back (shared design, section 4).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

REGELBESTAND = Path(__file__).with_name("vangnet.yml")
# Most urgent first (labels.md, rule 1).
SOORTEN = ("nood_acuut", "nood_suicide", "nood_geweld", "nood_ouder_knapt")

ZEKER, TWIJFEL, NIETS = 2, 1, 0
# Words between two parts of a pattern, by operator, where the pattern names no number.
AFSTAND = {"..": 4, "...": 12, "+": 12, "++": 40}
ANDERE_TAAL = "taal-"  # how the id of such a rule begins
WAAK_AFSTAND = 15  # words between a match and a guard word in the same sentence
BERICHT_AFSTAND = 60  # the same for guards that look at the whole message
ONTKENNING_AFSTAND = 5  # words between a match and its negation in the same clause
LANGSTE_DEEL = 15  # words in one part, filled-in optional words included
MAX_PASSINGEN = 200  # ways to fit one pattern that are tried; bounds the time on odd text
MIN_TIKFOUT = 7  # letters; shorter words are too near to other words

Span = tuple[int, int]


@dataclass(frozen=True)
class Oordeel:
    """What the net makes of a message.

    ``soort`` is one of ``SOORTEN`` or None; ``zeker`` tells whether the emergency reply may come
    alone; ``regel`` is the id of the rule that decided.
    """

    soort: str | None
    zeker: bool
    regel: str | None

    @property
    def andere_taal(self) -> bool:
        """True when a phrase in another language than Dutch decided."""
        return bool(self.regel and self.regel.startswith(ANDERE_TAAL))


@dataclass(frozen=True)
class Treffer:
    """One rule that fires: its id, kind, whether it is sure, and the words it fired on."""

    regel: str
    soort: str
    zeker: bool
    woorden: str


class VangnetFout(ValueError):
    """The rule file cannot be used; the message (Dutch) names file, line and what to mend."""


def beoordeel(tekst: str) -> Oordeel:
    """Return the verdict on a message as a parent typed it; a sure rule beats a doubtful one.

    Raises ``VangnetFout`` on the first call where the rule file is broken.
    """
    return standaard().beoordeel(tekst)


def treffers(tekst: str) -> list[Treffer]:
    """Return every rule that fires on ``tekst``, the heaviest first."""
    return standaard().treffers(tekst)


@lru_cache(maxsize=1)
def standaard() -> Vangnet:
    """Return the net with the rules of ``vangnet.yml``, read once."""
    return Vangnet.lees(REGELBESTAND)


# --- Text -----------------------------------------------------------------------------------

_STUK = re.compile(
    r"(?P<woord>\[[a-z-]+\]|\d+(?:[.,]\d+)?|[a-z]+(?:'[a-z]+)*)|(?P<punt>[.!?;\n]+)|(?P<komma>[,:()])"
)
_HERHAALD = re.compile(r"(.)\1{2,}")


def schrijf_gelijk(tekst: str) -> str:
    """Return ``tekst`` in lower case, without diacritics, apostrophes straight."""
    tekst = tekst.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
    if tekst.isascii():
        return tekst
    return "".join(c for c in unicodedata.normalize("NFKD", tekst) if not unicodedata.combining(c))


def _zonder_leestekens(tekst: str) -> str:
    """Return the words of ``tekst`` in any script, written alike, with single spaces between."""
    return " ".join(re.findall(r"\w+", schrijf_gelijk(tekst).replace("ı", "i")))


@dataclass
class Tekst:
    """A message as words, with for each word the number of its sentence and clauses.

    ``bijzin`` grows at commas and at words such as "maar" and "dat"; ``zinsdeel`` also at "en".
    """

    woorden: list[str] = field(default_factory=list)
    zin: list[int] = field(default_factory=list)
    bijzin: list[int] = field(default_factory=list)
    zinsdeel: list[int] = field(default_factory=list)
    losse: dict[int, list[int]] = field(default_factory=dict)  # node -> places of single words
    # What was found so far, by number, so that each is looked for once a message.
    knopen: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    delen: dict[int, list[Span]] = field(default_factory=dict)


# --- Rules ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stap:
    """One place in a part: the number of a node, and whether the word may be missing."""

    knoop: int
    mag_weg: bool


@dataclass(frozen=True)
class Patroon:
    """Parts by number, and before each but the first an operator and its distance in words."""

    delen: tuple[int, ...]
    tussen: tuple[tuple[str, int], ...]
    ontkenning_telt: bool = True


@dataclass(frozen=True)
class Regel:
    """One rule of the file, compiled; ``wel`` and ``niet`` are its own examples."""

    id: str
    soort: str
    zeker: bool
    patronen: tuple[Patroon, ...]
    wakers: tuple[str, ...]
    tenzij: int | None
    tenzij_bericht: int | None
    wel: tuple[str, ...]
    niet: tuple[str, ...]


@dataclass(frozen=True)
class Waker:
    """A guard: the node of its words, how many steps it takes a rule back, where it looks."""

    knoop: int
    stappen: int
    heel_bericht: bool


WILLEKEURIG = -1  # the node for "*": any one word


class Woordenboek:
    """Turns the words of the file into numbered nodes and parts."""

    def __init__(self) -> None:
        """Start empty."""
        self.precies: dict[str, set[int]] = {}
        self.begin: dict[str, set[int]] = {}
        self.getallen: list[tuple[int, int, int]] = []
        self.groepen: dict[str, int] = {}
        self.rijen: dict[int, list[int]] = {}  # node -> parts that are also this node
        self.delen: list[tuple[Stap, ...]] = []
        self._deelnummers: dict[tuple[Stap, ...], int] = {}
        self._knoopnummers: dict[str, int] = {}
        self._aantal = 0

    def nieuwe_knoop(self) -> int:
        """Return a fresh node number."""
        self._aantal += 1
        return self._aantal - 1

    def groep(self, regels: list[str], knoop: int | None = None) -> int:
        """Return the node that stands for any of ``regels`` (words or word groups)."""
        knoop = self.nieuwe_knoop() if knoop is None else knoop
        for regel in regels:
            stukken = regel.split()
            if not stukken:
                raise ValueError("er staat een leeg woord in een lijst")
            if len(stukken) == 1 and "|" not in regel and regel[0] not in "<(":
                self._woord(stukken[0], knoop)
            else:
                self.rijen.setdefault(knoop, []).append(self.deel(stukken))
        return knoop

    def deel(self, stukken: list[str]) -> int:
        """Return the number of the part made of ``stukken``: adjacent words, or "a b / c"."""
        if "/" in stukken:
            keuzes = [keuze.strip() for keuze in " ".join(stukken).split(" / ")]
            return self._intern((Stap(self.groep(keuzes), False),))
        stappen = tuple(self._stap(stuk) for stuk in stukken)
        if stappen[0].mag_weg or stappen[0].knoop == WILLEKEURIG:
            raise ValueError(f"'{stukken[0]}' kan niet vooraan staan: begin met een vast woord")
        return self._intern(stappen)

    def patroon(self, tekst: str) -> Patroon:
        """Compile one line of ``patronen``."""
        delen: list[int] = []
        tussen: list[tuple[str, int]] = []
        stukken: list[str] = []
        for stuk in [*tekst.split(), "einde"]:
            teken = re.fullmatch(r"(\.{2,3}|\+{1,2})(\d*)", stuk)
            if not teken and stuk != "einde":
                stukken.append(stuk)
                continue
            if not stukken:
                raise ValueError(f"in '{tekst}' staat een teken zonder woord ervoor of erna")
            delen.append(self.deel(stukken))
            stukken = []
            if teken:
                tussen.append((teken[1], int(teken[2] or AFSTAND[teken[1]])))
        return Patroon(tuple(delen), tuple(tussen))

    def _stap(self, stuk: str) -> Stap:
        mag_weg = stuk.startswith("(") and stuk.endswith(")")
        kern = stuk[1:-1] if mag_weg else stuk
        if kern == "*":
            return Stap(WILLEKEURIG, mag_weg)
        if kern not in self._knoopnummers:
            knoop = self.nieuwe_knoop()
            for keuze in kern.split("|"):
                if keuze.startswith("<"):
                    verwijzing = (Stap(self._verwijzing(keuze), False),)
                    self.rijen.setdefault(knoop, []).append(self._intern(verwijzing))
                else:
                    self._woord(keuze, knoop)
            self._knoopnummers[kern] = knoop
        return Stap(self._knoopnummers[kern], mag_weg)

    def _intern(self, stappen: tuple[Stap, ...]) -> int:
        if stappen not in self._deelnummers:
            self._deelnummers[stappen] = len(self.delen)
            self.delen.append(stappen)
        return self._deelnummers[stappen]

    def _verwijzing(self, keuze: str) -> int:
        naam = keuze[1:-1]
        if not keuze.endswith(">") or naam not in self.groepen:
            raise ValueError(f"de groep '{keuze}' bestaat niet")
        return self.groepen[naam]

    def _woord(self, woord: str, knoop: int) -> None:
        bereik = re.fullmatch(r"(\d+)-(\d+)", woord)
        if bereik:
            self.getallen.append((int(bereik[1]), int(bereik[2]), knoop))
        elif re.fullmatch(r"[a-z]{2,}\*", woord):
            self.begin.setdefault(woord[:-1], set()).add(knoop)
        elif re.fullmatch(r"[a-z]+|\d+|\[[a-z-]+\]", woord):
            self.precies.setdefault(woord, set()).add(knoop)
        else:
            raise ValueError(
                f"'{woord}' kan niet: schrijf woorden klein, zonder accenten en leestekens"
            )


class Vangnet:
    """A set of rules that can judge messages."""

    def __init__(self, inhoud: dict[str, Any], bron: str) -> None:
        """Compile ``inhoud``, the file as :func:`_lees_yaml` returns it; ``bron`` names it."""
        self._boek = Woordenboek()
        self._bron = bron
        self._opzoeken = lru_cache(maxsize=20_000)(self._knopen_van)
        self._lees_woorden(inhoud)
        self._wakers = {
            naam: self._waker(naam, waarde) for naam, waarde in inhoud.get("wakers", {}).items()
        }
        self._andere_talen = self._lees_andere_talen(inhoud.get("andere_talen", {}))
        self._standaard_wakers = dict(inhoud.get("standaard_wakers", {}))
        self.regels: list[Regel] = []
        for ruw in inhoud.get("regels", []):
            self.regels.append(self._regel(ruw))
        # Sure rules first, the most urgent first: the first full hit decides.
        self._volgorde = sorted(self.regels, key=lambda r: (not r.zeker, SOORTEN.index(r.soort)))
        self._lengtes = sorted({len(b) for b in self._boek.begin})

    @classmethod
    def lees(cls, pad: Path) -> Vangnet:
        """Return the net with the rules of the file ``pad``; raises ``VangnetFout``."""
        return cls(_lees_yaml(pad), pad.name)

    def beoordeel(self, tekst: str) -> Oordeel:
        """Return the verdict on ``tekst`` (see the function of the same name)."""
        andere = self._andere_taal(tekst)
        if andere:
            return Oordeel(andere.soort, True, andere.regel)
        ontleed = self._ontleed(tekst)
        keuze = Oordeel(None, False, None)
        for regel in self._volgorde:
            stand, _ = self._weeg(regel, ontleed)
            if stand == ZEKER:
                return Oordeel(regel.soort, True, regel.id)
            if stand and (keuze.soort is None or _dringender(regel.soort, keuze.soort)):
                keuze = Oordeel(regel.soort, False, regel.id)
        return keuze

    def treffers(self, tekst: str) -> list[Treffer]:
        """Return every rule that fires on ``tekst``, the heaviest first."""
        ontleed = self._ontleed(tekst)
        andere = self._andere_taal(tekst)
        gevonden = [andere] if andere else []
        for regel in self._volgorde:
            stand, spans = self._weeg(regel, ontleed)
            if stand:
                woorden = " … ".join(" ".join(ontleed.woorden[a:b]) for a, b in sorted(spans))
                gevonden.append(Treffer(regel.id, regel.soort, stand == ZEKER, woorden))
        return sorted(gevonden, key=lambda t: (not t.zeker, SOORTEN.index(t.soort)))

    def _andere_taal(self, tekst: str) -> Treffer | None:
        """Return the first plain phrase of an emergency in another language, most urgent first."""
        kaal = f" {_zonder_leestekens(tekst)} "
        return next((t for t in self._andere_talen if f" {t.woorden} " in kaal), None)

    # --- Reading the file -------------------------------------------------------------------

    def _lees_woorden(self, inhoud: dict[str, Any]) -> None:
        boek = self._boek
        self._schrijfwijzen = {
            woord: str(waarde).split() for woord, waarde in inhoud.get("schrijfwijzen", {}).items()
        }
        self._tikfouten = list(inhoud.get("tikfouten", []))
        groepen = inhoud.get("groepen", {})
        for naam in groepen:  # all names first: a group may name one that stands further on
            boek.groepen[naam] = boek.nieuwe_knoop()
        for naam, woorden in groepen.items():
            self._vang(f"groep '{naam}'", 0, boek.groep, woorden, boek.groepen[naam])
        self._beeldspraak = self._vang("beeldspraak", 0, boek.groep, inhoud.get("beeldspraak", []))
        ontkenning = inhoud.get("ontkenning", {})
        self._ontkenners = set(ontkenning.get("woorden", []))
        self._niet_na = set(ontkenning.get("telt_niet_na", []))
        self._niet_voor = set(ontkenning.get("telt_niet_voor", []))
        self._bijzinwoorden = set(ontkenning.get("nieuwe_bijzin", []))
        self._zinsdeelwoorden = set(ontkenning.get("nieuw_zinsdeel", []))

    def _lees_andere_talen(self, inhoud: dict[str, dict[str, list[str]]]) -> list[Treffer]:
        vreemd = next((soort for soort in inhoud if soort not in SOORTEN), None)
        if vreemd:
            raise self._fout("andere_talen", 0, f"'{vreemd}' is geen soort nood")
        return [
            Treffer(f"{ANDERE_TAAL}{taal}", soort, True, _zonder_leestekens(woorden))
            for soort in SOORTEN
            for taal, groepen in inhoud.get(soort, {}).items()
            for woorden in groepen
        ]

    def _vang(self, waar: str, lijn: int, maak: Any, *gegeven: Any) -> Any:
        """Call ``maak`` and tell where in the file its complaint belongs."""
        try:
            return maak(*gegeven)
        except ValueError as fout:
            raise self._fout(waar, lijn, str(fout)) from None

    def _fout(self, waar: str, lijn: int, wat: str) -> VangnetFout:
        plaats = f"{self._bron}, regel {lijn}" if lijn else self._bron
        return VangnetFout(f"{plaats}, {waar}: {wat}.")

    def _waker(self, naam: str, waarde: dict[str, Any]) -> Waker:
        werking = waarde.get("werking")
        if werking not in ("weg", "lager"):
            raise self._fout(f"waker '{naam}'", 0, "'werking' moet 'weg' of 'lager' zijn")
        knoop = self._vang(f"waker '{naam}'", 0, self._boek.groep, waarde.get("woorden", []))
        return Waker(knoop, ZEKER if werking == "weg" else 1, waarde.get("waar") == "bericht")

    def _regel(self, ruw: dict[str, Any]) -> Regel:
        lijn, naam = int(ruw.pop("_lijn", 0)), str(ruw.get("id", "zonder id"))
        onbekend = set(ruw) - _SLEUTELS
        if onbekend:
            raise self._fout(naam, lijn, f"onbekend veld '{sorted(onbekend)[0]}'")
        soort, zeker = ruw.get("soort"), ruw.get("zeker")
        if soort not in SOORTEN:
            raise self._fout(naam, lijn, f"'soort' moet een van {', '.join(SOORTEN)} zijn")
        if zeker not in ("ja", "nee"):
            raise self._fout(naam, lijn, "'zeker' moet 'ja' of 'nee' zijn")
        if not ruw.get("patronen"):
            raise self._fout(naam, lijn, "er staan geen 'patronen'")
        if any(naam == andere.id for andere in self.regels):
            raise self._fout(naam, lijn, "deze id bestaat al")
        wakers = tuple(ruw["wakers"] if "wakers" in ruw else self._standaard_wakers.get(soort, []))
        if not set(wakers) <= set(self._wakers):
            raise self._fout(naam, lijn, "een van de 'wakers' bestaat niet")
        return Regel(
            naam,
            soort,
            zeker == "ja",
            tuple(self._vang(naam, lijn, self._patroon, p, ruw) for p in ruw["patronen"]),
            wakers,
            self._lijst(naam, lijn, ruw.get("tenzij")),
            self._lijst(naam, lijn, ruw.get("tenzij_bericht")),
            tuple(ruw.get("wel", [])),
            tuple(ruw.get("niet", [])),
        )

    def _lijst(self, naam: str, lijn: int, woorden: list[str] | None) -> int | None:
        return self._vang(naam, lijn, self._boek.groep, woorden) if woorden else None

    def _patroon(self, tekst: str, ruw: dict[str, Any]) -> Patroon:
        """A pattern that holds a negation itself ("ademt niet") is not undone by another one."""
        patroon = self._boek.patroon(tekst)
        eigen = set(re.split(r"[\s|()]+", tekst)) & self._ontkenners
        telt = ruw.get("ontkenning") != "telt niet" and not eigen
        return replace(patroon, ontkenning_telt=telt)

    # --- Reading a message ------------------------------------------------------------------

    def _ontleed(self, tekst: str) -> Tekst:
        ontleed = Tekst()
        zin = bijzin = zinsdeel = 0
        for stuk in _STUK.finditer(_HERHAALD.sub(r"\1\1", schrijf_gelijk(tekst))):
            if stuk["woord"] is None:
                zin += stuk["punt"] is not None
                bijzin, zinsdeel = bijzin + 1, zinsdeel + 1
                continue
            for woord in self._spelling(stuk["woord"].replace("'", "")):
                bijzin += woord in self._bijzinwoorden
                zinsdeel += woord in self._bijzinwoorden or woord in self._zinsdeelwoorden
                ontleed.woorden.append(woord)
                ontleed.zin.append(zin)
                ontleed.bijzin.append(bijzin)
                ontleed.zinsdeel.append(zinsdeel)
        self._vul(ontleed, set())
        beeld = {i for a, b in self._plekken(self._beeldspraak, ontleed) for i in range(a, b)}
        if beeld:
            self._vul(ontleed, beeld)
        return ontleed

    def _spelling(self, woord: str) -> list[str]:
        anders = self._schrijfwijzen.get(woord)
        if anders is not None:
            return anders
        return [self._zonder_tikfout(woord)] if len(woord) >= MIN_TIKFOUT else [woord]

    def _zonder_tikfout(self, woord: str) -> str:
        if self._opzoeken(woord):
            return woord
        gok = process.extractOne(woord, self._tikfouten, scorer=OSA.distance, score_cutoff=1)
        return str(gok[0]) if gok else woord

    def _vul(self, ontleed: Tekst, overslaan: set[int]) -> None:
        """Write where each node's single words stand; words in ``overslaan`` do not count."""
        ontleed.knopen.clear()
        ontleed.delen.clear()
        ontleed.losse.clear()
        for plek, woord in enumerate(ontleed.woorden):
            if plek not in overslaan:
                for knoop in self._opzoeken(woord):
                    ontleed.losse.setdefault(knoop, []).append(plek)

    def _knopen_van(self, woord: str) -> tuple[int, ...]:
        """Return the nodes that a single word belongs to."""
        boek = self._boek
        knopen = set(boek.precies.get(woord, ()))
        for lengte in self._lengtes:
            if lengte > len(woord):
                break
            knopen |= boek.begin.get(woord[:lengte], set())
        if woord.isdecimal():
            knopen |= {k for laag, hoog, k in boek.getallen if laag <= int(woord) <= hoog}
        return tuple(knopen)

    # --- Matching ---------------------------------------------------------------------------

    def _einden(self, knoop: int, ontleed: Tekst) -> dict[int, list[int]]:
        """Return, for each place where ``knoop`` starts, the places where it ends."""
        bekend = ontleed.knopen.get(knoop)
        if bekend is not None:
            return bekend
        einden: dict[int, list[int]] = {}
        ontleed.knopen[knoop] = einden  # before looking further: a group may not hold itself
        for plek in ontleed.losse.get(knoop, ()):
            einden[plek] = [plek + 1]
        for deel in self._boek.rijen.get(knoop, ()):
            for begin, einde in self._deel(deel, ontleed):
                einden.setdefault(begin, []).append(einde)
        return einden

    def _deel(self, deel: int, ontleed: Tekst) -> list[Span]:
        """Return the spans of the part with number ``deel``, in order."""
        spans = ontleed.delen.get(deel)
        if spans is None:
            stappen = self._boek.delen[deel]
            spans = []
            for begin in sorted(self._einden(stappen[0].knoop, ontleed)):
                spans += [(begin, e) for e in self._loop(stappen, 0, begin, begin, ontleed)]
            ontleed.delen[deel] = spans
        return spans

    def _loop(
        self, stappen: tuple[Stap, ...], nu: int, plek: int, begin: int, ontleed: Tekst
    ) -> Iterator[int]:
        """Yield the ends of ``stappen[nu:]`` from ``plek``, within the sentence of ``begin``."""
        if nu == len(stappen):
            yield plek
            return
        stap = stappen[nu]
        if stap.mag_weg:
            yield from self._loop(stappen, nu + 1, plek, begin, ontleed)
        if plek >= len(ontleed.woorden) or ontleed.zin[plek] != ontleed.zin[begin]:
            return
        if stap.knoop == WILLEKEURIG:
            yield from self._loop(stappen, nu + 1, plek + 1, begin, ontleed)
            return
        for einde in self._einden(stap.knoop, ontleed).get(plek, ()):
            yield from self._loop(stappen, nu + 1, einde, begin, ontleed)

    def _plekken(self, knoop: int, ontleed: Tekst) -> list[Span]:
        return [(a, b) for a, einden in self._einden(knoop, ontleed).items() for b in einden]

    def _passingen(self, patroon: Patroon, ontleed: Tekst) -> Iterator[tuple[Span, ...]]:
        """Yield each way in which the parts of ``patroon`` stand in the text."""
        lijsten = []
        for deel in patroon.delen:
            spans = self._deel(deel, ontleed)
            if not spans:
                return
            lijsten.append(spans)
        yield from _combineer(lijsten, patroon.tussen, (), ontleed)

    def _weeg(self, regel: Regel, ontleed: Tekst) -> tuple[int, tuple[Span, ...]]:
        """Return how heavily ``regel`` counts (ZEKER, TWIJFEL, NIETS) and on which words."""
        vol = ZEKER if regel.zeker else TWIJFEL
        beste = NIETS
        waar: tuple[Span, ...] = ()
        for patroon in regel.patronen:
            for spans in islice(self._passingen(patroon, ontleed), MAX_PASSINGEN):
                if patroon.ontkenning_telt and self._ontkend(spans, ontleed):
                    continue
                stand = self._na_wakers(regel, vol, spans, ontleed)
                if stand > beste:
                    beste, waar = stand, spans
                if beste == vol:
                    return beste, waar
        return beste, waar

    def _na_wakers(self, regel: Regel, stand: int, spans: tuple[Span, ...], ontleed: Tekst) -> int:
        """Return what the guards leave of ``stand``."""
        for knoop, ver in ((regel.tenzij, False), (regel.tenzij_bericht, True)):
            if knoop is not None and self._bij(knoop, spans, ontleed, ver):
                return NIETS
        for naam in regel.wakers:
            waker = self._wakers[naam]
            if self._bij(waker.knoop, spans, ontleed, waker.heel_bericht):
                stand -= waker.stappen
        return max(stand, NIETS)

    def _bij(self, knoop: int, spans: tuple[Span, ...], ontleed: Tekst, ver: bool) -> bool:
        """True where ``knoop`` stands near ``spans`` and is not part of them."""
        eerste, laatste = min(a for a, _ in spans), max(b for _, b in spans)
        grens = BERICHT_AFSTAND if ver else WAAK_AFSTAND
        for begin, einde in self._plekken(knoop, ontleed):
            if max(begin - laatste, eerste - einde) > grens or _binnen((begin, einde), spans):
                continue
            if ver or ontleed.zin[begin] in (ontleed.zin[eerste], ontleed.zin[laatste - 1]):
                return True
        return False

    def _ontkend(self, spans: tuple[Span, ...], ontleed: Tekst) -> bool:
        """True where a negation in one of the matched clauses belongs to the match."""
        woorden, deel = ontleed.woorden, ontleed.zinsdeel
        for begin, einde in spans:
            van, tot = max(0, begin - ONTKENNING_AFSTAND), einde + ONTKENNING_AFSTAND
            for i in range(van, min(len(woorden), tot)):
                if woorden[i] not in self._ontkenners or _overlapt((i, i + 1), spans):
                    continue
                if deel[i] not in (deel[begin], deel[einde - 1]):
                    continue
                voor = woorden[i - 1] if i else ""
                na = woorden[i + 1] if i + 1 < len(woorden) else ""
                if voor not in self._niet_na and na not in self._niet_voor:
                    return True
        return False


_SLEUTELS = {
    "id", "soort", "zeker", "patronen", "ontkenning", "wakers", "tenzij", "tenzij_bericht",
    "uitleg", "wel", "niet",
}  # fmt: skip


def _dringender(soort: str, andere: str) -> bool:
    return SOORTEN.index(soort) < SOORTEN.index(andere)


def _binnen(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(a <= span[0] and span[1] <= b for a, b in spans)


def _overlapt(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(span[0] < b and a < span[1] for a, b in spans)


def _combineer(
    lijsten: list[list[Span]],
    tussen: tuple[tuple[str, int], ...],
    spans: tuple[Span, ...],
    ontleed: Tekst,
) -> Iterator[tuple[Span, ...]]:
    """Yield each choice of one span from each list in which all operators hold."""
    if len(spans) == len(lijsten):
        yield spans
        return
    for kandidaat in _in_de_buurt(lijsten[len(spans)], tussen, spans):
        if not spans or _past(tussen[len(spans) - 1], spans, kandidaat, ontleed):
            yield from _combineer(lijsten, tussen, (*spans, kandidaat), ontleed)


def _in_de_buurt(
    lijst: list[Span], tussen: tuple[tuple[str, int], ...], spans: tuple[Span, ...]
) -> list[Span]:
    """Return the part of the sorted ``lijst`` that can be near enough to ``spans``."""
    if not spans:
        return lijst
    teken, ver = tussen[len(spans) - 1]
    laatste = spans[-1][1] if teken in ("..", "...") else max(b for _, b in spans)
    eerste = laatste if teken in ("..", "...") else min(a for a, _ in spans) - ver - LANGSTE_DEEL
    return lijst[bisect_left(lijst, (eerste, 0)) : bisect_right(lijst, (laatste + ver + 1, 0))]


def _past(tussen: tuple[str, int], spans: tuple[Span, ...], nieuw: Span, ontleed: Tekst) -> bool:
    """True where ``nieuw`` stands as the operator asks after or near ``spans``."""
    teken, ver = tussen
    if teken in ("..", "..."):
        einde = spans[-1][1]
        if not 0 <= nieuw[0] - einde <= ver or ontleed.zin[nieuw[0]] != ontleed.zin[einde - 1]:
            return False
        return teken == "..." or ontleed.bijzin[nieuw[0]] == ontleed.bijzin[einde - 1]
    eerste, laatste = min(a for a, _ in spans), max(b for _, b in spans)
    if max(nieuw[0] - laatste, eerste - nieuw[1]) > ver or _overlapt(nieuw, spans):
        return False
    return teken == "++" or ontleed.zin[nieuw[0]] == ontleed.zin[eerste]


def _lees_yaml(pad: Path) -> dict[str, Any]:
    """Return the file as dicts, lists and strings; each rule also gets its line, ``_lijn``."""
    lader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        knoop = yaml.compose(pad.read_text(encoding="utf-8"), Loader=lader)
    except OSError as fout:
        raise VangnetFout(f"{pad.name} is niet te lezen: {fout.strerror}.") from fout
    except yaml.MarkedYAMLError as fout:
        lijn = fout.problem_mark.line + 1 if fout.problem_mark else 0
        raise VangnetFout(
            f"{pad.name}, regel {lijn}: geen geldige YAML ({fout.problem})."
        ) from fout
    inhoud = _uit_knoop(knoop, pad.name)
    if not isinstance(inhoud, dict):
        raise VangnetFout(f"{pad.name}: er staan geen regels in.")
    return inhoud


def _uit_knoop(knoop: Any, bron: str) -> Any:
    if isinstance(knoop, yaml.ScalarNode):
        return knoop.value
    if isinstance(knoop, yaml.SequenceNode):
        return [_uit_knoop(k, bron) for k in knoop.value]
    if not isinstance(knoop, yaml.MappingNode):
        return None
    inhoud: dict[str, Any] = {}
    for sleutel, waarde in knoop.value:
        if sleutel.value in inhoud:
            lijn = sleutel.start_mark.line + 1
            raise VangnetFout(f"{bron}, regel {lijn}: '{sleutel.value}' staat er twee keer.")
        inhoud[sleutel.value] = _uit_knoop(waarde, bron)
    if "id" in inhoud:
        inhoud["_lijn"] = knoop.start_mark.line + 1
    return inhoud


if __name__ == "__main__":
    for treffer in treffers(" ".join(sys.argv[1:])):
        print(
            f"{treffer.soort} ({'zeker' if treffer.zeker else 'twijfel'}), "
            f"regel {treffer.regel}: {treffer.woorden}"
        )
    print(beoordeel(" ".join(sys.argv[1:])))
