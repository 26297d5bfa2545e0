"""Names of programmes, and what is asked about them.

Config::

    pipeline:
      - name: ouderwijzer.begrip.interventie.InterventionExtractor
        minimum: 86             # rapidfuzz ratio from which a misspelling is taken for a name

Writes entities ``interventie`` (value: the key in the knowledge base), ``onbekende_interventie``
(value: the name as written, only where the message asks about a programme) and ``aspect``. Why
our own: parents misspell these names ("triplep", "vipsd"), and an unknown name must be seen as
such, so that it is never answered with another programme's facts.
"""

from __future__ import annotations

import re
from typing import Any

from rapidfuzz import fuzz
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.namen import Namenlijst
from ouderwijzer.kennis.opslag import normaliseer

# Side of a programme -> words that ask for it; the first that fits counts.
ASPECTEN = {
    "migranten": r"migra\w+|turks\w*|marokka\w+|arab\w+|syri\w+|pools\w*|somali\w*|"
    r"eritre\w*|buitenland\w*|taal|talen|tolk|cultu\w+",
    "kosten": r"kost\w*|prijs|gratis|betalen|vergoed\w*|eigen bijdrage",
    "duur": r"hoe\s?lang|duurt|duren|hoe vaak|"
    r"hoeveel (?:keer|bijeenkomsten|avonden|lessen|weken|gesprekken)",
    "bewijs": r"bewe[zs]\w*|bewij\w*|effect\w*|werkt|helpt het|erken\w*|databank|"
    r"onderzo\w+|onderbouw\w*",
    "waar": r"waar (?:kan|is|wordt|geven|zit|in)|bij (?:mij|ons) in de buurt|aanmeld\w*|"
    r"meld\w*\b.{0,15}\baan|"
    r"opgeven|inschrijv\w*|volgen in",
    "doelgroep": r"voor wie|leeftijd\w*|vanaf welke|hoe oud|doelgroep|geschikt|ook voor|"
    r"en voor|pubers?|kleuters?|peuters?|baby'?s?|vaders?|moeders?",
    "doel": r"doel\w*|waarvoor|waar is het goed voor|wat leer\w*|wat doe[nt]?",
}
_NAAM_NA = re.compile(
    r"\b(?:cursus|training|programma|methode|therapie|interventie|aanpak|project|over)\s+"
    r"[\"'“‘]?(?P<n>[A-Z0-9][\w!&.-]*(?:\s+(?:[A-Z0-9][\w!&.-]*|en|in|de|van|met|je)){0,4})"
)
_SAMENSTELLING = re.compile(
    r"\b(?P<n>\w{3,}(?:training|therapie|cursus|programma|methode|project|aanpak))\b", re.I
)
# The same with a capital, as names are written: "de Regenboogtraining".
_EIGENNAAM = re.compile(
    r"\b(?P<n>[A-Z]\w{3,}(?:training|therapie|cursus|programma|methode|project|aanpak))\b"
)
# Names of everyday words: "rots en water training".
_TWEE_WOORDEN = re.compile(
    r"\b(?P<n>\w{3,}\s(?:en|in)\s\w{3,}\s(?:training|therapie|cursus|programma|methode))\b", re.I
)
_AANHALING = re.compile(r"[\"“‘](?P<n>[^\"”’]{3,40})[\"”’]")
_HOOFDLETTERS = re.compile(
    r"(?<![.!?] )(?<!^)(?<!\bin )(?<!\buit )(?<!\bte )"
    r"\b(?P<n>[A-Z][\w!&-]{2,}(?:\s+(?:[A-Z][\w!&-]*|en|de|van|met|je|op)){0,4})"
)
_WAT_IS = re.compile(
    r"^\s*(?:wat|wie) (?:is|zijn|doet|houdt)\s+"
    r"(?:(?:de|het|een)\s+)?(?P<n>[\w!&'-]+(?:\s[\w!&'-]+){0,3}?)\s*(?:in)?\s*\??\s*$",
    re.I,
)
_GEEN_NAAM = {
    "training", "cursus", "oudercursus", "oudertraining", "opvoedcursus", "therapie", "programma",
    "oudertrainingen", "groepscursus", "ik", "cjg", "nederland", "turkse", "marokkaanse", "het",
    "dat", "dit", "die", "deze", "de", "een", "nji", "databank", "opvoedprogramma", "nederlandse",
    "poolse", "arabische", "syrische", "ggz", "adhd", "autisme", "deze training", "deze cursus",
    "in", "dat programma", "die training", "die cursus", "oudercursussen", "opvoedtraining",
    "turks", "arabisch", "engels", "pools", "oekraiens", "somalisch", "tigrinya", "nederlands",
}  # fmt: skip
# "MST therapie uitleg", "VoorZorg zwanger van tweede": capitals that no sentence asks for.
_AFKORTING = re.compile(r"\b(?P<n>[A-Z]{3,}|[A-Z][a-z]+[A-Z][A-Za-z]*)\b")
# Words of a question that belong to no name; what is left of a short one is a name, unless it
# points back ("wat kost dat", "en voor pubers").
_VRAAGWOORDEN = (
    "wat wie waar wanneer waarom hoe welke hoeveel is zijn was kan kun kunnen mag moet heb hebben "
    "heeft wordt worden krijg krijgen doet doen doe gaat ga geeft geven geef kom komt komen bied "
    "ken kennen weet vertel vertellen leg uitleg uitleggen info informatie ervaring iets ook nog "
    "echt wel niet nou eens even graag alleen thuis online verplicht nodig mogelijk goed meer "
    "ik je jij jullie u we wij mijn onze men iemand kind kinderen ouder ouders gezin gezinnen "
    "groep groepen school een de of en met zonder voor van over bij in op aan om te naar als "
    "cursus training programma methode therapie traject interventie bijeenkomst bijeenkomsten "
    "verwijzing wachtlijst weekend avond avonds les uur week weken keer per jaar plek "
    "jongens meisjes meiden zoon dochter man vrouw tieners lang vaak oud buurt meld mee"
)
_WIJST_TERUG = re.compile(
    r"\b(?:dat|die|dit|deze|het|daar\w*|er|ervoor|erbij|erna|zo'n|ze|hij|zoiets)\b|^\W*(?:en|ook)\b",
    re.I,
)
_VOORAAN = re.compile(r"^(?P<n>[^,?!.]{3,40}),\s*(?:wat|wie|ken|kent|is|hoe|waar)\b", re.I)
KORT = 8  # words of a question of which the rest is taken for a name
NAAM = 4  # words of such a name
# Names that are also everyday words: taken only where the message asks about a programme.
GEWOON = {
    "kies", "opstap", "opstapje", "instapje", "positief opvoeden", "pittige jaren", "op stap",
    "in stap", "instap", "kiezen", "kies groep", "opvoeddebat", "debatten voor vaders",
}  # fmt: skip
INTENT = "interventie_info"
PROMOTED = 1.0  # confidence of a programme named in so many words; above any fallback threshold
KENNIS = {
    "wat_is_opvoedingsondersteuning", "soorten_interventies", "wat_werkt",
    "diversiteit_werkzaamheid", INTENT, "zoek_interventie", "databank_info",
}  # fmt: skip
MAX_WORDS = 6  # of a misspelling
LONGEST = 12  # words of a name in full
MIN_FUZZY = 5  # letters; shorter names must match exactly


def find_intervention(
    text: str, names: dict[str, list[str]], minimum: float, asks: bool = True
) -> tuple[int, int, str] | None:
    """Return (start, end, key) of the programme named in ``text``, or None.

    ``names`` maps normalised names to keys. The longest exact name wins, then the nearest
    misspelling with a rapidfuzz ratio of at least ``minimum``. Where the message does not ask
    about a programme (``asks`` False), names in GEWOON and misspellings don't count.
    """
    words = list(re.finditer(r"[\w!&'’+-]+", text))
    spans = [
        (words[i].start(), words[j].end())
        for length in range(LONGEST, 0, -1)
        for i in range(len(words) - length + 1)
        for j in [i + length - 1]
    ]
    for start, end in spans:
        name = normaliseer(text[start:end])
        if name in names and (asks or name not in GEWOON):
            return start, end, names[name][0]
    if not asks:
        return None
    short = [(start, end) for start, end in spans if len(text[start:end].split()) <= MAX_WORDS]
    return _nearest(text, short, names, minimum)


def _nearest(
    text: str, spans: list[tuple[int, int]], names: dict[str, list[str]], minimum: float
) -> tuple[int, int, str] | None:
    best: tuple[float, int, int, str] | None = None
    long_names = [name for name in names if len(name.replace(" ", "")) >= MIN_FUZZY]
    for start, end in spans:
        written = normaliseer(text[start:end]).replace(" ", "")
        if len(written) < MIN_FUZZY:
            continue
        for name in long_names:
            score = fuzz.ratio(written, name.replace(" ", ""), score_cutoff=minimum)
            if score and (best is None or score > best[0]):
                best = (score, start, end, names[name][0])
    return best[1:] if best else None


# Patterns that point to a name by themselves, and those that need a question about a programme.
STERK = (_AANHALING, _NAAM_NA, _EIGENNAAM)
ALLE = (*STERK, _HOOFDLETTERS, _AFKORTING, _TWEE_WOORDEN, _SAMENSTELLING, _WAT_IS)
_LOS_EIND = re.compile(r"(?:\s(?:en|in|de|van|met|je|op))+$", re.I)


def find_unknown(
    text: str, patterns: tuple[re.Pattern[str], ...] = ALLE
) -> tuple[int, int, str] | None:
    """Return (start, end, name) of what reads like the name of a programme, or None."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _LOS_EIND.sub("", match["n"].strip(" .,!?"))
            # "Wat is het doel?" asks for a side of the programme, not for one of that name.
            side = pattern is _WAT_IS and find_aspect(name)
            if normaliseer(name) not in _GEEN_NAAM and not side:
                return match.start("n"), match.start("n") + len(name), name
    return None


def find_rest(text: str) -> tuple[int, int, str] | None:
    """Return (start, end, name) of what a short question has beside its question words, or None.

    Finds a name that nothing marks as one ("rots en water kosten"). None where the question
    points back to the programme of the turns before.
    """
    front = _VOORAAN.match(text)
    asked = front["n"] if front else text
    words = list(re.finditer(r"[\w&'’-]+", asked))
    if len(words) > KORT or _WIJST_TERUG.search(asked):
        return None
    names = [word for word in words if not _is_question_word(word.group())]
    if not names:
        return None
    start, end = names[0].start(), names[-1].end()
    name = text[start:end]
    return (start, end, name) if len(name.split()) <= NAAM else None


def _is_question_word(word: str) -> bool:
    plain = normaliseer(word)
    return plain in _VRAAGWOORDEN.split() or plain in _GEEN_NAAM or find_aspect(word) is not None


def find_aspect(text: str) -> str | None:
    """Return which side of a programme is asked about, or None."""
    for aspect, pattern in ASPECTEN.items():
        if re.search(rf"\b(?:{pattern})\b", text, re.I):
            return aspect
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class InterventionExtractor(GraphComponent):
    """Adds the programme of a message, known or unknown, and the aspect asked about."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep settings and prepare the list of names; nothing is read yet."""
        self._minimum = float(config["minimum"])
        self._names = Namenlijst("interventie")

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default settings."""
        return {"minimum": 86}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> InterventionExtractor:
        """Create the component (see parent class)."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Append entities to each message, and let a named programme decide the intent."""
        for message in messages:
            text = message.get("text") or ""
            asks = _asks(message)
            known = find_intervention(text, self._names.namen(), self._minimum, asks)
            decided = (message.get("intent") or {}).get("name") == INTENT
            # An unknown name that only looks like one ("wat is opvoedsteun") changes no intent.
            unknown = find_unknown(text, STERK if not decided else ALLE) if asks else None
            unknown = None if known else unknown or (find_rest(text) if decided else None)
            if (known or unknown) and asks:
                _promote(message)
            entities = _entities(text, known, unknown, asks)
            if entities:
                message.set(
                    "entities", [*message.get("entities", []), *entities], add_to_output=True
                )
        return messages


def _asks(message: Message) -> bool:
    """True where the message may well ask about a programme.

    Rule 14 of docs/labels.md: a named programme is always interventie_info, also with "werkt het"
    or "staat het in de databank". So the best label is one of knowledge, or interventie_info is
    among the first three.
    """
    labels = [row["label"] for row in message.get("labels") or []]
    return bool(labels) and (labels[0] in KENNIS or INTENT in labels[:3])


def _promote(message: Message) -> None:
    """Put interventie_info first in everything that the classifier wrote."""
    intent = {"name": INTENT, "confidence": PROMOTED}
    ranking = [row for row in message.get("intent_ranking") or [] if row["name"] != INTENT]
    labels = [row for row in message.get("labels") or [] if row["label"] != INTENT]
    message.set("intent", intent, add_to_output=True)
    message.set("intent_ranking", [intent, *ranking], add_to_output=True)
    message.set("labels", [{"label": INTENT, "confidence": PROMOTED}, *labels], add_to_output=True)


def _entities(
    text: str,
    known: tuple[int, int, str] | None,
    unknown: tuple[int, int, str] | None,
    asks: bool,
) -> list[dict[str, Any]]:
    entities = []
    if known:
        entities.append(_entity("interventie", *known))
    if unknown:
        entities.append(_entity("onbekende_interventie", *unknown))
    aspect = find_aspect(text) if asks or known else None
    if aspect:
        entities.append(_entity("aspect", 0, len(text), aspect))
    return entities


def _entity(kind: str, start: int, end: int, value: str) -> dict[str, Any]:
    return {
        "entity": kind,
        "start": start,
        "end": end,
        "value": value,
        "extractor": "InterventionExtractor",
    }
