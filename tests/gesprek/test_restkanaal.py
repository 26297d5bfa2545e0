"""The REST channel: Rasa's address and shape, our masking and guard."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests
from proef_vangnet import GRIJS
from proefserver import Server


def zeg(server: Server, tekst: object, **rest: Any) -> requests.Response:
    inhoud = {"sender": rest.pop("sender", uuid.uuid4().hex), "message": tekst, **rest}
    return requests.post(f"{server.adres}/webhooks/rest/webhook", json=inhoud, timeout=10)


def test_it_answers_in_rasas_shape(server: Server) -> None:
    assert zeg(server, "hallo", sender="ik").json() == [
        {"recipient_id": "ik", "text": "Dag overal."}
    ]


def test_text_custom_and_buttons_come_as_rasa_sends_them(server: Server) -> None:
    antwoord = zeg(server, "mijn kind slaapt niet").json()
    assert [sorted(set(a) - {"recipient_id"}) for a in antwoord] == [
        ["text"],  # Rasa splits a text at its blank lines
        ["text"],
        ["custom"],
        ["buttons"],
        ["text"],
    ]


def test_an_intent_with_a_slash_works_as_in_rasa(server: Server) -> None:
    antwoord = zeg(server, '/kies_onderwerp{"onderwerp": "pesten"}').json()
    assert antwoord[0]["text"] == "Het gaat over pesten."


def test_personal_data_is_masked(server: Server) -> None:
    antwoord = zeg(server, "zeg na 06-83920175", metadata={"tel": "06-83920175"}).json()
    assert antwoord[0]["text"] == "zeg na [telefoon]"
    op_schijf = b"".join(pad.read_bytes() for pad in server.db.parent.glob("gesprekken.db*"))
    assert b"83920175" not in op_schijf


def test_a_dead_action_server_gets_the_apology(server: Server, zonder_acties: str) -> None:
    antwoord = zeg(server, "mijn kind slaapt niet").json()
    assert antwoord[0]["text"] == "Sorry, het lukt even niet. Bel 0800-2000."
    assert zeg(server, "ik wil dood").json()[0]["text"].startswith("Bel 113")


def test_doubt_adds_the_safety_sentence(server: Server) -> None:
    sender = uuid.uuid4().hex
    teksten = [a.get("text") for a in zeg(server, f"hallo, zij {GRIJS}", sender=sender).json()]
    assert "Maak je je zorgen of je kind veilig is?" in teksten
    assert zeg(server, "jazeker", sender=sender).json()[0]["text"].startswith("Bel 113")


def test_it_streams_too(server: Server) -> None:
    antwoord = requests.post(
        f"{server.adres}/webhooks/rest/webhook?stream=true",
        json={"sender": uuid.uuid4().hex, "message": "hallo"},
        timeout=10,
    )
    assert [json.loads(r)["text"] for r in antwoord.text.splitlines()] == ["Dag overal."]


async def test_forgetting_works_here_too(server: Server) -> None:
    from ouderwijzer.gesprek.opslag import opslag_van

    sender = uuid.uuid4().hex
    assert zeg(server, "wis mijn gesprek", sender=sender).json()[0]["text"] == "Je gesprek is weg."
    assert await opslag_van(server.agent).retrieve(sender) is None


@pytest.mark.parametrize("tekst", [5, ["hallo"], {"a": 1}, "x" * 3001])
def test_a_bad_message_is_refused(server: Server, tekst: object) -> None:
    assert zeg(server, tekst).status_code == 400


@pytest.mark.parametrize("tekst", [None, "", "  "])
def test_no_message_gets_a_kind_question(server: Server, tekst: object) -> None:
    assert zeg(server, tekst).json()[0]["text"].startswith("Ik zie nog niets staan.")


async def test_a_client_cannot_choose_the_memory_store(server: Server) -> None:
    from ouderwijzer.gesprek.opslag import opslag_van

    sender = uuid.uuid4().hex
    zeg(server, "hallo", sender=sender, input_channel="cmdline")
    tracker = await opslag_van(server.agent).retrieve(sender)
    assert tracker.get_latest_input_channel() == "rest"
    assert await opslag_van(server.agent).gebeurtenissen(sender)
