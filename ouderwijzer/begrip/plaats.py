"""Places and postcodes in Dutch messages.

Config::

    pipeline:
      - name: ouderwijzer.begrip.plaats.PlaceExtractor

Writes an entity ``plaats``: a four-digit postcode, a place name of the knowledge base as the
parent wrote it, or an unknown name after "in", "uit" or "bij" that the Dutch pipeline calls a
location. Why our own: names such as Best, Ede and Goes are also ordinary words, which a lookup
table can't tell apart, and the list must follow the content without training.
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

_POSTCODE = re.compile(
    r"(?<![\d-])(?P<n>[1-9]\d{3})(?:\s?[A-Za-z]{2}(?![A-Za-z]))?(?![\d-]|\s?(?:euro|km|gram|ml))"
)
_POSTCODE_CUE = re.compile(r"(postcode|pc|woon|wonen|wijk|buurt)", re.I)
_WORD = re.compile(r"[^\W\d_][\w'’-]*", re.U)
_BEFORE = re.compile(
    r"\b(?:in|uit|te|bij|rond|regio|gemeente|nabij|omgeving|buurt van|naar|plaats)\s+$", re.I
)
_UNKNOWN = re.compile(
    r"\b(?:woon|wonen|woont|kom|komen|zit|zitten|verhuisd)\b[^.?!]{0,20}?\b(?:in|uit|naar|te)\s+"
    r"(?P<n>[^\W\d_][\w'’-]+)",
    re.I,
)
# Place names that are also everyday words: taken only after a preposition or as the whole text.
GEWOON = {
    "best", "echt", "goes", "huizen", "leek", "made", "ede", "hoorn", "elst", "epe", "ee", "een",
    "horst", "houten", "wit", "heel", "velden", "well", "laren", "boven", "born", "wel", "haren",
    "borne", "beek", "bergen", "over", "gilze", "heer", "soest", "zeist", "loon", "rust", "baak",
    "ens", "kamp", "kamperen", "slaat", "mantel", "hem", "we", "de bilt", "hout", "ter aar",
}  # fmt: skip
# Words after "woon in" that are no place.
GEEN_PLAATS = {
    "een", "de", "het", "mijn", "ons", "onze", "bij", "dezelfde", "dit", "die", "deze",
    "nederland", "belgie", "belgië", "huis", "hetzelfde", "andere", "verschillende",
}  # fmt: skip
MAX_WORDS = 4


def find_place(text: str, names: dict[str, list[str]]) -> tuple[int, int, str] | None:
    """Return (start, end, place) of the first place in ``text``, or None.

    ``names`` are normalised names that are known. A postcode goes before a name.
    """
    return _postcode(text) or _known(text, names) or _unknown(text)


def _postcode(text: str) -> tuple[int, int, str] | None:
    for match in _POSTCODE.finditer(text):
        has_letters = len(match.group()) > 4
        alone = match.group().strip() == text.strip(" .!?")
        year = 1900 <= int(match["n"]) <= 2100 and not has_letters
        if has_letters or (alone and not year) or _POSTCODE_CUE.search(text):
            return match.start(), match.end(), match["n"]
    return None


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
    alone = text[:start].strip() == "" and text[end:].strip(" .!?") == ""
    return alone or (bool(_BEFORE.search(text[:start])) and text[start].isupper())


def _unknown(text: str) -> tuple[int, int, str] | None:
    match = _UNKNOWN.search(text)
    if match is None or match["n"].lower() in GEEN_PLAATS:
        return None
    return match.start("n"), match.end("n"), match["n"]


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
