"""Sentences: the training examples in ``data/`` and the test sets in ``tests/begrip/``.

Reads them with file and line, and checks them in seconds: form, labels, counts, doubles,
near-doubles, leaks from a test set, names of people. Part of ``make check``. The counts come from
the project's design: width of the examples decides how well a label is learned (bench/begrip.md).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ouderwijzer.kennis.opslag import normaliseer

RETRIEVAL = "opvoedvraag"
NOOD = ("nood_acuut", "nood_suicide", "nood_geweld", "nood_ouder_knapt")
VORMEN = ("gewoon", "indirect", "verborgen")  # how openly an emergency is told
LIJKT_OP_NOOD = "lijkt_op_nood.yml"  # harmless examples with alarming words

MIN_ONDERWERP, MIN_NOOD, MIN_BUITEN_BEREIK, MIN_ANDERS = 150, 400, 500, 80
MIN_LIJKT_OP_NOOD = 600
MIN_DEEL_VORM = 0.25  # about a third of an emergency's examples for each form

# Least number of sentences a label in the blind set, and in the sets of the safety net in all.
BLIND_ONDERWERP, BLIND_NOOD, BLIND_ANDERS, BLIND_GROEP = 10, 30, 15, 150
VANGNET_NOOD, VANGNET_BIJNA = 300, 500

# rapidfuzz' ratio (0-100) on the sentence's words in alphabetical order. Looked at by hand:
# below these, pairs ask something else ("loopt nog niet" and "praat nog niet").
LIJKT_IN_LABEL, LIJKT_TUSSEN_LABELS, LIJKT_OP_PROEF = 88, 93, 90
KORT = 15  # letters; shorter sentences are only compared for being equal
BLOK = 500  # sentences compared at once; bounds the memory
VOORNAMEN = Path(__file__).with_name("voornamen.txt")


@dataclass(frozen=True)
class Zin:
    """One sentence: where it stands, its label, what it says and, if told, its form."""

    pad: Path
    regel: int
    label: str
    tekst: str
    vorm: str = ""

    @property
    def plek(self) -> str:
        """File and line, as an editor reads them."""
        return f"{self.pad}, regel {self.regel}"

    @property
    def kaal(self) -> str:
        """Words without capitals, accents and punctuation; emoji and the like stay."""
        return normaliseer(self.tekst) or self.tekst


def bestanden(data: Path) -> list[Path]:
    """Return the files with training examples under ``data``, in a fixed order."""
    return [
        pad
        for pad in [*sorted(data.glob("*.yml")), *sorted((data / "onderwerpen").glob("*.yml"))]
        if pad.name not in ("rules.yml", "stories.yml")
    ]


def lees_zinnen(data: Path, fouten: list[str]) -> list[Zin]:
    """Return all training examples under ``data``; what can't be read becomes a fault."""
    zinnen: list[Zin] = []
    for pad in bestanden(data):
        try:
            zinnen += _voorbeelden(pad, fouten)
        except MarkedYAMLError as fout:
            fouten.append(ongeldig(pad, fout))
        except (OSError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as fout:
            fouten.append(f"{pad}: heeft niet de vorm van Rasa's voorbeelden ({fout})")
    return zinnen


def ongeldig(pad: Path, fout: MarkedYAMLError) -> str:
    """Return a fault of YAML as an editor reads it."""
    regel = fout.problem_mark.line + 1 if fout.problem_mark else "?"
    return f"{pad}, regel {regel}: geen geldige YAML ({fout.problem})"


def _voorbeelden(pad: Path, fouten: list[str]) -> Iterator[Zin]:
    for blok in YAML(typ="rt").load(pad.read_text(encoding="utf-8"))["nlu"]:
        # A block scalar begins on the line after its key.
        begin = blok.lc.data["examples"][0] + 2
        vorm = str((blok.get("metadata") or {}).get("vorm", ""))
        for nummer, regel in enumerate(str(blok["examples"]).splitlines()):
            tekst = regel.strip().removeprefix("-").strip()
            zin = Zin(pad, begin + nummer, str(blok["intent"]), tekst, vorm)
            if regel.strip().startswith("-") and tekst:
                yield zin
            else:
                fouten.append(f"{zin.plek}: een voorbeeld begint met een streepje en is niet leeg")


def lees_sets(map_: Path, fouten: list[str]) -> list[Zin]:
    """Return the sentences of all test sets in ``map_``; what can't be read becomes a fault."""
    zinnen: list[Zin] = []
    for pad in sorted(map_.glob("*.yml")):
        try:
            stukken = YAML(typ="rt").load(pad.read_text(encoding="utf-8"))
            if isinstance(stukken, list):
                zinnen += [
                    Zin(
                        pad,
                        stukken.lc.item(nummer)[0] + 1,  # type: ignore[attr-defined]  # ruamel's
                        str(stuk.get("label", "")),
                        str(stuk.get("text", "")),
                        str(stuk.get("vorm", "")),
                    )
                    for nummer, stuk in enumerate(stukken)
                ]
        except MarkedYAMLError as fout:
            fouten.append(ongeldig(pad, fout))
        except (AttributeError, UnicodeDecodeError) as fout:
            fouten.append(f"{pad}: heeft niet de vorm van een proefset ({fout})")
    return zinnen


def controleer_zinnen(zinnen: list[Zin], sets: list[Zin], intents: set[str]) -> list[str]:
    """Return the faults in examples and test sets, each with file and line."""
    labels = {zin.label for zin in zinnen}
    fouten = [
        f'{zin.plek}: label "{zin.label}" staat niet in domain.yml'
        for zin in zinnen
        if zin.label.partition("/")[0] not in intents
    ]
    fouten += [
        f'{zin.plek}: label "{zin.label}" heeft geen voorbeelden in data/'
        for zin in sets
        if zin.label not in labels
    ]
    fouten += [fout for zin in zinnen if (fout := _naam(zin))]
    return fouten + _gelijke(zinnen, sets) + _aantallen(zinnen) + _aantallen_sets(sets, labels)


# --- Equal and nearly equal -----------------------------------------------------------------


def _gelijke(zinnen: list[Zin], sets: list[Zin]) -> list[str]:
    """Return doubles and near-doubles: within a label, between labels, with and between sets."""
    alles = [*zinnen, *sets]
    lerend = len(zinnen)
    fouten = []
    for score, een, ander in gelijkende_paren([zin.kaal for zin in alles]):
        # The later one is named as the fault: new lines stand at the end, sets behind the data.
        eerste, laatste = sorted((een, ander))
        if laatste < lerend:
            fouten += _dubbel(score, alles[eerste], alles[laatste])
        elif eerste < lerend and score >= LIJKT_OP_PROEF:
            zin, proef = alles[eerste], alles[laatste]
            hoe = "staat ook in" if score == 100 else "lijkt te veel op"
            fouten.append(f"{zin.plek}: {hoe} {proef.plek}; een proefzin mag niet geleerd worden")
        elif eerste >= lerend and score == 100:
            fouten.append(f"{alles[laatste].plek}: staat er al ({alles[eerste].plek})")
    return fouten


def _dubbel(score: int, een: Zin, ander: Zin) -> list[str]:
    if een.label == ander.label:
        if score < LIJKT_IN_LABEL:
            return []
        hoe = "staat er al" if een.kaal == ander.kaal else "lijkt te veel op wat er al staat"
    else:
        if score < LIJKT_TUSSEN_LABELS:
            return []
        hoe = f"staat ook onder {een.label}"
        if een.kaal != ander.kaal:
            hoe = f"lijkt te veel op een zin onder {een.label}"
    return [f"{ander.plek}: {hoe} ({een.plek})"]


def gelijkende_paren(teksten: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield (score 0-100, index, index) of all pairs of normalised texts that look alike.

    The score is that of the words in alphabetical order, so a changed order counts as the same.
    Short texts (``KORT``) count only when equal.
    """
    gesorteerd = [" ".join(sorted(tekst.split())) for tekst in teksten]
    volgorde = sorted(range(len(teksten)), key=lambda i: len(gesorteerd[i]))
    grens = min(LIJKT_IN_LABEL, LIJKT_TUSSEN_LABELS, LIJKT_OP_PROEF)
    for begin in range(0, len(volgorde), BLOK):
        blok = volgorde[begin : begin + BLOK]
        # A ratio of at least ``grens`` needs lengths in this proportion, so the rest is skipped.
        langst = len(gesorteerd[blok[-1]]) * (200 - grens) / grens + 1
        rest = [i for i in volgorde[begin:] if len(gesorteerd[i]) <= langst]
        scores = process.cdist(
            [gesorteerd[i] for i in blok],
            [gesorteerd[i] for i in rest],
            scorer=fuzz.ratio,
            score_cutoff=grens,
            dtype=np.uint8,
            workers=-1,
        )
        for rij, kolom in zip(*np.nonzero(scores), strict=True):
            een, ander, score = blok[rij], rest[kolom], int(scores[rij, kolom])
            if kolom > rij and (
                teksten[een] == teksten[ander]
                or min(len(gesorteerd[een]), len(gesorteerd[ander])) >= KORT
            ):
                yield score, een, ander


# --- Names ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def voornamen() -> frozenset[str]:
    """Return the first names that may not stand in an example, each with a capital."""
    regels = VOORNAMEN.read_text(encoding="utf-8").splitlines()
    return frozenset(naam for r in regels if not r.startswith("#") for naam in r.split())


def _naam(zin: Zin) -> str | None:
    """Return the fault of a sentence that names a person, or None."""
    gevonden = [woord for woord in re.findall(r"\b[A-Z]\w+", zin.tekst) if woord in voornamen()]
    if not gevonden:
        return None
    return f'{zin.plek}: noemt een persoon ("{gevonden[0]}"); schrijf een rol, zoals "mijn zoon"'


# --- Counts ---------------------------------------------------------------------------------


def _minimum(label: str) -> int:
    if label.startswith(f"{RETRIEVAL}/"):
        return MIN_ONDERWERP
    if label in NOOD:
        return MIN_NOOD
    return MIN_BUITEN_BEREIK if label == "buiten_bereik" else MIN_ANDERS


def _aantallen(zinnen: list[Zin]) -> list[str]:
    aantallen = Counter(zin.label for zin in zinnen)
    fouten = [
        f"{label}: {aantal} voorbeelden, minstens {_minimum(label)} nodig"
        for label, aantal in sorted(aantallen.items())
        if aantal < _minimum(label)
    ]
    vormen = Counter((zin.label, zin.vorm) for zin in zinnen)
    fouten += [
        f"{label}: {vormen[label, vorm]} van de {aantallen[label]} voorbeelden zijn {vorm}, "
        f"minstens {MIN_DEEL_VORM:.0%} nodig"
        for label in NOOD
        for vorm in VORMEN
        if vormen[label, vorm] < MIN_DEEL_VORM * aantallen[label]
    ]
    return (
        fouten
        + [
            f"{label}: {aantal} voorbeelden hebben geen vorm ({', '.join(VORMEN)})"
            for label in NOOD
            if (
                aantal := sum(
                    n for (lab, v), n in vormen.items() if lab == label and v not in VORMEN
                )
            )
        ]
        + _te_weinig(
            f"data/{LIJKT_OP_NOOD}",
            [
                (
                    "voorbeelden",
                    sum(zin.pad.name == LIJKT_OP_NOOD for zin in zinnen),
                    MIN_LIJKT_OP_NOOD,
                )
            ],
        )
    )


def _aantallen_sets(sets: list[Zin], labels: set[str]) -> list[str]:
    per_set: dict[str, list[Zin]] = defaultdict(list)
    for zin in sets:
        per_set[zin.pad.name].append(zin)
    fouten = _aantallen_blind(per_set["blind.yml"], labels)
    for naam in ("vangnet_afstemmen.yml", "vangnet_blind.yml"):
        nood = [zin for zin in per_set[naam] if zin.label in NOOD]
        eisen = [(f"zinnen in {vorm} vorm", vorm, 0.25 * len(nood)) for vorm in VORMEN]
        fouten += _te_weinig(
            f"tests/begrip/{naam}",
            [
                ("noodgevallen", len(nood), VANGNET_NOOD),
                ("zinnen die erop lijken", len(per_set[naam]) - len(nood), VANGNET_BIJNA),
                *((wat, sum(z.vorm == vorm for z in nood), int(min_)) for wat, vorm, min_ in eisen),
            ],
        )
    return fouten


def _aantallen_blind(zinnen: list[Zin], labels: set[str]) -> list[str]:
    aantallen = Counter(zin.label for zin in zinnen)
    eisen = []
    for label in sorted(labels):
        minimum = BLIND_ONDERWERP if label.startswith(f"{RETRIEVAL}/") else BLIND_ANDERS
        minimum = BLIND_NOOD if label in NOOD else minimum
        minimum = BLIND_GROEP if label == "buiten_bereik" else minimum
        eisen.append((f"zinnen voor {label}", aantallen[label], minimum))
    bijna = sum(zin.vorm == "bijna" for zin in zinnen)
    eisen.append(("zinnen die op nood lijken", bijna, BLIND_GROEP))
    return _te_weinig("tests/begrip/blind.yml", eisen)


def _te_weinig(waar: str, eisen: list[tuple[str, int, int]]) -> list[str]:
    return [f"{waar}: {n} {wat}, minstens {min_} nodig" for wat, n, min_ in eisen if n < min_]
