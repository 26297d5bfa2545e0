"""Places and postcodes in Dutch messages.

Config::

    pipeline:
      - name: ouderwijzer.begrip.plaats.PlaceExtractor

Writes an entity ``plaats``: a four-digit postcode, a place name of the knowledge base as the
parent wrote it, or an unknown name where the words before it ask for one ("ik woon in", "kom
uit", "gemeente"). Why our own: names such as Best, Ede and Goes are also ordinary words, which a
lookup table can't tell apart, and the list must follow the content without training.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.namen import Namenlijst
from ouderwijzer.kennis.opslag import normaliseer

# Letters count when they are capitals or joined to the digits: "1500 op de bank" is no postcode.
_POSTCODE = re.compile(
    r"(?<![\d-])(?P<n>[1-9]\d{3})(?P<letters>\s?[A-Z]{2}\b|[a-z]{2}\b)?"
    r"(?![\w-]|\s?(?:euro|km|gram|ml|meter))"
)
_SAYS_POSTCODE = re.compile(r"(?:\bpostcode|\bpc|\[adres\])(?:\s+is)?\W*$", re.I)
_LIVES = r"\b(?:woon|wonen|woont|woonachtig)\b[^.?!]{0,20}?"
_BEFORE_POSTCODE = re.compile(
    rf"(?:{_LIVES}\b(?:in|op|te)|\b(?:in|uit|bij|rond|te|wijk|cjg|wijkteam|buurt van))\W*$", re.I
)
_LIVES_IN = re.compile(rf"{_LIVES}\b(?:in|op)\s$", re.I)
_YEARS = range(1900, 2101)
_WORD = re.compile(r"[^\W\d_][\w'’-]*", re.U)
_PREPOSITION = (
    r"\b(?:in|uit|te|bij|rond|regio|gemeente|nabij|omgeving|buurt van|naar|plaats|cjg|wijkteam)\s+$"
)
_BEFORE = re.compile(_PREPOSITION, re.I)
_SURELY_BEFORE = re.compile(rf"(?:{_LIVES}\b(?:in|te)|\bgemeente)\s+$", re.I)
# A name that nobody knows: after "woon in" as it stands, elsewhere only with a capital.
_CAPITALS = (
    r"(?:(?:de|den|het|'t|'s)[\s-])?[A-ZÀ-Þ][\w'’-]+"
    r"(?:(?:\s+(?:aan|op|bij|de|den|der))*\s+(?![A-Z]{2,}\b)[A-ZÀ-Þ][\w'’-]+){0,2}"
)
_UNKNOWN = re.compile(
    rf"(?i:{_LIVES}\b(?:in|te)\s+)(?:[1-9]\d{{3}}\s+)?(?P<a>{_CAPITALS}|"
    r"[^\W\d_][\w'’-]+(?=\s*(?:$|[.,;!?]|(?:en|dus|maar)\b)))|"
    r"(?i:\b(?:kom|komen|zit|zitten|verhuisd)\b[^.?!]{0,20}?\b(?:in|uit|naar|te)\s+|"
    r"\b(?:cjg|wijkteam|consultatiebureau|hulp|iets)\s+(?:in|te|bij)\s+|\bgemeente\s+)"
    rf"(?P<b>{_CAPITALS})"
)
# Place names that are also everyday words: taken only after a preposition or as the whole text.
GEWOON = {
    "best", "echt", "goes", "huizen", "leek", "made", "ede", "hoorn", "elst", "epe", "ee", "een",
    "horst", "houten", "wit", "heel", "velden", "well", "laren", "boven", "born", "wel", "haren",
    "borne", "beek", "bergen", "over", "gilze", "heer", "soest", "zeist", "loon", "rust", "baak",
    "ens", "kamp", "kamperen", "slaat", "mantel", "hem", "we", "hout", "glimmen", "wateren",
    "lieren", "blokker",
}  # fmt: skip
# Words after "woon in" that are no place of ours.
_WOORDEN = (
    "een de het mijn ons onze zijn haar hun bij dezelfde dit die deze hier daar huis hetzelfde "
    "andere ander verschillende groep twee cjg"
)
_LANDEN = (
    "afghanistan albanie algerije amerika armenie aruba australie belgie bosnie brazilie bulgarije "
    "canada china colombia congo curacao duitsland egypte engeland eritrea ethiopie europa "
    "filipijnen frankrijk gambia ghana griekenland hongarije ierland india indonesie irak iran "
    "israel italie jemen kaapverdie kameroen kosovo kroatie libanon marokko nederland nigeria "
    "oekraine oostenrijk pakistan palestina polen portugal roemenie rusland servie slowakije "
    "somalie spanje sudan suriname syrie thailand tsjechie tunesie turkije venezuela vietnam "
    "vlaanderen zwitserland"
)
GEEN_PLAATS = {*_WOORDEN.split(), *_LANDEN.split()}
MAX_WORDS = 4


def find_place(text: str, names: dict[str, list[str]]) -> tuple[int, int, str] | None:
    """Return (start, end, place) of the first place in ``text``, or None.

    ``names`` are normalised names that are known. A postcode goes before a name.
    """
    return _postcode(text, names) or _known(text, names) or _unknown(text)


def _postcode(text: str, names: dict[str, list[str]]) -> tuple[int, int, str] | None:
    for match in _POSTCODE.finditer(text):
        before = text[: match.start()]
        said = _SAYS_POSTCODE.search(before) or re.match(
            r"\s+is\b.{0,10}postcode", text[match.end() :], re.I
        )
        alone = match.group().strip() == text.strip(" .!?")
        lives = _BEFORE_POSTCODE.search(before) and not _names_unknown(text, match.end(), names)
        # "In 2019" is rather a year; "woon in 2019" and a bare "2019" are Haarlem.
        if int(match["n"]) in _YEARS and not _LIVES_IN.search(before):
            lives = False
        if match["letters"] or said or alone or lives:
            return match.start(), match.end(), match["n"]
    return None


def _names_unknown(text: str, end: int, names: dict[str, list[str]]) -> bool:
    """True where an unknown name follows: "2018 Antwerpen" is not the Dutch 2018."""
    name = re.match(rf"\s+(?P<n>{_CAPITALS})", text[end:])
    return name is not None and normaliseer(name["n"]) not in names


def _known(text: str, names: dict[str, list[str]]) -> tuple[int, int, str] | None:
    words = list(_WORD.finditer(text))
    for first in range(len(words)):
        for last in range(min(first + MAX_WORDS, len(words)) - 1, first - 1, -1):
            start, end = words[first].start(), words[last].end()
            written = text[start:end]
            name = normaliseer(written)
            if name in names and _is_meant(text, start, end, name):
                return start, end, written
    return None


def _is_meant(text: str, start: int, end: int, name: str) -> bool:
    if name not in GEWOON:
        return True
    before = text[:start]
    alone = before.strip() == "" and text[end:].strip(" .!?") == ""
    capital = bool(_BEFORE.search(before)) and text[start].isupper()
    return alone or capital or bool(_SURELY_BEFORE.search(before))


def _unknown(text: str) -> tuple[int, int, str] | None:
    for match in _UNKNOWN.finditer(text):
        group = "a" if match["a"] else "b"
        if normaliseer(match[group]).split()[0] not in GEEN_PLAATS or " " in match[group]:
            return match.start(group), match.end(group), match[group]
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(GraphComponent):
    """Adds the first place or postcode of a message as entity ``plaats``."""

    def __init__(self) -> None:
        """Prepare the list of names; nothing is read yet."""
        self._names = Namenlijst("plaats")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceExtractor:
        """Create the component (see parent class); it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Append the entity to each message that names a place."""
        for message in messages:
            text = message.get("text") or ""
            found = find_place(text, self._names.namen())
            if found is None:
                continue
            start, end, place = found
            entity = {
                "entity": "plaats",
                "start": start,
                "end": end,
                "value": place,
                "extractor": "PlaceExtractor",
            }
            message.set("entities", [*message.get("entities", []), entity], add_to_output=True)
        return messages
