"""Ages of children in Dutch messages, in years.

Config::

    pipeline:
      - name: ouderwijzer.begrip.leeftijd.AgeExtractor

Writes an entity ``leeftijd`` with a float value (years) for the first age in the text. Why our
own: Duckling needs a second server and reads neither "groep 3" nor "anderhalf"; a regex extractor
gives text, not a number. Pure function ``find_ages`` is what the table test checks.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

WORDS = {
    "een": 1, "één": 1, "eén": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6,
    "zeven": 7, "acht": 8, "negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13,
    "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18,
}  # fmt: skip
# Usual age in the first months of each school group (group 1 from the fourth birthday).
GROUPS = {1: 4, 2: 5, 3: 6, 4: 7, 5: 8, 6: 9, 7: 10, 8: 11}
STAGES = {
    "pasgeboren": 0.0, "newborn": 0.0, "zuigeling": 0.3, "baby": 0.5, "babytje": 0.5,
    "dreumes": 1.5, "peuter": 3.0, "peuterzoon": 3.0, "peuterdochter": 3.0, "kleuter": 5.0,
    "kleuterzoon": 5.0, "kleuterdochter": 5.0, "brugklas": 12.0, "brugklasser": 12.0,
    "brugpieper": 12.0, "puber": 14.0, "puberzoon": 14.0, "puberdochter": 14.0, "pubers": 14.0,
    "tiener": 14.0, "tieners": 14.0, "tienerdochter": 14.0, "tienerzoon": 14.0, "peuters": 3.0,
    "kleuters": 5.0, "baby's": 0.5,
}  # fmt: skip
NUMBER = r"(?:\d{1,2}(?:[.,]\d)?|" + "|".join(WORDS) + ")"
HALF = r"(?P<half>\s*(?:en\s+(?:een\s+)?half|½|\.5|,5))?"
YEAR = r"(?:jaar|jaren|jarige?|jr\.?|j\b|jaartjes?|jaarige|winters)"
MONTH = r"(?:maand(?:en|jes?)?|mnd(?:en)?\.?|mndjes)"
WEEK = r"(?:week|weken|wk\.?|weekjes)"
CHILD = (
    r"(?:zoon(?:tje)?|zn|dochter(?:tje)?|dtr|kind(?:je|eren)?|jongens?(?:ke)?|meisjes?|meiske|"
    r"kleinzoon|kleindochter|stiefzoon|stiefdochter|pleegkind|pleegzoon|pleegdochter|hij|zij|ze|"
    r"ie|die|manneke|oudste|jongste|middelste|tweeling|ventje|neefje|nichtje|broer(?:tje)?|"
    r"zus(?:je)?|eentje|een)"
)

_HALVE = re.compile(rf"\banderhal(?:f|ve)(?:[ -]?{YEAR})?", re.I)
_AND_HALF = re.compile(
    rf"\b(?P<n>{NUMBER})\s*(?:en\s+(?:een|'n|n)?\s*half|½)(?:[ -]?{YEAR})?\b", re.I
)
_HALF_YEAR = re.compile(rf"\b(?:een|n|'n)?\s*half(?:jaar|\s+{YEAR})\b", re.I)
_YEARS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{YEAR})(?:\s+oude?)?\b", re.I)
_MONTHS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{MONTH})(?!\s+(?:geleden|lang))\b", re.I)
_WEEKS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{WEEK})\s+oude?\b", re.I)
_OF_AGE = re.compile(rf"\b{CHILD}\s+van\s+(?:net\s+|bijna\s+|ruim\s+)?(?P<n>{NUMBER})\b", re.I)
_IS_AGE = re.compile(
    rf"\b(?:hij|zij|ze|ie|die|zoon(?:tje)?|dochter(?:tje)?|kind)\s+(?:is|wordt|word|was)\s+"
    rf"(?:nu\s+|net\s+|al\s+|bijna\s+|pas\s+|nog\s+maar\s+)*(?P<n>{NUMBER})(?=\s*(?:$|[.,;!?)]|en\b|maar\b|geworden\b))",
    re.I,
)
_BRACKETS = re.compile(r"\((?P<n>\d{1,2}(?:[.,]\d)?)(?:\s*(?:jr|j|jaar))?\)", re.I)
_BARE = re.compile(rf"^\s*(?P<n>{NUMBER})\s*[.!]?\s*$", re.I)
_ABOUT = re.compile(rf"\b(?:een\s+)?jaar of (?P<n>{NUMBER})\b", re.I)
_GROUP = re.compile(r"\b(?:groep|gr\.?)\s*(?P<n>[1-8])\b", re.I)
_CLASS = re.compile(r"\b(?P<n>[1-6])\s*(?:vmbo|havo|vwo|mavo|gymnasium|atheneum)\b", re.I)
_STAGE = re.compile(r"\b(?P<w>" + "|".join(sorted(STAGES, key=len, reverse=True)) + r")\b", re.I)
# Durations, counts and times that look like ages.
_NOT_AN_AGE = re.compile(
    r"(?:al|sinds|na|over|binnen|elke|om de|per|voor|laatste|afgelopen|komende|ruim)\s*$", re.I
)


def find_ages(text: str) -> list[tuple[int, int, float]]:
    """Return (start, end, years) for each age in ``text``, in order, non-overlapping.

    Ages above 23 are left out, as parents' own ages.
    """
    found: list[tuple[int, int, float]] = []
    stages = [(m.start(), m.end(), STAGES[m["w"].lower()]) for m in _STAGE.finditer(text)]
    for start, end, years in _candidates(text) or stages:  # "peuter van 2": the number counts
        if 0 <= years <= 23 and not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, years))
    return sorted(found)


def _candidates(text: str) -> list[tuple[int, int, float]]:
    """All readings, the surest first, so that a later overlapping one is dropped."""
    spans = [(m.start(), m.end(), _number(m["n"])) for m in _ABOUT.finditer(text)]
    spans += [(m.start(), m.end(), 1.5) for m in _HALVE.finditer(text) if _is_age(text, m)]
    spans += [
        (m.start(), m.end(), _number(m["n"]) + 0.5)
        for m in _AND_HALF.finditer(text)
        if _is_age(text, m)
    ]
    spans += [(m.start(), m.end(), 0.5) for m in _HALF_YEAR.finditer(text) if _is_age(text, m)]
    for pattern, per_year in ((_YEARS, 1), (_MONTHS, 12), (_WEEKS, 52)):
        spans += [
            (m.start(), m.end(), round(_number(m["n"]) / per_year, 2))
            for m in pattern.finditer(text)
            if _is_age(text, m)
        ]
    for pattern in (_OF_AGE, _IS_AGE, _BRACKETS, _BARE):
        spans += [(m.start("n"), m.end("n"), _number(m["n"])) for m in pattern.finditer(text)]
    spans += [(m.start(), m.end(), float(GROUPS[int(m["n"])])) for m in _GROUP.finditer(text)]
    spans += [(m.start(), m.end(), 11.0 + int(m["n"])) for m in _CLASS.finditer(text)]
    return spans + [(m.start(), m.end(), STAGES[m["w"].lower()]) for m in _STAGE.finditer(text)]


def _number(word: str) -> float:
    value = WORDS.get(word.lower())
    return float(value if value is not None else word.replace(",", "."))


def _is_age(text: str, match: re.Match[str]) -> bool:
    """False where the words before or after make it a duration ("al 2 jaar", "2 jaar geleden")."""
    if re.match(r"\s*(?:geleden|lang|later|terug)\b", text[match.end() :], re.I):
        return False
    if re.search(r"\b(?:oud|jarige?)\s*$", match.group(), re.I):
        return True
    return not _NOT_AN_AGE.search(text[: match.start()])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class AgeExtractor(GraphComponent):
    """Adds the first age of a message as entity ``leeftijd`` (float, years)."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AgeExtractor:
        """Create the component (see parent class); it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Append the entity to each message that tells an age."""
        for message in messages:
            text = message.get("text") or ""
            ages = find_ages(text)
            if not ages:
                continue
            start, end, years = ages[0]
            entity = {
                "entity": "leeftijd",
                "start": start,
                "end": end,
                "value": years,
                "extractor": "AgeExtractor",
            }
            message.set("entities", [*message.get("entities", []), entity], add_to_output=True)
        return messages
