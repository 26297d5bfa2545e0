"""Names of programmes, misspelt, unknown or everyday words, and what is asked about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.interventie import (
    InterventionExtractor,
    find_aspect,
    find_intervention,
    find_rest,
    find_unknown,
)
from ouderwijzer.kennis.opslag import Kennisbank, bouw, normaliseer

ROOT = Path(__file__).parents[2]
MINIMUM = InterventionExtractor.get_default_config()["minimum"]

# Questions about a programme (intent interventie_info) and its key in content/interventies.
KNOWN = [
    ("wat is Triple P?", "triple_p"),
    ("wat is triple p", "triple_p"),
    ("hoe werkt triplep", "triple_p"),
    ("wat kost tripple p?", "triple_p"),
    ("trippel-p", "triple_p"),
    ("is trippelpee erkend", "triple_p"),
    ("cursus positief opvoeden, wat kost dat", "triple_p"),
    ("Positive Parenting Program", "triple_p"),
    ("triple p niveau 3", "triple_p_niveau_3"),
    ("wat is het bewijs voor Triple P niveau 4?", "triple_p_niveau_4_5"),
    ("hoe lang duurt tripple p niveau 5", "triple_p_niveau_4_5"),
    ("werkt triple p niveau 2", "triple_p_niveau_1_2"),
    ("wat is opvoeddebatten", "opvoeddebatten"),
    ("opvoedebatten voor vaders", "opvoeddebatten"),
    ("wat zijn opvoed debatten", "opvoeddebatten"),
    ("Opvoeddebatten met Marokkaanse vaders", "opvoeddebatten"),
    ("coach je kind, voor wie is dat", "coach_je_kind"),
    ("coatch je kint", "coach_je_kind"),
    ("koach je kind kosten", "coach_je_kind"),
    ("hoe meld ik me aan voor Home-Start?", "home_start"),
    ("homestart", "home_start"),
    ("Home Start Humanitas", "home_start"),
    ("wat doet hoomstart", "home_start"),
    ("wat is Incredible Years", "incredible_years"),
    ("incredibel jears", "incredible_years"),
    ("voor welke leeftijd is pittige jaren", "incredible_years"),
    ("pitige jaaren", "incredible_years"),
    ("vipp-sd", "vipp_sd"),
    ("wat is VIPP?", "vipp_sd"),
    ("vippsd", "vipp_sd"),
    ("vipsd", "vipp_sd"),
    ("wat is opstapje", "opstapje"),
    ("opstappje voor peuters", "opstapje"),
    ("het programma instapje", "opstapje"),
    ("KIES", "kies"),
    ("wat is kies", "kies"),
    ("wat is KIES voor het kind", "kies"),
    ("kies training kosten", "kies"),
    ("kinderen in een scheiding", "kies"),
]
# Messages with another intent: everyday words are no programme there.
EVERYDAY = [
    "ik kies altijd voor rust",
    "kies jij maar",
    "welke school moet ik kiezen",
    "hij staat op een opstapje bij de wasbak",
    "ze wil zonder opstap op de wc",
    "wij gaan samen op stap",
    "het instapje van de trein",
    "hoe kan ik positief opvoeden",
    "het zijn pittige jaren met een puber",
    "ik wil mijn kind beter coachen",
    "mijn kind kiest altijd de verkeerde vrienden",
    "we start elke dag thuis",
    "mijn zoon stapt niet op de fiets",
    "hoi",
    "",
]
# The message asks about a programme, but names none of ours.
NOT_OURS = [
    "wat is opvoedingsondersteuning",
    "welke cursus past bij ons",
    "is er een training voor ouders",
    "wat kost een oudercursus",
    "hoe lang duurt zo'n training",
    "staat het in de databank",
    "werkt het ook voor pubers",
    "wat is Gordon",
    "vertel over de methode Van der Berg",
    "heb je informatie over de cursus Beter Omgaan Met Pubers",
    "wat is Kanjertraining",
    "wat is PCIT",
    "en wat kost het",
]
UNKNOWN = [
    ("wat is de kanjertraining", "kanjertraining"),
    ("Wat is PCIT?", "PCIT"),
    ("wat is Stevig Ouderschap", "Stevig Ouderschap"),
    ("wat weet je over de cursus Peuter in Zicht?", "Peuter in Zicht"),
    ("werkt de methode Gordon", "Gordon"),
    ('ken je "Beter samen thuis"?', "Beter samen thuis"),
    ("ik hoorde over Moeders Informeren Moeders, wat is dat", "Moeders Informeren Moeders"),
    ("is het programma Zonnestraal Plus erkend?", "Zonnestraal Plus"),
    ("hoe lang duurt rots en water training", "rots en water training"),
    ("wat is vlindertherapie", "vlindertherapie"),
]
# Names that nothing marks as a name: what a short question has beside its question words.
UNMARKED = [
    ("rots en water kosten", "rots en water"),
    ("voor wie is stevig ouderschap", "stevig ouderschap"),
    ("kun je iets vertellen over voorzorg", "voorzorg"),
    ("boekstart gratis of niet", "boekstart"),
    ("regenboogouders, ken je dat programma?", "regenboogouders"),
    ("hoe lang duurt zonnestralen", "zonnestralen"),
]
FOLLOW_UPS = [
    "hoe lang duurt dat",
    "kosten?",
    "voor welke leeftijd",
    "en voor pubers",
    "en online?",
    "ook in het weekend?",
    "hoe lang duurt een bijeenkomst",
    "moet je een verwijzing hebben",
    "is een tolk mogelijk",
    "werkt dat ook bij Turkse gezinnen",
    "zit er een wachtlijst bij dat programma",
    "hoeveel keer komen ze dan langs",
    "is dat in een groep of alleen",
    "en mijn man, mag die ook mee?",
    "",
]
NO_NAME = [
    "wat is het doel?",
    "wat zijn de kosten",
    "wat is de leeftijd",
    "wat is het bewijs",
    "wat houdt het in",
    "Is er een groep bij ons in Zwolle?",
    "wat kost deze training?",
    "wat is het",
    "en wat kost het?",
    "werkt het?",
    "hoe lang duurt die cursus",
    "is er een oudertraining",
    "voor wie is het",
    "Is het ook in het Turks?",
    "wat doet het CJG",
    "staat dit in de Databank van het NJi?",
    "wat kost dat programma in Utrecht",
    "Kan ik dat in Amsterdam volgen?",
    "wat is daar de leeftijd voor",
    "",
]
ASPECTS = [
    ("wat kost het", "kosten"),
    ("is het gratis?", "kosten"),
    ("krijg ik het vergoed", "kosten"),
    ("moet ik betalen", "kosten"),
    ("hoe lang duurt het", "duur"),
    ("hoeveel bijeenkomsten zijn het", "duur"),
    ("hoe vaak kom je bij elkaar", "duur"),
    ("is het bewezen", "bewijs"),
    ("werkt het echt?", "bewijs"),
    ("is er bewijs voor", "bewijs"),
    ("staat het in de databank", "bewijs"),
    ("is het erkend", "bewijs"),
    ("is er onderzoek naar gedaan", "bewijs"),
    ("is het ook in het Turks", "migranten"),
    ("is er een tolk bij", "migranten"),
    ("werkt het ook voor Marokkaanse gezinnen", "migranten"),
    ("werkt het voor ouders met een migratieachtergrond", "migranten"),
    ("waar kan ik het volgen", "waar"),
    ("hoe meld ik me aan", "waar"),
    ("kan ik me opgeven", "waar"),
    ("is het er bij mij in de buurt", "waar"),
    ("voor wie is het", "doelgroep"),
    ("vanaf welke leeftijd", "doelgroep"),
    ("en voor pubers?", "doelgroep"),
    ("is het ook voor pubers", "doelgroep"),
    ("is het geschikt voor vaders", "doelgroep"),
    ("wat is het doel", "doel"),
    ("wat leer je daar", "doel"),
    ("wat doe je daar dan", "doel"),
    ("wat is triple p", None),
    ("vertel eens over home-start", None),
    ("", None),
]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Kennisbank:
    """The real content in a base of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('interventie')}/kennis.db"
    bouw(url, ROOT / "content")
    return Kennisbank(url)


@pytest.fixture(scope="module")
def names(bank: Kennisbank) -> dict[str, list[str]]:
    return bank.namen("interventie")


@pytest.mark.parametrize(("text", "key"), KNOWN)
def test_a_programme_is_known_by_name_and_by_misspelling(
    text: str, key: str, names: dict[str, list[str]]
) -> None:
    found = find_intervention(text, names, MINIMUM)
    assert found is not None
    assert found[2] == key
    assert text[found[0] : found[1]].strip()


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_no_programme_where_nobody_asks(
    text: str, names: dict[str, list[str]]
) -> None:
    assert find_intervention(text, names, MINIMUM, asks=False) is None


@pytest.mark.parametrize("text", NOT_OURS)
def test_a_question_without_one_of_our_names_finds_none(
    text: str, names: dict[str, list[str]]
) -> None:
    assert find_intervention(text, names, MINIMUM) is None


def test_a_plain_name_counts_also_where_nobody_asks(names: dict[str, list[str]]) -> None:
    found = find_intervention("mijn zus deed Triple P met haar zoon", names, MINIMUM, asks=False)
    assert found is not None
    assert found[2] == "triple_p"


def test_every_name_and_misspelling_of_the_content_is_found(bank: Kennisbank) -> None:
    names = bank.namen("interventie")
    wrong = {}
    for key, programme in bank.interventies().items():
        for name in [programme.naam, *programme.aliassen, *programme.spelfouten]:
            found = find_intervention(f"wat is {name}?", names, MINIMUM)
            if found is None or found[2] not in names[normaliseer(name)]:
                wrong[name] = (key, found)
    assert wrong == {}


@pytest.mark.parametrize(("text", "name"), UNKNOWN)
def test_a_name_that_is_not_ours_is_seen_as_a_name(text: str, name: str) -> None:
    found = find_unknown(text)
    assert found is not None
    assert found[2] == name
    assert text[found[0] : found[1]] == name


@pytest.mark.parametrize("text", NO_NAME)
def test_a_follow_up_without_a_name_names_nothing(text: str) -> None:
    assert find_unknown(text) is None


@pytest.mark.parametrize(("text", "name"), UNMARKED)
def test_what_is_left_of_a_short_question_is_a_name(text: str, name: str) -> None:
    found = find_rest(text)
    assert found is not None
    assert found[2] == name == text[found[0] : found[1]]


@pytest.mark.parametrize("text", [*FOLLOW_UPS, *NO_NAME])
def test_nothing_is_left_of_a_question_that_points_back(text: str) -> None:
    assert find_rest(text) is None


@pytest.mark.parametrize(("text", "aspect"), ASPECTS)
def test_the_side_that_is_asked_about_is_found(text: str, aspect: str | None) -> None:
    assert find_aspect(text) == aspect


@pytest.fixture
def extractor(bank: Kennisbank, monkeypatch: pytest.MonkeyPatch) -> InterventionExtractor:
    monkeypatch.setenv("OUDERWIJZER_KENNIS_URL", bank._url)
    return InterventionExtractor(InterventionExtractor.get_default_config())


def parsed(text: str, label: str) -> Message:
    """A message as the classifier leaves it."""
    base = label.partition("/")[0]
    return Message(
        {
            "text": text,
            "intent": {"name": base, "confidence": 0.8},
            "intent_ranking": [{"name": base, "confidence": 0.8}],
            "labels": [{"label": label, "confidence": 0.8}],
        }
    )


def entities(message: Message) -> dict[str, Any]:
    return {e["entity"]: e["value"] for e in message.get("entities", [])}


def test_the_component_writes_programme_and_aspect(extractor: InterventionExtractor) -> None:
    message = parsed("wat kost triplep?", "interventie_info")
    extractor.process([message])
    assert entities(message) == {"interventie": "triple_p", "aspect": "kosten"}


def test_the_component_writes_an_unknown_name_and_no_programme(
    extractor: InterventionExtractor,
) -> None:
    message = parsed("wat kost de kanjertraining?", "interventie_info")
    extractor.process([message])
    assert entities(message) == {"onbekende_interventie": "kanjertraining", "aspect": "kosten"}


def test_the_component_writes_only_the_aspect_of_a_follow_up(
    extractor: InterventionExtractor,
) -> None:
    message = parsed("en wat kost het?", "interventie_info")
    extractor.process([message])
    assert entities(message) == {"aspect": "kosten"}


def test_an_unmarked_name_is_never_taken_for_a_follow_up(extractor: InterventionExtractor) -> None:
    message = parsed("rots en water kosten", "interventie_info")
    extractor.process([message])
    assert entities(message) == {"onbekende_interventie": "rots en water", "aspect": "kosten"}


@pytest.mark.parametrize("text", [text for text in EVERYDAY if text])
def test_the_component_leaves_a_question_about_bringing_up_alone(
    text: str, extractor: InterventionExtractor
) -> None:
    message = parsed(text, "opvoedvraag/grenzen_regels")
    extractor.process([message])
    assert entities(message) == {}
    assert message.get("intent")["name"] == "opvoedvraag"


def test_other_entities_are_kept(extractor: InterventionExtractor) -> None:
    message = parsed("wat is KIES", "interventie_info")
    message.set("entities", [{"entity": "leeftijd", "value": 4.0}])
    extractor.process([message])
    assert entities(message) == {"leeftijd": 4.0, "interventie": "kies"}
