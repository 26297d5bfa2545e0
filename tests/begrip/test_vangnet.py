"""The safety net: its own examples, near misses, and what the component writes."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.vangnet import beoordeel, standaard, treffers
from ouderwijzer.begrip.vangnet_component import SafetyNet

RULES = standaard().regels

EMERGENCIES = [
    ("mijn baby ademt niet meer en wordt blauw", "nood_acuut"),
    ("mijn kind heeft bleek gedronken", "nood_acuut"),
    ("hij ligt bewusteloos op de grond", "nood_acuut"),
    ("mijn dochter zegt dat ze dood wil", "nood_suicide"),
    ("mijn zoon van 15 wil niet meer leven", "nood_suicide"),
    ("ze snijdt zichzelf in haar armen", "nood_suicide"),
    ("mijn man slaat mij en de kinderen", "nood_geweld"),
    ("mijn buurkind wordt thuis geslagen", "nood_geweld"),
    ("ik ben bang dat ik mijn baby door elkaar ga schudden", "nood_ouder_knapt"),
    ("ik sta op het punt mijn kind iets aan te doen", "nood_ouder_knapt"),
]
HARMLESS = [
    "ik ben doodmoe en op, mijn baby slaapt niet",
    "ik kan hem wel achter het behang plakken",
    "mijn peuter slaat andere kinderen op de opvang",
    "hij schiet de hele dag in dat spel",
    "mijn man slaat mij niet",
    "waar moet ik dit bestand opslaan",
    "wat een moordwijf ben jij",
    "onze hond is dood en nu wil ze niet slapen",
    "ze lacht zich dood om dat filmpje",
    "hoe leg ik uit wat doodgaan is",
    "wat doet Veilig Thuis",
    "om op te vreten, dat kind",
]


@pytest.mark.parametrize(("text", "kind"), EMERGENCIES)
def test_a_plain_emergency_is_seen_as_what_it_is(text: str, kind: str) -> None:
    verdict = beoordeel(text)
    assert (verdict.soort, verdict.zeker) == (kind, True)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_sentence_is_never_a_sure_emergency(text: str) -> None:
    assert not beoordeel(text).zeker, treffers(text)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_each_rule_fires_on_its_own_examples_and_not_on_its_counterexamples(rule: Any) -> None:
    assert rule.wel, "a rule needs an example in 'wel'"
    for text in rule.wel:
        assert rule.id in {hit.regel for hit in treffers(text)}, text
    for text in rule.niet:
        assert rule.id not in {hit.regel for hit in treffers(text)}, text


def test_one_sentence_in_the_middle_of_a_long_story_is_found() -> None:
    story = "Vandaag waren we in de speeltuin en daarna aten we pannenkoeken. " * 23
    verdict = beoordeel(story + "Mijn dochter zegt dat ze dood wil. " + story)
    assert verdict.soort == "nood_suicide"


def _parse(text: str, *labels: tuple[str, float]) -> Message:
    ranking = [{"label": label, "confidence": value} for label, value in labels]
    message = Message(data={"text": text, "labels": ranking})
    message.set("intent", {"name": "nlu_fallback", "confidence": 0.6}, add_to_output=True)
    SafetyNet(SafetyNet.get_default_config()).process([message])
    return message


def test_a_sure_net_sets_the_intent_over_a_fallback() -> None:
    message = _parse("mijn dochter zegt dat ze dood wil", ("opvoedvraag/rouw_verlies", 0.4))
    assert message.get("intent")["name"] == "nood_suicide"
    assert message.get("labels")[0]["label"] == "nood_suicide"
    assert message.get("veiligheid") == {"soort": "nood_suicide", "zeker": True}


def test_a_classifier_that_is_fairly_sure_is_enough() -> None:
    message = _parse("zomaar een zin", ("nood_geweld", 0.4))
    assert message.get("intent")["name"] == "nood_geweld"


def test_a_little_danger_in_the_ranking_gives_the_grey_zone_and_keeps_the_intent() -> None:
    message = _parse("zomaar een zin", ("opvoedvraag/opa_oma", 0.5), ("nood_geweld", 0.2))
    assert message.get("veiligheid") == {"soort": "nood_geweld", "zeker": False}
    assert message.get("intent")["name"] == "nlu_fallback"


def test_an_ordinary_sentence_stays_as_it_was() -> None:
    message = _parse("hij wil niet slapen", ("opvoedvraag/inslapen", 0.9))
    assert message.get("veiligheid") == {"soort": None, "zeker": False}


def test_of_two_sure_readings_the_more_urgent_counts() -> None:
    message = _parse("mijn man slaat mij en de kinderen", ("nood_acuut", 0.9))
    assert message.get("intent")["name"] == "nood_acuut"
