"""Settings, texts, pace, replies from events, and starting up wrong."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import rasa.core.actions.action
from jsonschema import ValidationError
from proefserver import CREDENTIALS, vrije_poort, vul_widget
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

from ouderwijzer.gesprek import instellen
from ouderwijzer.gesprek.antwoord import maak_antwoorden, verdeel
from ouderwijzer.gesprek.bericht import maak_schoon
from ouderwijzer.gesprek.kanaal import WebKanaal
from ouderwijzer.gesprek.rest import RestKanaal
from ouderwijzer.gesprek.teksten import BESTAND, CODES, NODIG, laad_teksten
from ouderwijzer.gesprek.tempo import Tempo

# --------------------------------------------------------------------- settings


def test_the_defaults_are_those_of_the_contract() -> None:
    web = instellen.lees_web(None)
    assert (web.budget_seconden, web.actie_seconden) == (3.0, 2.0)
    assert web.berichten_per_minuut == 30
    assert web.origins == ()


async def test_rasa_gives_up_on_a_hanging_action_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constant that is replaced is the one that Rasa's call really uses."""
    module = rasa.core.actions.action
    monkeypatch.setattr(module, "DEFAULT_REQUEST_TIMEOUT", module.DEFAULT_REQUEST_TIMEOUT)
    instellen.stel_actietijd_in(0.3)
    with socket.socket() as hangt:
        hangt.bind(("127.0.0.1", 0))
        hangt.listen()
        eindpunt = EndpointConfig(f"http://127.0.0.1:{hangt.getsockname()[1]}/webhook")
        begin = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await RemoteAction("action_x", eindpunt).run(
                CollectingOutputChannel(),
                TemplatedNaturalLanguageGenerator({}),
                DialogueStateTracker("a", []),
                Domain.empty(),
            )
    assert 0.2 < time.monotonic() - begin < 1.5


def test_the_store_sets_two_seconds_where_no_channel_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = rasa.core.actions.action
    for voor, na in ((300, 2.0), (0.8, 0.8)):
        monkeypatch.setattr(module, "DEFAULT_REQUEST_TIMEOUT", voor)
        instellen.zorg_voor_actietijd()
        assert na == module.DEFAULT_REQUEST_TIMEOUT


def test_an_answer_of_an_action_in_another_form_is_still_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction.name)
    instellen.onthoud_antwoordvorm()
    actie = RemoteAction("action_x", None)
    event = {"event": "slot", "timestamp": None, "name": "a", "value": 1}
    assert actie._validate_action_result({"events": [event], "responses": [{"text": "x"}]})
    for fout in ({"events": "nee"}, {"events": [{"name": "a"}]}, {"responses": ["x"]}, []):
        with pytest.raises(ValidationError, match="answer of action_x"):
            actie._validate_action_result(fout)


@pytest.mark.parametrize(
    ("inhoud", "wat"),
    [
        ({"origin": []}, "origin"),
        ({"origins": "https://a.nl"}, "origins"),
        ({"origins": ["*"]}, "origins"),
        ({"origins": ["https://a.nl/pad"]}, "origins"),
        ({"budget_seconden": 0}, "budget_seconden"),
        ({"actie_seconden": "2"}, "actie_seconden"),
        ({"berichten_per_minuut": True}, "berichten_per_minuut"),
    ],
)
def test_a_bad_setting_is_named(inhoud: dict[str, Any], wat: str) -> None:
    with pytest.raises(RasaException, match=rf"credentials\.yml: {wat}:"):
        WebKanaal.from_credentials(inhoud)


def test_the_rest_channel_knows_its_own_settings() -> None:
    assert RestKanaal.from_credentials(None).name() == "rest"
    with pytest.raises(RasaException, match="origins"):
        RestKanaal.from_credentials({"origins": []})


def test_a_missing_widget_is_a_clear_error(tmp_path: Path) -> None:
    vul_widget(tmp_path)
    (tmp_path / "widget" / "dist" / "widget.js").unlink()
    inhoud = {"widget_map": str(tmp_path / "widget"), "sleutelbestand": str(tmp_path / "s")}
    with pytest.raises(RasaException, match=r"widget\.js"):
        WebKanaal.from_credentials(inhoud)


def test_another_tracker_store_stops_rasa_run(model: Path, tmp_path: Path) -> None:
    """Rasa falls back to memory silently when the class path has a typing error."""
    vul_widget(tmp_path)
    (tmp_path / "credentials.yml").write_text(CREDENTIALS.format(map=tmp_path, budget=3, actie=2))
    (tmp_path / "endpoints.yml").write_text(
        "tracker_store:\n  type: ouderwijzer.gesprek.opslag.Gesprekopslag\n"
    )
    opdracht = [sys.executable, "-m", "rasa", "run", "-p", str(vrije_poort()), "-m", str(model)]
    paden = os.pathsep.join([str(instellen.PROJECT), str(Path(__file__).parent)])
    gedaan = subprocess.run(
        [*opdracht, "--interface", "127.0.0.1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paden},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert gedaan.returncode != 0
    assert "tracker_store is InMemoryTrackerStore, but the channels need" in gedaan.stderr


# --------------------------------------------------------------------- texts


def test_every_text_of_the_channel_names_a_person_and_no_other_number() -> None:
    teksten = laad_teksten()
    zinnen = [*teksten.antwoorden.values(), *teksten.fouten.values()]
    assert len(zinnen) == len(NODIG) + len(CODES)
    for zin in zinnen:
        assert set(re.findall(r"\d[\d -]*\d", zin)) == {"112", "0800-2000"}
        assert len(zin.split()) <= 60
        assert not re.search(r"\b[Uu]w?\b", zin)


@pytest.mark.parametrize(
    ("oud", "nieuw"), [("  429:", "  430:"), ("mens:", "mensen:"), ("a", "\t")]
)
def test_a_broken_text_file_is_a_clear_error(tmp_path: Path, oud: str, nieuw: str) -> None:
    kapot = tmp_path / "teksten.yml"
    kapot.write_text(BESTAND.read_text().replace(oud, nieuw, 1 if oud != "a" else -1))
    with pytest.raises(RasaException, match=r"teksten\.yml"):
        laad_teksten(kapot)


# --------------------------------------------------------------------- pace


def test_the_pace_is_per_key_and_recovers() -> None:
    nu = [1000.0]
    tempo = Tempo(2, lambda: nu[0])
    assert [tempo.wacht("a") for _ in range(3)] == [0, 0, 60]
    assert tempo.wacht("b") == 0
    nu[0] += 59.5
    assert tempo.wacht("a") == 1
    nu[0] += 0.5
    assert tempo.wacht("a") == 0
    nu[0] += 61
    assert tempo.wacht("c") == 0
    assert set(tempo._wie) == {"c"}  # quiet conversations take no memory


# --------------------------------------------------------------------- replies from events


def bot(tekst: str | None = None, **data: Any) -> dict[str, Any]:
    return {"event": "bot", "timestamp": 1.0, "text": tekst, "data": data}


def ouder(bericht_id: str | None, tekst: str = "x") -> dict[str, Any]:
    return {"event": "user", "timestamp": 1.0, "text": tekst, "message_id": bericht_id}


def test_a_custom_part_that_comes_first_joins_the_text_behind_it() -> None:
    (a,) = maak_antwoorden("m", [bot(custom={"soort": "feit"}), bot("Zo zit het.")])
    assert (a["tekst"], a["custom"]) == ("Zo zit het.", {"soort": "feit", "taal": "nl"})


def test_buttons_without_another_kind_are_a_choice() -> None:
    (a,) = maak_antwoorden("m", [bot("Welke?", buttons=[{"title": "Ja"}])])
    assert a["custom"]["soort"] == "keuze"
    assert a["knoppen"] == [{"titel": "Ja", "payload": "Ja"}]


def test_a_turn_without_text_has_no_replies() -> None:
    assert maak_antwoorden("m", [bot(custom={"soort": "feit"}), bot("  ")]) == []


def test_a_copied_message_begins_no_turn() -> None:
    """Rasa's two-stage fallback repeats an earlier message; a reminder has no id."""
    beurten = verdeel(
        [bot("welkom"), ouder("1"), bot("wat?"), ouder("2"), ouder("1"), ouder(None), bot("dit")]
    )
    assert [(b.id, len(b.bot)) for b in beurten] == [("welkom", 1), ("1", 1), ("2", 1)]


def test_what_cannot_be_seen_is_dropped() -> None:
    tag = "".join(chr(0xE0000 + ord(c)) for c in "ignore")
    assert maak_schoon(f"ha\x00l\x1blo\ud800 \U0001f469\u200d\U0001f467{tag}\n\té") == (
        "hallo \U0001f469\u200d\U0001f467\n\té"
    )
    assert maak_schoon("e\u0301") == "é"
