"""What the actions answer, on the real content and with Rasa's own filling of responses.

The talks here go past the action server's executor with a tracker as Rasa sends it. Rules,
slots and responses come from data/rules.yml and domain.yml; nothing is understood from text,
so each message is given as intent and entities.
"""

from __future__ import annotations

import asyncio
import copy
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.nlg.interpolator import interpolate
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from actions import beurt as beurt_module
from actions.beurt import KennisActie
from ouderwijzer.kennis.laden import laad_inhoud
from ouderwijzer.kennis.model import Inhoud, Onderwerp
from ouderwijzer.kennis.opslag import Kennisbank, bouw

ROOT = Path(__file__).parent.parent
INHOUD = ROOT / "content"
Antwoord = dict[str, Any]


def _yaml(pad: Path) -> Any:
    return YAML(typ="safe").load(pad.read_text(encoding="utf-8"))


DOMEIN = _yaml(ROOT / "domain.yml")
# Intent → action, of the rules without a condition.
REGELS = {
    rule["steps"][0]["intent"]: rule["steps"][1]["action"]
    for rule in _yaml(ROOT / "data" / "rules.yml")["rules"]
    if "condition" not in rule
}
UIT_ENTITEIT = {
    mapping["entity"]: slot
    for slot, eigenschappen in DOMEIN["slots"].items()
    for mapping in eigenschappen["mappings"]
    if mapping["type"] == "from_entity"
}
EXECUTOR = ActionExecutor()
EXECUTOR.register_package("actions")

SOORTEN = {"welkom", "tips", "feit", "deur", "nood", "vraag", "keuze", "praat", "fout"}
DEUR_SLEUTELS = {"naam", "telefoon", "url", "tijden", "nu_open", "waarom", "bron", "gezien_op"}
BRON_SLEUTELS = {"titel", "uitgever", "url", "gezien_op"}


class Gesprek:
    """A talk: keeps slots and events as Rasa does, and fills responses as Rasa does."""

    def __init__(self, kanaal: str = "webchat") -> None:
        self.kanaal = kanaal
        self.slots: dict[str, Any] = dict.fromkeys(DOMEIN["slots"])
        self.events: list[dict[str, Any]] = [
            {"event": "action", "name": "action_session_start"},
            {"event": "session_started"},
            {"event": "action", "name": "action_listen"},
        ]
        self.antwoorden: list[Antwoord] = []

    def zeg(self, intent: str, tekst: str = "…", **entiteiten: Any) -> list[Antwoord]:
        """Let the parent say something; return what the bot says."""
        return self._beurt({"text": tekst, "intent": {"name": intent}}, entiteiten)

    def vraag(self, onderwerp: str, **entiteiten: Any) -> list[Antwoord]:
        """Ask about a topic in free text."""
        sleutel = {"response": {"intent_response_key": f"opvoedvraag/{onderwerp}"}}
        bericht = {
            "text": "…",
            "intent": {"name": "opvoedvraag"},
            "response_selector": {"opvoedvraag": sleutel},
        }
        return self._beurt(bericht, entiteiten)

    def onduidelijk(self, labels: list[str], tekst: str = "…", **entiteiten: Any) -> list[Antwoord]:
        """Say something that the classifier is not sure of; ``labels`` is its ranking."""
        bericht = {
            "text": tekst,
            "intent": {"name": "nlu_fallback"},
            "labels": [{"label": label, "confidence": 0.1} for label in labels],
        }
        return self._beurt(bericht, entiteiten)

    def druk(self, titel: str) -> list[Antwoord]:
        """Press the newest button with that title."""
        knoppen = [k for a in reversed(self.antwoorden) for k in a["buttons"]]
        payload = next(k["payload"] for k in knoppen if k["title"] == titel)
        naam, entiteiten = re.fullmatch(r"/(\w+)(\{.*\})?", payload).groups()  # type: ignore[union-attr]
        return self.zeg(naam, payload, **json.loads(entiteiten or "{}"))

    def nieuwe_sessie(self) -> None:
        """Begin a new session that carries slots over, as after an hour of silence."""
        self.events += [
            {"event": "action", "name": "action_session_start"},
            {"event": "session_started"},
            *self._als_events({k: v for k, v in self.slots.items() if v is not None}),
            {"event": "action", "name": "action_listen"},
        ]

    @staticmethod
    def _als_events(slots: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"event": "slot", "name": naam, "value": waarde} for naam, waarde in slots.items()]

    def _beurt(self, bericht: dict[str, Any], entiteiten: dict[str, Any]) -> list[Antwoord]:
        bericht["entities"] = [{"entity": k, "value": v} for k, v in entiteiten.items()]
        self.events.append({"event": "user", "text": bericht["text"], "parse_data": bericht})
        gevuld = {UIT_ENTITEIT[k]: v for k, v in entiteiten.items() if k in UIT_ENTITEIT}
        self._neem_over(self._als_events(gevuld))
        actie = REGELS[bericht["intent"]["name"]]
        uitkomst = self._voer_uit(actie, bericht)
        antwoorden = [self._vul(bericht) for bericht in uitkomst["responses"]]
        self.events.append({"event": "action", "name": actie})
        self._neem_over(uitkomst["events"])
        self.events.append({"event": "action", "name": "action_listen"})
        self.antwoorden += antwoorden
        keur(antwoorden)
        return antwoorden

    def _voer_uit(self, actie: str, bericht: dict[str, Any]) -> dict[str, Any]:
        if actie.startswith("utter_"):
            return {"responses": [{"response": actie}], "events": []}
        tracker = {
            "sender_id": "test",
            "slots": dict(self.slots),
            "latest_message": bericht,
            "events": list(self.events),
        }
        uitkomst = asyncio.run(
            EXECUTOR.run({"next_action": actie, "tracker": tracker, "domain": DOMEIN})
        )
        assert uitkomst is not None
        json.dumps(uitkomst)  # it goes over HTTP
        return uitkomst

    def _neem_over(self, events: list[dict[str, Any]]) -> None:
        self.events += events
        for event in events:
            if event["event"] == "reset_slots":
                self.slots = dict.fromkeys(self.slots)
            if event["event"] == "slot":
                assert event["name"] in self.slots
                self.slots[event["name"]] = event["value"]

    def _vul(self, bericht: dict[str, Any]) -> Antwoord:
        """Fill and join as rasa.core: nlg/response.py and RemoteAction._utter_responses."""
        naam = bericht["response"]
        varianten = [
            v for v in DOMEIN["responses"][naam] if v.get("channel") in (None, self.kanaal)
        ]
        eigen = [v for v in varianten if "channel" in v]
        gekozen = copy.deepcopy((eigen or varianten)[0])
        waarden = {**self.slots, **bericht}
        delen = ("text", "custom", "buttons")
        gevuld = {deel: interpolate(gekozen[deel], waarden) for deel in delen if deel in gekozen}
        knoppen = [*gevuld.get("buttons", []), *(bericht.get("buttons") or [])]
        custom = bericht.get("custom") or gevuld.get("custom") or {}
        return {"naam": naam, "text": gevuld["text"], "buttons": knoppen, "custom": custom}


def keur(antwoorden: list[Antwoord]) -> None:
    """Check what must be true of every answer (contracts.md, the shape of A)."""
    assert antwoorden, "the bot says nothing"
    for antwoord in antwoorden:
        teksten = [antwoord["text"], *(k["title"] for k in antwoord["buttons"])]
        for tekst in teksten:
            assert tekst.strip()
            assert not re.search(r"\{\w*\}|\bNone\b|<\w+ object", tekst), tekst
        for knop in antwoord["buttons"]:
            assert re.fullmatch(r'/\w+(\{"\w+": ("[^"{}]+"|\d+)\})?', knop["payload"]), knop
        titels = [k["title"] for k in antwoord["buttons"]]
        assert len(set(titels)) == len(titels), "two buttons with one title"
        _keur_custom(antwoord["custom"])


def _keur_custom(custom: dict[str, Any]) -> None:
    assert custom["soort"] in SOORTEN
    assert custom["taal"] == "nl"
    for tip in custom.get("tips", []):
        assert set(tip) == {"id", "tekst"}
        assert all(isinstance(waarde, str) and waarde for waarde in tip.values())
    for bron in custom.get("bronnen", []):
        assert set(bron) == BRON_SLEUTELS
        assert all(isinstance(waarde, str) and waarde for waarde in bron.values())
    assert len(custom.get("deuren", [])) <= 2
    for deur in custom.get("deuren", []):
        assert {"naam", "nu_open"} <= set(deur) <= DEUR_SLEUTELS
        assert deur["nu_open"] in (True, False, None)
        assert all(isinstance(v, str) and v for k, v in deur.items() if k != "nu_open")


def namen(antwoorden: list[Antwoord]) -> list[str]:
    return [antwoord["naam"] for antwoord in antwoorden]


def tekst(antwoorden: list[Antwoord]) -> str:
    return "\n".join(antwoord["text"] for antwoord in antwoorden)


def deuren(antwoorden: list[Antwoord]) -> list[str]:
    return [d["naam"] for a in antwoorden for d in a["custom"].get("deuren", [])]


def tips(antwoorden: list[Antwoord]) -> list[str]:
    return [tip["id"] for a in antwoorden for tip in a["custom"].get("tips", [])]


@pytest.fixture(scope="session")
def kennis_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('kennis') / 'kennis.db'}"
    assert bouw(url, INHOUD)
    return url


@pytest.fixture(scope="session")
def inhoud() -> Inhoud:
    return laad_inhoud(INHOUD)


@pytest.fixture(autouse=True)
def bank(kennis_url: str, monkeypatch: pytest.MonkeyPatch) -> Kennisbank:
    gevuld = Kennisbank(kennis_url)
    monkeypatch.setattr(KennisActie, "bank", gevuld)
    return gevuld


@pytest.fixture
def gesprek() -> Gesprek:
    return Gesprek()


@pytest.fixture
def zonder_inhoud(inhoud: Inhoud) -> str:
    """A topic that has examples and a title but no tips yet."""
    if not inhoud.titels.onderwerpen:
        pytest.skip("every topic has content")
    return next(iter(inhoud.titels.onderwerpen))


def test_the_package_has_exactly_the_actions_of_the_domain() -> None:
    assert set(EXECUTOR.actions) == set(DOMEIN["actions"])


# ----------------------------------------------------------------------------- tips


def test_a_topic_with_an_age_gives_what_is_normal_then_tips_and_a_question(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    antwoorden = gesprek.vraag("driftbuien", leeftijd=3)
    band = inhoud.onderwerpen["driftbuien"].banden["2-4"]
    assert namen(antwoorden) == ["utter_normaal", "utter_tips", "utter_na_tips"]
    assert antwoorden[0]["text"] == band.normaal
    gegeven = tips(antwoorden)
    assert gegeven == [f"driftbuien/2-4/{n}" for n in range(len(gegeven))]
    assert 1 <= len(gegeven) <= 3
    assert all(band.tips[n].tekst in antwoorden[1]["text"] for n in range(len(gegeven)))
    uitgevers = {inhoud.onderwerpen["driftbuien"].bronnen[s].uitgever for s in band.bronnen}
    assert all(uitgever in antwoorden[1]["text"] for uitgever in uitgevers)
    assert {b["uitgever"] for b in antwoorden[1]["custom"]["bronnen"]} == uitgevers
    assert antwoorden[2]["text"] == inhoud.onderwerpen["driftbuien"].vraag_terug


def test_without_an_age_it_is_asked_once_and_the_answer_brings_tips(gesprek: Gesprek) -> None:
    assert namen(gesprek.vraag("driftbuien")) == ["utter_vraag_leeftijd"]
    antwoorden = gesprek.zeg("geef_gegevens", leeftijd=5)
    assert tips(antwoorden)[0] == "driftbuien/4-6/0"


def test_asking_again_without_an_age_brings_tips_and_no_second_question(gesprek: Gesprek) -> None:
    gesprek.vraag("driftbuien")
    antwoorden = gesprek.vraag("driftbuien")
    assert "utter_vraag_leeftijd" not in namen(antwoorden)
    assert tips(antwoorden)


def test_a_button_with_an_age_brings_tips_of_that_age(gesprek: Gesprek) -> None:
    gesprek.vraag("inslapen")
    assert tips(gesprek.druk("9 tot 12 jaar"))[0] == "inslapen/9-12/0"


@pytest.mark.parametrize("intent", ["ontkennen", "geef_gegevens"])
def test_a_parent_who_gives_no_age_gets_tips_and_is_not_asked_again(
    gesprek: Gesprek, intent: str
) -> None:
    gesprek.vraag("inslapen")
    eerst = tips(gesprek.zeg(intent))
    assert eerst
    for volgende in ("meer_weten", "niet_geholpen"):
        antwoorden = gesprek.zeg(volgende)
        assert "utter_vraag_leeftijd" not in namen(antwoorden)
        assert tips(antwoorden)
        assert not set(tips(antwoorden)) & set(eerst)


def test_that_i_already_do_gives_other_tips_and_the_third_time_a_person(gesprek: Gesprek) -> None:
    gegeven = tips(gesprek.vraag("inslapen", leeftijd=3))
    for _ in range(2):
        antwoorden = gesprek.zeg("niet_geholpen")
        if "utter_geen_tips_meer" in namen(antwoorden):
            break
        assert namen(antwoorden)[0] == "utter_doet_al"
        assert not set(tips(antwoorden)) & set(gegeven)
        gegeven += tips(antwoorden)
    else:
        antwoorden = gesprek.zeg("niet_geholpen")
    assert namen(antwoorden) == ["utter_geen_tips_meer", "utter_deuren"]
    assert deuren(antwoorden)[0] == "Consultatiebureau"


def test_asking_for_more_gives_every_tip_once_and_then_a_person(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    gegeven = tips(gesprek.vraag("schermtijd", leeftijd=7))
    for _ in range(20):
        antwoorden = gesprek.zeg("meer_weten")
        if not tips(antwoorden):
            break
        gegeven += tips(antwoorden)
    aantal = len(inhoud.onderwerpen["schermtijd"].banden["6-9"].tips)
    assert gegeven == [f"schermtijd/6-9/{n}" for n in range(aantal)]
    assert namen(antwoorden) == ["utter_geen_tips_meer", "utter_deuren"]
    assert inhoud.woorden["wie_school"] in tekst(antwoorden)
    assert deuren(antwoorden) == ["De leerkracht of mentor", "CJG of wijkteam van je gemeente"]


def test_nothing_else_is_promised_when_the_tips_are_used_up(gesprek: Gesprek) -> None:
    gesprek.vraag("driftbuien", leeftijd=3)
    while tips(gesprek.zeg("meer_weten")):
        pass
    assert namen(gesprek.zeg("niet_geholpen")) == ["utter_geen_tips_meer", "utter_deuren"]


def test_a_new_topic_by_button_starts_counting_afresh(gesprek: Gesprek) -> None:
    gesprek.vraag("inslapen", leeftijd=3)
    gesprek.zeg("niet_geholpen")
    gesprek.zeg("niet_geholpen")
    gesprek.zeg("kies_onderwerp", "/", onderwerp="driftbuien")
    assert tips(gesprek.zeg("niet_geholpen"))


def test_another_child_of_another_age_starts_the_topic_again(gesprek: Gesprek) -> None:
    gesprek.vraag("ruzie_broer_zus", leeftijd=3)
    antwoorden = gesprek.zeg("geef_gegevens", leeftijd=10)
    assert namen(antwoorden)[0] == "utter_normaal"
    assert tips(antwoorden)[0] == "ruzie_broer_zus/9-12/0"
    antwoorden = gesprek.onduidelijk([], "en voor een kind van 5?", leeftijd=5)
    assert tips(antwoorden)[0] == "ruzie_broer_zus/4-6/0"


def test_a_topic_without_content_is_honest_and_names_a_door(
    gesprek: Gesprek, inhoud: Inhoud, zonder_inhoud: str
) -> None:
    antwoorden = gesprek.vraag(zonder_inhoud, leeftijd=7)
    assert namen(antwoorden) == ["utter_geen_inhoud", "utter_deuren"]
    assert inhoud.titels.onderwerpen[zonder_inhoud].lower() in antwoorden[0]["text"]
    assert not tips(antwoorden)
    assert deuren(antwoorden)[0] == "De leerkracht of mentor"
    assert namen(gesprek.zeg("niet_geholpen")) == ["utter_geen_inhoud", "utter_deuren"]


def test_an_unknown_topic_is_asked_for(gesprek: Gesprek) -> None:
    assert namen(gesprek.vraag("bestaat_niet", leeftijd=3)) == ["utter_welk_onderwerp"]
    assert namen(gesprek.zeg("geef_gegevens", leeftijd=3)) == ["utter_welk_onderwerp"]


def test_the_signs_button_shows_every_sign_and_leads_to_what_to_leave(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    onderwerp = inhoud.onderwerpen["driftbuien"]
    gesprek.vraag("driftbuien", leeftijd=3)
    antwoorden = gesprek.druk("Wanneer hulp zoeken?")
    assert all(signaal in tekst(antwoorden) for signaal in onderwerp.hulp.signalen)
    assert onderwerp.hulp.wie in tekst(antwoorden)
    antwoorden = gesprek.druk("Wat kun je beter laten?")
    assert all(regel in tekst(antwoorden) for regel in onderwerp.vermijd)
    assert tips(gesprek.druk("Nog een tip"))


def _loop_door(gesprek: Gesprek, naam: str, leeftijd: float) -> list[str]:
    """Ask for tips until there are none left; return the texts of everything said."""
    teksten = [tekst(gesprek.vraag(naam, leeftijd=leeftijd))]
    for _ in range(20):
        antwoorden = gesprek.zeg("meer_weten")
        teksten.append(tekst(antwoorden))
        if "utter_geen_tips_meer" in namen(antwoorden):
            return teksten
    pytest.fail("the tips never end")


@pytest.mark.parametrize("naam", sorted(laad_inhoud(INHOUD).onderwerpen))
def test_every_band_of_a_topic_gives_an_answer_of_its_own(naam: str, inhoud: Inhoud) -> None:
    onderwerp = inhoud.onderwerpen[naam]
    eerste: dict[str, str] = {}
    for band in onderwerp.banden:
        teksten = _loop_door(Gesprek(), naam, float(band.split("-")[0]))
        eerste[band] = teksten[0]
        alles = "\n".join(teksten)
        assert all(tip.tekst in alles for tip in onderwerp.banden[band].tips)
    assert len(set(eerste.values())) == len(onderwerp.banden)


@pytest.mark.parametrize("leeftijd", [0, 1.5, 17.9, 23])
def test_an_age_without_a_band_gets_the_nearest_one(leeftijd: float, inhoud: Inhoud) -> None:
    def afstand(band: str) -> float:
        van, tot = map(float, band.split("-"))
        return max(van - leeftijd, leeftijd - tot, 0.0)

    for naam, onderwerp in inhoud.onderwerpen.items():
        band = tips(Gesprek().vraag(naam, leeftijd=leeftijd))[0].split("/")[1]
        assert afstand(band) == min(map(afstand, onderwerp.banden)), naam


# ----------------------------------------------------------------------------- doors


def test_under_four_the_consultatiebureau_comes_first(gesprek: Gesprek, zonder_inhoud: str) -> None:
    assert deuren(gesprek.vraag(zonder_inhoud, leeftijd=2)) == [
        "Consultatiebureau",
        "CJG of wijkteam van je gemeente",
    ]


def test_from_four_school_comes_first_and_the_cjg_stands_beside_it(
    gesprek: Gesprek, inhoud: Inhoud, zonder_inhoud: str
) -> None:
    antwoorden = gesprek.vraag(zonder_inhoud, leeftijd=7)
    assert deuren(antwoorden) == ["De leerkracht of mentor", "CJG of wijkteam van je gemeente"]
    antwoorden = gesprek.zeg("zoek_cjg", plaats="Utrecht")
    deur = inhoud.gemeenten["utrecht"].deur
    assert deur
    assert deuren(antwoorden) == ["De leerkracht of mentor", deur.naam]


@pytest.mark.parametrize(
    ("plaats", "gemeente"), [("Utrecht", "utrecht"), ("vleuten", "utrecht"), ("8011", "zwolle")]
)
def test_a_known_place_or_postcode_leads_to_the_door_of_that_municipality(
    gesprek: Gesprek, inhoud: Inhoud, plaats: str, gemeente: str
) -> None:
    assert namen(gesprek.zeg("zoek_cjg")) == ["utter_vraag_plaats"]
    antwoorden = gesprek.zeg("geef_gegevens", plaats=plaats)
    deur = inhoud.gemeenten[gemeente].deur
    assert deur
    assert deuren(antwoorden) == [deur.naam]
    assert inhoud.gemeenten[gemeente].naam in tekst(antwoorden)
    assert deur.url in tekst(antwoorden)


@pytest.mark.parametrize("plaats", ["Nergenshuizen", "9999"])
def test_an_unknown_place_is_said_and_asked_again(gesprek: Gesprek, plaats: str) -> None:
    gesprek.zeg("zoek_cjg")
    antwoorden = gesprek.zeg("geef_gegevens", plaats=plaats)
    assert namen(antwoorden) == ["utter_plaats_onbekend"]
    assert plaats in tekst(antwoorden)
    assert gesprek.slots["plaats"] is None
    assert namen(gesprek.zeg("geef_gegevens", "ergens")) == ["utter_plaats_onbekend"]
    assert namen(gesprek.zeg("geef_gegevens", plaats="Zwolle")) == ["utter_deuren"]


def test_a_place_that_the_classifier_is_not_sure_of_still_answers_the_question(
    gesprek: Gesprek,
) -> None:
    gesprek.zeg("zoek_cjg")
    assert namen(gesprek.onduidelijk(["spelen"], "zwolle", plaats="zwolle")) == ["utter_deuren"]


def test_an_age_given_while_a_place_was_asked_is_not_taken_for_a_place(gesprek: Gesprek) -> None:
    gesprek.vraag("inslapen", leeftijd=3)
    gesprek.zeg("mens_spreken")
    antwoorden = gesprek.zeg("geef_gegevens", "hij is al 5", leeftijd=5)
    assert tips(antwoorden)[0] == "inslapen/4-6/0"


def test_a_button_while_a_place_was_asked_is_never_shown_as_a_place(gesprek: Gesprek) -> None:
    gesprek.vraag("inslapen")
    gesprek.zeg("mens_spreken")
    antwoorden = gesprek.zeg("geef_gegevens", "/geef_gegevens")
    assert "/geef" not in tekst(antwoorden)
    assert namen(antwoorden) == ["utter_deuren"]


def test_who_gives_no_place_gets_the_general_door(gesprek: Gesprek) -> None:
    gesprek.zeg("zoek_cjg")
    assert deuren(gesprek.zeg("ontkennen")) == ["CJG of wijkteam van je gemeente"]
    gesprek = Gesprek()
    gesprek.zeg("zoek_cjg")
    assert deuren(gesprek.zeg("zoek_cjg")) == ["CJG of wijkteam van je gemeente"]


@pytest.mark.parametrize(
    ("intent", "eerste"),
    [
        ("mens_spreken", "CJG of wijkteam van je gemeente"),
        ("zorg_zwaar", "CJG of wijkteam van je gemeente"),
        ("zoek_school_steun", "De leerkracht of mentor"),
    ],
)
def test_people_are_named_at_once_and_the_place_is_asked_after(
    gesprek: Gesprek, intent: str, eerste: str
) -> None:
    antwoorden = gesprek.zeg(intent)
    assert deuren(antwoorden)[0] == eerste
    assert namen(antwoorden) == ["utter_deuren", "utter_vraag_plaats"]
    assert namen(gesprek.zeg("geef_gegevens", plaats="Zwolle")) == ["utter_deuren"]
    assert namen(gesprek.zeg(intent)) == ["utter_deuren"]


@pytest.fixture
def andere_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let actions read a copy of the content in which one text of municipalities is replaced."""

    def zet(oud: str, nieuw: str, *gemeenten: str) -> None:
        kopie = tmp_path / "content"
        shutil.copytree(INHOUD, kopie)
        for gemeente in gemeenten:
            pad = kopie / "deuren" / "gemeenten" / f"{gemeente}.yml"
            schoon = pad.read_text(encoding="utf-8")
            assert oud in schoon
            pad.write_text(schoon.replace(oud, nieuw), encoding="utf-8")
        url = f"sqlite:///{tmp_path / 'kennis.db'}"
        bouw(url, kopie)
        monkeypatch.setattr(KennisActie, "bank", Kennisbank(url))

    return zet


def test_a_place_in_two_municipalities_is_asked_and_the_button_leads_on(
    gesprek: Gesprek, inhoud: Inhoud, andere_bank: Callable[..., None]
) -> None:
    andere_bank("plaatsen:\n", "plaatsen:\n  - Tweedorp\n", "utrecht", "zwolle")
    antwoorden = gesprek.zeg("zoek_cjg", plaats="Tweedorp")
    assert namen(antwoorden) == ["utter_plaats_dubbel"]
    assert [k["title"] for k in antwoorden[0]["buttons"]] == ["Utrecht", "Zwolle"]
    deur = inhoud.gemeenten["zwolle"].deur
    assert deur
    assert deuren(gesprek.druk("Zwolle")) == [deur.naam]


@pytest.mark.parametrize(
    ("gezien", "klok", "woord", "open_"),
    [
        ("2025-03", "2026-11-25T10:00:00", "nu open", True),  # a Wednesday
        ("2025-03", "2026-11-25T23:30:00", "nu dicht", False),
        ("2025-03", "2026-11-28T10:00:00", "nu dicht", False),  # a Saturday
        ("2023-03", "2026-11-25T10:00:00", None, None),  # hours this old are not shown
    ],
)
def test_a_door_says_whether_it_is_open_now_when_its_hours_are_known(
    gesprek: Gesprek,
    andere_bank: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    gezien: str,
    klok: str,
    woord: str | None,
    open_: bool | None,
) -> None:
    monkeypatch.setenv("OUDERWIJZER_KLOK", klok)
    uren = '{dagen: [ma, di, wo, do, vr], van: "09:00", tot: "17:00"}'
    nieuw = f'deur:\n  tijden: [{uren}]\n  tijden_gezien: "{gezien}"\n'
    andere_bank("deur:\n", nieuw, "zwolle")
    antwoorden = gesprek.zeg("zoek_cjg", plaats="Zwolle")
    kaart = antwoorden[0]["custom"]["deuren"][0]
    assert kaart["nu_open"] is open_
    assert kaart.get("tijden") == ("ma, di, wo, do, vr 09:00-17:00" if woord else None)
    assert re.findall(r"nu (?:open|dicht)", tekst(antwoorden)) == ([woord] if woord else [])
    assert ("09:00" in tekst(antwoorden)) is (woord is not None)


# ----------------------------------------------------------------------------- programmes


@pytest.mark.parametrize("sleutel", sorted(laad_inhoud(INHOUD).interventies))
def test_a_programme_answers_every_aspect_with_its_own_facts(sleutel: str, inhoud: Inhoud) -> None:
    programma = inhoud.interventies[sleutel]
    velden = {
        None: programma.in_het_kort,
        "doel": programma.doel,
        "doelgroep": programma.doelgroep,
        "duur": programma.duur,
        "kosten": programma.kosten,
        "migranten": programma.migranten,
        "waar": programma.toegang,
        "bewijs": programma.bewijs,
    }
    for aspect, veld in velden.items():
        entiteiten = {"aspect": aspect} if aspect else {}
        antwoorden = Gesprek().zeg("interventie_info", interventie=sleutel, **entiteiten)
        assert namen(antwoorden) == ["utter_interventie"]
        assert tekst(antwoorden).startswith(f"{programma.naam}: ")
        assert veld in tekst(antwoorden)
        assert len(antwoorden[0]["custom"]["bronnen"]) == len(programma.bronnen)


@pytest.mark.parametrize(
    ("sleutel", "oordeel"),
    [
        ("home_start", "goede aanwijzingen dat het werkt (oordeel van 2019-04-08)"),
        ("triple_p_niveau_4_5", "eerste aanwijzingen dat het werkt (oordeel van 2018-12-14)"),
    ],
)
def test_a_level_of_the_databank_comes_with_its_date_and_its_age(
    gesprek: Gesprek, sleutel: str, oordeel: str
) -> None:
    antwoorden = gesprek.zeg("interventie_info", interventie=sleutel, aspect="bewijs")
    assert oordeel in tekst(antwoorden)
    assert "ouder dan vijf jaar" in tekst(antwoorden)


def test_a_follow_up_without_a_name_stays_with_the_programme(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    gesprek.zeg("interventie_info", interventie="home_start")
    antwoorden = gesprek.zeg("interventie_info", aspect="duur")
    assert inhoud.interventies["home_start"].duur in tekst(antwoorden)


def test_an_unknown_programme_is_never_answered_with_the_facts_of_another(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    gesprek.zeg("interventie_info", interventie="home_start")
    antwoorden = gesprek.zeg("interventie_info", onbekende_interventie="Zonnegroei", aspect="duur")
    assert namen(antwoorden) == ["utter_interventie_onbekend"]
    assert "Zonnegroei" in tekst(antwoorden)
    assert not any(i.naam in tekst(antwoorden) for i in inhoud.interventies.values())
    assert namen(gesprek.zeg("interventie_info", aspect="kosten")) == ["utter_welke_interventie"]


@pytest.mark.parametrize("sleutel", [None, "bestaat_niet"])
def test_without_a_known_programme_the_name_is_asked(gesprek: Gesprek, sleutel: str | None) -> None:
    entiteiten = {"interventie": sleutel} if sleutel else {}
    assert namen(gesprek.zeg("interventie_info", **entiteiten)) == ["utter_welke_interventie"]


def test_at_most_three_programmes_that_fit_are_offered_in_one_order(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    gesprek.vraag("driftbuien", leeftijd=4)
    antwoorden = gesprek.zeg("zoek_interventie")
    titels = [k["title"] for k in antwoorden[0]["buttons"]]
    plekken = [tekst(antwoorden).index(f"- {titel} (") for titel in titels]
    assert 1 <= len(titels) <= 3
    assert plekken == sorted(plekken)
    eigen = inhoud.onderwerpen["driftbuien"].interventies
    assert titels[0] in {inhoud.interventies[s].naam for s in eigen}
    passend = {
        i.naam for i in inhoud.interventies.values() if i.leeftijd.van <= 4 and not i.therapie
    }
    assert set(titels) <= passend
    assert tekst(gesprek.druk(titels[-1])).startswith(f"{titels[-1]}: ")


def test_no_programme_is_offered_that_does_not_fit_the_age(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    gesprek.slots["leeftijd"] = 1
    te_oud = {i.naam for i in inhoud.interventies.values() if i.leeftijd.van > 1}
    aangeboden = {k["title"] for k in gesprek.zeg("zoek_interventie")[0]["buttons"]}
    assert te_oud
    assert not aangeboden & te_oud
    gesprek.slots["leeftijd"] = 60
    assert namen(gesprek.zeg("zoek_interventie")) == ["utter_geen_interventie"]


def test_the_last_year_of_an_age_range_counts_in_full(inhoud: Inhoud) -> None:
    gesprek = Gesprek()
    oudste = max(
        (i for i in inhoud.interventies.values() if not i.therapie and not i.deel_van),
        key=lambda i: i.leeftijd.tot,
    )
    gesprek.slots["leeftijd"] = oudste.leeftijd.tot + 0.5
    assert oudste.naam in tekst(gesprek.zeg("zoek_interventie"))


# ----------------------------------------------------------------------------- knowledge, sources


@pytest.mark.parametrize("intent", sorted(laad_inhoud(INHOUD).artikelen))
def test_every_piece_of_knowledge_is_reached_by_its_key_word_and_by_button(
    intent: str, inhoud: Inhoud
) -> None:
    artikel = inhoud.artikelen[intent]
    standaard = next(iter(artikel.stukken.values()))
    assert standaard.tekst in tekst(Gesprek().zeg(intent, "vertel eens"))
    for naam, stuk in artikel.stukken.items():
        assert stuk.tekst in tekst(Gesprek().zeg(intent, f"/{intent}", stuk=naam))
        gesprek = Gesprek()
        gesprek.zeg(intent, " ".join(stuk.trefwoorden))
        for knop in gesprek.antwoorden[0]["buttons"]:
            anders = {s.kop: s.tekst for s in artikel.stukken.values()}[knop["title"]]
            assert anders in tekst(gesprek.druk(knop["title"]))


def test_where_it_comes_from_names_title_and_address_of_what_was_just_said(
    gesprek: Gesprek, inhoud: Inhoud
) -> None:
    assert namen(gesprek.zeg("bron_vraag")) == ["utter_geen_bronnen"]
    gesprek.vraag("driftbuien", leeftijd=3)
    onderwerp = inhoud.onderwerpen["driftbuien"]
    antwoorden = gesprek.zeg("bron_vraag")
    bronnen = [onderwerp.bronnen[sleutel] for sleutel in onderwerp.banden["2-4"].bronnen]
    assert all(b.titel in tekst(antwoorden) and b.url in tekst(antwoorden) for b in bronnen)
    assert len(antwoorden[0]["custom"]["bronnen"]) == len(bronnen)
    gesprek.zeg("interventie_info", interventie="home_start")
    antwoorden = gesprek.zeg("bron_vraag")
    bronnen = list(inhoud.interventies["home_start"].bronnen.values())
    assert all(b.url in tekst(antwoorden) for b in bronnen)
    assert onderwerp.bronnen["nu_driftbuien"].url not in tekst(antwoorden)


def test_a_source_without_a_year_is_said_to_have_none(gesprek: Gesprek) -> None:
    gesprek.zeg("interventie_info", interventie="triple_p")
    antwoorden = tekst(gesprek.zeg("bron_vraag"))
    assert "(zonder datum)" in antwoorden
    assert "(na 2018)" in antwoorden
    assert "n.d." not in antwoorden


# ----------------------------------------------------------------------------- short answers


def test_yes_erases_right_after_the_question(gesprek: Gesprek) -> None:
    gesprek.vraag("driftbuien", leeftijd=3)
    assert namen(gesprek.zeg("privacy")) == ["utter_privacy"]
    antwoorden = gesprek.druk("Ja, wis het")
    assert namen(antwoorden) == ["utter_gewist"]
    assert antwoorden[0]["custom"]["wis"] is True
    assert not any(gesprek.slots.values())
    assert namen(gesprek.zeg("bevestigen")) == ["utter_ja_zonder_vraag"]


def test_outside_the_page_nothing_is_said_to_be_erased() -> None:
    gesprek = Gesprek(kanaal="cmdline")
    gesprek.zeg("privacy")
    antwoorden = gesprek.zeg("bevestigen")
    assert "wis" not in antwoorden[0]["custom"]
    assert "niets gewist" in tekst(antwoorden)


def test_no_keeps_the_talk_and_a_later_yes_does_not_erase_it(gesprek: Gesprek) -> None:
    gesprek.zeg("privacy")
    assert namen(gesprek.zeg("ontkennen")) == ["utter_niet_gewist"]
    assert namen(gesprek.zeg("bevestigen")) == ["utter_ja_zonder_vraag"]


def test_the_question_to_erase_holds_for_one_turn_only(gesprek: Gesprek) -> None:
    gesprek.zeg("privacy")
    gesprek.zeg("bedankt")
    assert "utter_gewist" not in namen(gesprek.zeg("bevestigen"))


def test_a_question_of_an_earlier_session_is_no_longer_open(gesprek: Gesprek) -> None:
    gesprek.zeg("privacy")
    gesprek.zeg("bedankt")
    gesprek.nieuwe_sessie()
    assert "utter_gewist" not in namen(gesprek.zeg("bevestigen"))


def test_yes_after_a_topic_goes_on_with_it_and_no_asks_what_then(gesprek: Gesprek) -> None:
    gesprek.vraag("driftbuien", leeftijd=3)
    assert tips(gesprek.zeg("bevestigen"))
    assert namen(gesprek.zeg("ontkennen")) == ["utter_nee_zonder_vraag"]


def test_starting_again_forgets_topic_and_age(gesprek: Gesprek) -> None:
    gesprek.vraag("driftbuien", leeftijd=3)
    assert namen(gesprek.zeg("overnieuw")) == ["utter_overnieuw"]
    assert not any(gesprek.slots.values())
    assert namen(gesprek.zeg("meer_weten")) == ["utter_niet_geholpen"]


# ----------------------------------------------------------------------------- not understood


def test_not_understood_offers_three_guesses_and_a_person_then_people(
    gesprek: Gesprek, inhoud: Inhoud, zonder_inhoud: str
) -> None:
    ranglijst = [
        "opvoedvraag/inslapen", "buiten_bereik", "zoek_cjg", f"opvoedvraag/{zonder_inhoud}",
        "wat_werkt",
    ]  # fmt: skip
    antwoorden = gesprek.onduidelijk(ranglijst)
    assert [k["title"] for k in antwoorden[0]["buttons"]] == [
        inhoud.onderwerpen["inslapen"].titel,
        inhoud.titels.labels["zoek_cjg"],
        inhoud.titels.onderwerpen[zonder_inhoud],
        "Een mens spreken",
    ]
    antwoorden = gesprek.onduidelijk(ranglijst)
    assert namen(antwoorden) == ["utter_deuren"]
    assert deuren(antwoorden)


def test_people_come_only_when_it_goes_wrong_twice_in_a_row(gesprek: Gesprek) -> None:
    gesprek.onduidelijk(["zoek_cjg"])
    gesprek.zeg("bedankt")
    assert namen(gesprek.onduidelijk(["zoek_cjg"])) == ["utter_keuzes"]


def test_a_guess_on_a_button_leads_to_that_topic(gesprek: Gesprek, inhoud: Inhoud) -> None:
    gesprek.onduidelijk(["opvoedvraag/inslapen"])
    gesprek.druk(inhoud.onderwerpen["inslapen"].titel)
    assert tips(gesprek.druk("2 of 3 jaar"))[0] == "inslapen/2-4/0"


def test_a_person_is_offered_once_among_the_guesses(gesprek: Gesprek) -> None:
    antwoorden = gesprek.onduidelijk(["mens_spreken", "zoek_cjg"])
    titels = [k["title"] for k in antwoorden[0]["buttons"]]
    assert titels.count("Een mens spreken") == 1


# ----------------------------------------------------------------------------- all together

STANDEN: dict[str, Callable[[Gesprek], Any]] = {
    "nothing said yet": lambda g: None,
    "tips for a peuter": lambda g: g.vraag("driftbuien", leeftijd=3),
    "tips for a pupil in a known place": lambda g: g.vraag("pesten", leeftijd=7, plaats="Utrecht"),
    "an age was asked": lambda g: g.vraag("inslapen"),
    "a place was asked": lambda g: g.zeg("zoek_cjg"),
    "an unknown place": lambda g: g.vraag("inslapen", leeftijd=13, plaats="Nergenshuizen"),
    "a topic without content": lambda g: g.vraag("bedplassen"),
    "a programme": lambda g: g.zeg("interventie_info", interventie="triple_p"),
    "erasing was asked": lambda g: g.zeg("privacy"),
}


@pytest.mark.parametrize("stand", STANDEN)
def test_every_intent_is_answered_in_full_whatever_came_before(stand: str) -> None:
    for intent in REGELS:
        gesprek = Gesprek()
        STANDEN[stand](gesprek)
        gesprek.zeg(intent)  # keur() judges what is said
        for knop in list(gesprek.antwoorden[-1]["buttons"]):
            verder = copy.deepcopy(gesprek)
            verder.druk(knop["title"])


@pytest.mark.parametrize("intent", sorted(i for i, a in REGELS.items() if a.startswith("action_")))
def test_without_a_knowledge_base_the_parent_still_gets_an_answer(
    intent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KennisActie, "bank", Kennisbank(f"sqlite:///{tmp_path / 'weg.db'}"))
    gesprek = Gesprek()
    gesprek.slots.update(onderwerp="driftbuien", leeftijd=3, plaats="Utrecht", interventie="kies")
    antwoorden = gesprek.zeg(intent)
    if intent in ("privacy", "overnieuw", "ontkennen"):
        assert "utter_storing" not in namen(antwoorden)
    else:
        assert namen(antwoorden) == ["utter_storing"]
        assert deuren(antwoorden) == ["Veilig Thuis", "Alarmnummer"]


class _TrageBank(Kennisbank):
    """The real base, on a slow disk."""

    def onderwerp(self, sleutel: str) -> Onderwerp | None:
        time.sleep(0.3)
        return super().onderwerp(sleutel)


def test_a_base_that_is_too_slow_gives_one_apology_and_nothing_after_it(
    gesprek: Gesprek, kennis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KennisActie, "bank", _TrageBank(kennis_url))
    monkeypatch.setattr(beurt_module, "LEES_TIJD", 0.05)
    assert namen(gesprek.vraag("driftbuien", leeftijd=3)) == ["utter_storing"]
    assert gesprek.slots["gegeven_tips"] is None
