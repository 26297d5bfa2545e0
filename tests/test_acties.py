"""Actions on the real content, with the texts of domain.yml filled in as Rasa does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.nlg.interpolator import interpolate
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from actions.beurt import KennisActie
from actions.deuren import ActionZoekDeur
from actions.gesprek import (
    ActionBevestigd,
    ActionNietBegrepen,
    ActionPrivacy,
    ActionVerwerkGegevens,
)
from actions.interventies import ActionInterventie, ActionZoekInterventie
from actions.kennis import ActionBronnen, ActionKennis
from actions.tips import ActionAndereTip, ActionGeefTips
from ouderwijzer.kennis.opslag import Kennisbank, bouw

ROOT = Path(__file__).parent.parent
RESPONSES = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
Messages = list[dict[str, Any]]
Say = Callable[..., Messages]


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Kennisbank:
    url = f"sqlite:///{tmp_path_factory.mktemp('kennis') / 'kennis.db'}"
    bouw(url, ROOT / "content")
    return Kennisbank(url)


class Talk:
    """A talk with the actions: slots and events are kept from turn to turn."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []

    def turn(
        self,
        action: Any,
        intent: str,
        text: str = "",
        entities: dict[str, Any] | None = None,
        labels: tuple[str, ...] = (),
    ) -> str:
        """Play one turn and return what is said, filled in; keeps slots."""
        entities = entities or {}
        self.slots |= {
            k: v
            for k, v in entities.items()
            if k in {"leeftijd", "plaats", "interventie", "onderwerp"}
        }
        base, _, topic = intent.partition("/")
        message: dict[str, Any] = {
            "text": text,
            "intent": {"name": base},
            "entities": [{"entity": k, "value": v} for k, v in entities.items()],
            "labels": [{"label": label, "confidence": 0.3} for label in labels],
        }
        if topic:
            message["response_selector"] = {base: {"response": {"intent_response_key": intent}}}
        self.events.append({"event": "user"})
        tracker = Tracker("t", self.slots, message, self.events, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = asyncio.run(action.run(dispatcher, tracker, {}))
        self.events.append({"event": "action", "name": action.name()})
        for event in events:
            self.events.append(dict(event))
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "reset_slots":
                self.slots = {}
        self.messages = dispatcher.messages
        return "\n".join(_filled(message) for message in self.messages)


def _filled(message: dict[str, Any]) -> str:
    template = RESPONSES[message["response"]][0]
    text = interpolate(template["text"], message) if "{" in template["text"] else template["text"]
    assert not re.search(r"\{\w+\}|None", text), text
    custom = message["custom"] or template.get("custom") or {}
    assert len(custom.get("deuren") or []) <= 2
    return str(text)


@pytest.fixture
def talk(bank: Kennisbank, monkeypatch: pytest.MonkeyPatch) -> Talk:
    monkeypatch.setattr(KennisActie, "bank", bank)
    return Talk()


def test_a_topic_with_an_age_gets_tips_and_a_source(talk: Talk) -> None:
    said = talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien", "x", {"leeftijd": 3.0})
    assert "Bron:" in said
    tips = next(m["custom"] for m in talk.messages if m["custom"].get("tips"))
    assert tips["tips"][0]["id"].startswith("driftbuien/2-4/")
    assert {"titel", "uitgever", "url", "gezien_op"} <= set(tips["bronnen"][0])


def test_without_an_age_it_asks_once_and_then_answers(talk: Talk) -> None:
    assert "oud" in talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien")
    said = talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien")
    assert "oud is je kind" not in said
    assert "Bron:" in said


def test_the_next_tips_are_other_ones_and_then_comes_a_person(talk: Talk) -> None:
    first = talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien", "x", {"leeftijd": 3.0})
    second = talk.turn(ActionAndereTip(), "niet_geholpen", "dat doe ik al")
    assert set(re.findall(r"^- .*$", first, re.M)).isdisjoint(re.findall(r"^- .*$", second, re.M))
    talk.turn(ActionAndereTip(), "niet_geholpen", "helpt niet")
    assert "onsultatiebureau" in talk.turn(ActionAndereTip(), "niet_geholpen", "helpt niet")


@pytest.mark.parametrize(("age", "first"), [(2.0, "Consultatiebureau"), (7.0, "De leerkracht")])
def test_the_age_decides_the_first_door_and_the_local_door_stands_beside_it(
    talk: Talk, age: float, first: str
) -> None:
    talk.turn(ActionGeefTips(), "opvoedvraag/zakgeld", "x", {"leeftijd": age})
    doors = talk.messages[-1]["custom"]["deuren"]
    assert doors[0]["naam"].startswith(first)
    assert "CJG" in doors[1]["naam"]


def test_a_topic_without_content_never_gets_a_neighbours_advice(talk: Talk) -> None:
    said = talk.turn(ActionGeefTips(), "opvoedvraag/gamen", "x", {"leeftijd": 12.0})
    assert "nog geen goede tips" in said
    assert not any(m["custom"].get("tips") for m in talk.messages)


@pytest.mark.parametrize("place", ["Utrecht", "3511", "Vleuten"])
def test_a_place_leads_to_the_door_of_its_municipality(talk: Talk, place: str) -> None:
    talk.turn(ActionZoekDeur(), "zoek_cjg", "x")
    said = talk.turn(ActionVerwerkGegevens(), "geef_gegevens", place, {"plaats": place})
    assert "Buurtteam" in said


def test_an_unknown_place_is_asked_again(talk: Talk) -> None:
    talk.turn(ActionZoekDeur(), "zoek_cjg", "x")
    said = talk.turn(ActionVerwerkGegevens(), "geef_gegevens", "Verweg", {"plaats": "Verweg"})
    assert "ken ik niet" in said
    assert talk.slots["open_vraag"] == "plaats"


def test_a_programme_keeps_its_name_over_follow_ups(talk: Talk) -> None:
    assert "Home-Start" in talk.turn(
        ActionInterventie(), "interventie_info", "x", {"interventie": "home_start"}
    )
    said = talk.turn(ActionInterventie(), "interventie_info", "wat kost dat", {"aspect": "kosten"})
    assert said.startswith("Home-Start")


def test_an_unknown_programme_gets_no_other_ones_facts(talk: Talk) -> None:
    talk.turn(ActionInterventie(), "interventie_info", "x", {"interventie": "home_start"})
    said = talk.turn(
        ActionInterventie(), "interventie_info", "x", {"onbekende_interventie": "Zonnetraining"}
    )
    assert "Zonnetraining" in said and "vind ik niet" in said
    assert "Home-Start" not in said


def test_level_and_date_are_said_together(talk: Talk) -> None:
    entities = {"interventie": "triple_p_niveau_4_5", "aspect": "bewijs"}
    said = talk.turn(ActionInterventie(), "interventie_info", "x", entities)
    assert re.search(r"eerste aanwijzingen.*2018.*kan veranderd zijn", said)


def test_programmes_are_offered_by_age(talk: Talk) -> None:
    talk.turn(ActionZoekInterventie(), "zoek_interventie", "x", {"leeftijd": 1.0})
    names = [button["title"] for button in talk.messages[-1]["buttons"]]
    assert 1 <= len(names) <= 3
    assert "KIES" not in " ".join(names)


def test_sources_of_the_last_topic_have_addresses(talk: Talk) -> None:
    talk.turn(ActionGeefTips(), "opvoedvraag/schermtijd", "x", {"leeftijd": 3.0})
    assert "https://" in talk.turn(ActionBronnen(), "bron_vraag")


def test_a_key_word_picks_the_piece_of_an_article(talk: Talk) -> None:
    first = talk.turn(ActionKennis(), "databank_info", "wat is de databank")
    other = talk.turn(ActionKennis(), "databank_info", "x", {"stuk": "niveaus"})
    assert "Bron:" in first and "Bron:" in other


def test_a_yes_erases_only_right_after_the_question(talk: Talk) -> None:
    talk.turn(ActionPrivacy(), "privacy")
    talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien", "x", {"leeftijd": 3.0})
    talk.turn(ActionBevestigd(), "bevestigen", "ja")
    assert all(m["response"] != "utter_gewist" for m in talk.messages)
    talk.turn(ActionPrivacy(), "privacy")
    talk.turn(ActionBevestigd(), "bevestigen", "ja")
    assert [m["response"] for m in talk.messages] == ["utter_gewist"]


def test_nonsense_gets_three_guesses_and_then_people(talk: Talk) -> None:
    labels = ("opvoedvraag/gamen", "zoek_cjg", "opvoedvraag/pesten", "medisch")
    talk.turn(ActionNietBegrepen(), "nlu_fallback", "xx", labels=labels)
    payloads = [button["payload"] for button in talk.messages[-1]["buttons"]]
    assert payloads[0] == '/kies_onderwerp{"onderwerp": "gamen"}'
    assert len(payloads) == 4 and payloads[-1] == "/mens_spreken"
    talk.turn(ActionNietBegrepen(), "nlu_fallback", "yy", labels=labels)
    assert talk.messages[-1]["custom"]["soort"] == "deur"


def test_without_a_knowledge_base_a_number_is_said(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(KennisActie, "bank", Kennisbank(f"sqlite:///{tmp_path / 'geen.db'}"))
    said = talk.turn(ActionGeefTips(), "opvoedvraag/driftbuien", "x", {"leeftijd": 3.0})
    assert "0800-2000" in said and "112" in said


def test_each_topic_and_band_has_an_answer_of_its_own(bank: Kennisbank, talk: Talk) -> None:
    for name in bank.titels("onderwerp"):
        topic = bank.onderwerp(name)
        assert topic is not None
        answers = []
        for band in topic.banden:
            talk.slots, talk.events = {}, []
            age = float(band.split("-")[0]) + 0.5
            answers.append(
                talk.turn(ActionGeefTips(), f"opvoedvraag/{name}", "x", {"leeftijd": age})
            )
        assert len(set(answers)) == len(answers), name
