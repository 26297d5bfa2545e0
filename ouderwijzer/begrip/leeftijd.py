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
CLASSES = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6}
# Word -> usual age, and the ages (from, up to) that the word can stand for: in "mijn peuter van
# 2" the number counts, in "mijn peuter slaat zijn broer van 7" the word does.
_STAGES_OF: dict[tuple[float, float, float], str] = {
    (0.0, 0.0, 0.5): "pasgeboren pasgeborene newborn",
    (0.3, 0.0, 1.0): "zuigeling",
    (0.5, 0.0, 1.6): "baby babytje baby's",
    (1.5, 0.9, 2.6): "dreumes dreumesen",
    (3.0, 1.5, 4.0): "peuter peuters peuterzoon peuterdochter peutertje",
    (5.0, 3.5, 7.0): "kleuter kleuters kleuterzoon kleuterdochter kleutertje",
    (12.0, 11.0, 14.0): "brugklas brugklasser brugpieper",
    (14.0, 9.0, 20.0): "puber pubers puberzoon puberdochter pubertje tiener tieners tienerzoon "
    "tienerdochter",
}
STAGES = {word: ages for ages, words in _STAGES_OF.items() for word in words.split()}
_STAGE_WORDS = "|".join(sorted(STAGES, key=len, reverse=True))
NUMBER = r"(?:\d{1,2}(?:[.,]\d)?|" + "|".join(WORDS) + ")"
# "zoon van een vriendin", "hij is een en al oor": there the article is no number.
CLEAR_NUMBER = rf"(?!een\b){NUMBER}"
YEAR = r"(?:jaar|jaren|jarige?|jr\.?|j\b|jaartjes?|jaarige|winters)"
MONTH = r"(?:maand(?:en|jes?)?|mnd(?:en)?\.?|mndjes)"
WEEK = r"(?:week|weken|wk\.?|weekjes)"
DAY = r"(?:dag|dagen|dagjes)"
NOUN = (
    r"(?:zoon(?:tje|s)?|zonen|zn|dochter(?:tje|s)?|dtr|kind(?:je|jes|eren)?|kids|"
    r"jong(?:en|ens|etje|etjes|ske)|meisjes?|meiske|kleinzoon|kleindochter|kleinkind|stiefzoon|"
    r"stiefdochter|pleegkind|pleegzoon|pleegdochter|manneke|mannetje|oudste|jongste|middelste|kleine|kleintje|jochie|knul|"
    r"tweeling|ventje|neefje|nichtje|broer(?:tje)?|zus(?:je)?|" + _STAGE_WORDS + ")"
)
CHILD = (
    rf"(?:{NOUN}|hij|zij|ze|ie|die|eentje|(?:heb(?:ben)? er|bij|voor|met|en) (?:nog )?(?:een|één))"
)
_UNIT = rf"(?:[ -]?(?P<u>{YEAR}|{MONTH}|{WEEK}|{DAY}))?(?![\w½])(?!\s*(?:uur|keer|x\b|euro|min))"
_JUST = (
    r"(?:(?:nu|net|al|bijna|ruim|pas|nog|maar|ongeveer|rond(?:\s+de)?|"
    r"(?:volgende|vorige|deze)\s+(?:week|maand))\s+)*"
)

_HALVE = re.compile(rf"\banderhal(?:f|ve)(?:[ -]?{YEAR})?", re.I)
_AND_HALF = re.compile(
    rf"\b(?P<n>{NUMBER})(?:\s*en\s+(?:een|'n|n)?\s*half|[ëe]nhalf|½)(?:[ -]?{YEAR})?(?!\w)", re.I
)
_HALF_YEAR = re.compile(rf"\b(?:een\s+|'?n\s+)?half(?:jaar|\s+{YEAR})\b", re.I)
_YEARS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{YEAR})(?:\s+oude?)?\b", re.I)
_MONTHS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{MONTH})(?:\s+oude?)?\b", re.I)
_WEEKS = re.compile(rf"\b(?P<n>{NUMBER})[ -]?(?:{WEEK})\s+oude?\b", re.I)
_RANGE = re.compile(
    rf"\b(?P<n>{CLEAR_NUMBER})(?:,\s*{NUMBER})*\s*(?:,|-|en|of|tot|à|t/m)\s*{CLEAR_NUMBER}"
    rf"[ -]?(?:{YEAR})\b",
    re.I,
)
_OF_AGE = re.compile(rf"\b{CHILD}\s+van\s+{_JUST}(?P<n>{CLEAR_NUMBER}){_UNIT}", re.I)
_IS_AGE = re.compile(
    rf"\b{CHILD}\s+(?:is|zijn|wordt|word|was)\s+{_JUST}(?P<n>{CLEAR_NUMBER}){_UNIT}"
    r"(?=\s*(?:$|[.,;!?)]|(?:en|maar|dus|oud|geworden)\b))",
    re.I,
)
_BESIDE = re.compile(
    rf"\b(?:{NOUN}|leeftijd)[,:]?\s+{_JUST}(?P<n>{CLEAR_NUMBER})(?=\s*(?:$|[.,;!?)]|en\b|{NOUN}\b))",
    re.I,
)
_BRACKETS = re.compile(rf"\({_JUST}(?P<n>\d{{1,2}}(?:[.,]\d)?)(?:\s*(?:jr|j|jaar))?\)", re.I)
_BARE = re.compile(rf"^\s*(?:(?:een|één) van )?{_JUST}(?P<n>{NUMBER})\s*[.!]?\s*$", re.I)
_TURNED = re.compile(rf"\b(?P<n>{CLEAR_NUMBER})(?=\s+geworden\b)", re.I)
_ABOUT = re.compile(rf"\b(?:een|'?n)\s+jaar of (?P<n>{NUMBER})\b", re.I)
_GROUP = re.compile(
    r"\b(?:groep|gr\.?)\s*(?P<n>[1-8]|een|één|twee|drie|vier|vijf|zes|zeven|acht)\b", re.I
)
_SCHOOL = r"(?:vmbo|havo|vwo|mavo|gymnasium|atheneum|middelbare)"
_CLASS = re.compile(
    rf"\b(?:(?P<n>[1-6])(?:e|de|ste)?|(?P<w>{'|'.join(CLASSES)}))(?:\s+klas)?\s*"
    rf"(?:(?:van|op)\s+(?:de|het)\s+)?{_SCHOOL}\b",
    re.I,
)
_STAGE = re.compile(rf"\b(?P<w>{_STAGE_WORDS})\b", re.I)
# Durations, counts and differences that look like ages.
_NOT_BEFORE = re.compile(
    r"\b(?:al|sinds|na|over|binnen|elke|om de|per|laatste|afgelopen|komende|eerste|ruim|duurt|"
    r"duren|duurde|wacht|wachten|schelen|scheelt|wonen|woon|werk|werken|"
    r"(?:ik|we|wij)\s+(?!ben\b)\w+|(?:wacht\w+|cursus|training|periode)\s+van)"
    r"(?:\s+(?:hier|daar|er))?\s*$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"\s*(?:geleden|lang|later|terug|eerder|ouder dan|jonger|verschil|getrouwd|samen|gescheiden|"
    r"zwanger|ziek|bezig|zo(?=\s*(?:$|[.,!?]))|achter elkaar|wachten|wachttijd|ervaring)(?!\w)",
    re.I,
)
_PARENT_BEFORE = re.compile(
    r"\b(?:ik|moeder|vader|mama|papa|ouder|man|vrouw|vriend(?:in)?|partner|ex|oma|opa)\s+"
    r"(?:(?:ben|is|word|wordt|van|zelf|nu|pas|net|al|nog|maar)\s+)*$",
    re.I,
)
# "een jaar" and "een half jaar" are mostly durations; these words before them make them ages.
_VAGUE = re.compile(r"een\s|'?n\s|half", re.I)
_AGE_BEFORE = re.compile(
    rf"(?:^|\b(?:is|wordt|van|vanaf|voor|bijna|net|pas|nu|leeftijd:?|{NOUN},?)\s+)$", re.I
)
_LIST_BEFORE = re.compile(rf"\b{NUMBER}\s*(?:,|en|of|tot|à)\s*$", re.I)
_NEAR = 40  # characters before a number that are looked at
ADULT = 18  # "ik ben 15" is a young person who writes, "ik ben 19" a young parent
OLDEST = 23


def find_ages(text: str) -> list[tuple[int, int, float]]:
    """Return (start, end, years) for each age in ``text``, in order, non-overlapping.

    Ages above 23 are left out, as are those of parents themselves.
    """
    found: list[tuple[int, int, float]] = []
    for start, end, years in _numbers(text):
        free = not any(s < end and start < e for s, e, _ in found)
        if free and 0 <= years <= OLDEST and not _parents_own(text, start, years):
            found.append((start, end, years))
    numbers = [years for _, _, years in found]
    for match in _STAGE.finditer(text):
        usual, youngest, oldest = STAGES[match["w"].lower()]
        if not any(youngest <= years <= oldest for years in numbers):
            found.append((match.start(), match.end(), usual))
    return sorted(found)


def _numbers(text: str) -> list[tuple[int, int, float]]:
    """All readings of numbers, the surest first, so that a later overlapping one is dropped."""
    spans = [
        (m.start(), m.end(), _number(m["n"])) for m in _ABOUT.finditer(text) if _is_age(text, m)
    ]
    spans += [(m.start(), m.end(), 1.5) for m in _HALVE.finditer(text) if _is_age(text, m)]
    spans += [
        (m.start(), m.end(), _number(m["n"]) + 0.5)
        for m in _AND_HALF.finditer(text)
        if _is_age(text, m)
    ]
    spans += [(m.start(), m.end(), 0.5) for m in _HALF_YEAR.finditer(text) if _is_age(text, m)]
    spans += [
        (m.start("n"), m.end(), _number(m["n"]) / _per_year(m["u"]))
        for pattern in (_OF_AGE, _IS_AGE)
        for m in pattern.finditer(text)
        if not (m["u"] and _NOT_AFTER.match(text, m.end()))
    ]
    for pattern, per_year in ((_YEARS, 1), (_MONTHS, 12), (_WEEKS, 52)):
        spans += [
            (m.start(), m.end(), _number(m["n"]) / per_year)
            for m in pattern.finditer(text)
            if _is_age(text, m)
        ]
    spans += [
        (m.start("n"), m.end("n"), _number(m["n"]))
        for m in _RANGE.finditer(text)
        if _is_age(text, m)
    ]
    for pattern in (_BESIDE, _BRACKETS, _BARE, _TURNED):
        spans += [(m.start("n"), m.end("n"), _number(m["n"])) for m in pattern.finditer(text)]
    spans += [
        (m.start(), m.end(), float(GROUPS[int(_number(m["n"]))])) for m in _GROUP.finditer(text)
    ]
    spans += [
        (m.start(), m.end(), 11.0 + (int(m["n"]) if m["n"] else CLASSES[m["w"].lower()]))
        for m in _CLASS.finditer(text)
    ]
    return [(start, end, round(years, 2)) for start, end, years in spans]


def _number(word: str) -> float:
    value = WORDS.get(word.lower())
    return float(value if value is not None else word.replace(",", "."))


def _per_year(unit: str | None) -> int:
    """How many of a unit make a year; no unit means years."""
    for pattern, per_year in ((MONTH, 12), (WEEK, 52), (DAY, 365)):
        if unit and re.fullmatch(pattern, unit, re.I):
            return per_year
    return 1


def _is_age(text: str, match: re.Match[str]) -> bool:
    """False where the words around make it a duration ("al 2 jaar", "2 jaar geleden")."""
    if _NOT_AFTER.match(text, match.end()):
        return False
    if re.search(r"(?:\boude?|jarige?)\s*$", match.group(), re.I):
        return True
    before = _LIST_BEFORE.sub("", text[max(0, match.start() - _NEAR) : match.start()])
    if _VAGUE.match(match.group()) and (
        not _AGE_BEFORE.search(before) or re.match(r"\s+of\b", text[match.end() :], re.I)
    ):
        return False
    return not _NOT_BEFORE.search(before)


def _parents_own(text: str, start: int, years: float) -> bool:
    before = text[max(0, start - _NEAR) : start]
    return years >= ADULT and bool(_PARENT_BEFORE.search(before))


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
