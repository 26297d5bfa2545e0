"""Every message gets a reply, whatever breaks, and an answer shown is an answer stored."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from proef_vangnet import GRIJS, STUK, TEKEN
from proefserver import BUDGET, Gesprek, Server

STORING = "Sorry, het lukt even niet. Bel 0800-2000."
VEILIGHEID = "Maak je je zorgen of je kind veilig is?"
NOOD = "Bel 113, nu meteen. Het is gratis."


def teksten(antwoorden: list[dict[str, Any]]) -> list[str]:
    return [a["tekst"] for a in antwoorden]


# --------------------------------------------------------------------- a failing action


@pytest.mark.parametrize("tekst", ["stilte", "kapot"])
def test_an_action_without_a_reply_gets_the_apology(gesprek: Gesprek, tekst: str) -> None:
    (antwoord,) = gesprek.zeg(tekst)
    assert antwoord["tekst"] == STORING
    assert antwoord["custom"]["soort"] == "fout"


def test_a_dead_action_server_gets_the_apology_in_time(
    gesprek: Gesprek, zonder_acties: str
) -> None:
    begin = time.monotonic()
    assert teksten(gesprek.zeg("mijn kind slaapt niet")) == [STORING]
    assert time.monotonic() - begin < BUDGET + 0.5


def test_a_turn_over_the_budget_is_ended(gesprek: Gesprek) -> None:
    """Two slow actions: each gives up in time, together they would go over the budget."""
    begin = time.monotonic()
    assert teksten(gesprek.zeg("heel langzaam")) == [STORING]
    assert BUDGET <= time.monotonic() - begin < BUDGET + 0.5


def test_what_was_said_before_the_end_of_the_budget_stays(gesprek: Gesprek) -> None:
    assert teksten(gesprek.zeg("halverwege")) == ["Eerst dit.", STORING]
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]


@pytest.mark.parametrize("tekst", ["stilte", "kapot", "heel langzaam", STUK])
def test_the_apology_is_stored_and_the_talk_goes_on(gesprek: Gesprek, tekst: str) -> None:
    eerst = gesprek.stuur(tekst=tekst).json()
    assert [(b["id"], b["tekst"]) for b in gesprek.lees()[1:]] == [("m1", tekst), ("m1-0", STORING)]
    assert gesprek.roep("POST", "bericht", json={"id": "m1", "tekst": tekst}).json() == eerst
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]
    assert teksten(gesprek.zeg("mijn kind slaapt niet"))[1] == "Helpt dit?"


async def test_slots_of_an_interrupted_turn_are_kept(server: Server, gesprek: Gesprek) -> None:
    """The entity of the message fills its slot before the slow action is called."""
    from ouderwijzer.gesprek.opslag import opslag_van

    gesprek.zeg("mijn kind slaapt niet")  # offers a button, sets the slot
    gesprek.zeg("heel langzaam")
    tracker = await opslag_van(server.agent).retrieve(gesprek.id)
    assert tracker.get_slot("onderwerp") == "inslapen"
    assert tracker.latest_action_name == "action_listen"


def test_the_log_has_the_message_id_and_not_the_text(
    gesprek: Gesprek, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        gesprek.zeg(f"{STUK} bij Annemarijn")
    regels = [r.getMessage() for r in caplog.records if r.name.endswith("bewaker")]
    assert regels[0] == "Guard answered message m1: GraphComponentException"
    assert "Annemarijn" not in caplog.text


# --------------------------------------------------------------------- emergencies


def test_an_emergency_needs_no_action_server(gesprek: Gesprek, zonder_acties: str) -> None:
    (antwoord,) = gesprek.zeg("ik wil dood")
    assert antwoord["tekst"] == NOOD
    assert antwoord["custom"]["soort"] == "nood"


def test_an_emergency_without_a_reply_is_answered_by_the_guard(
    gesprek: Gesprek, zonder_acties: str
) -> None:
    """The tiny project's rule leaves this emergency to an action, which it should not."""
    assert teksten(gesprek.zeg("mijn baby ademt niet")) == ["Bel 112."]


def test_an_emergency_whose_actions_hang_keeps_its_reply_alone(gesprek: Gesprek) -> None:
    """The reply was given before the action hung: no apology is put behind it."""
    assert teksten(gesprek.zeg("hij heeft pillen geslikt")) == ["Bel 112."]
    assert [b["tekst"] for b in gesprek.lees()[2:]] == ["Bel 112."]


def test_an_emergency_is_seen_in_the_bare_text_when_the_pipeline_fails(gesprek: Gesprek) -> None:
    assert teksten(gesprek.zeg(f"{STUK}. Ik wil dood")) == [NOOD]
    assert teksten(gesprek.zeg(f"{STUK}. Ik wil slapen")) == [STORING]


# --------------------------------------------------------------------- the safety sentence


def test_doubt_adds_the_safety_sentence_for_one_turn(gesprek: Gesprek) -> None:
    antwoorden = gesprek.zeg(f"hallo, zij {GRIJS}")
    assert teksten(antwoorden) == ["Dag in het web.", VEILIGHEID]
    assert antwoorden[1]["knoppen"] == [{"titel": "Ja", "payload": "/bevestigen"}]
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]
    assert teksten(gesprek.zeg("jazeker")) == ["Fijn."]


def test_a_yes_to_the_safety_sentence_brings_the_emergency_reply(gesprek: Gesprek) -> None:
    gesprek.zeg(f"hallo, zij {GRIJS}")
    assert teksten(gesprek.zeg("jazeker")) == [NOOD]
    assert teksten(gesprek.zeg("jazeker")) == ["Fijn."]


def test_the_button_under_the_safety_sentence_works_too(
    gesprek: Gesprek, zonder_acties: str
) -> None:
    gesprek.zeg(f"hallo, zij {GRIJS}")
    assert teksten(gesprek.stuur(payload="/bevestigen").json()["antwoorden"]) == [NOOD]


def test_the_safety_sentence_follows_the_apology_too(gesprek: Gesprek) -> None:
    assert teksten(gesprek.zeg(f"stilte, zij {GRIJS}")) == [STORING, VEILIGHEID]
    assert teksten(gesprek.zeg("jazeker")) == [NOOD]


def test_a_sure_emergency_comes_alone(gesprek: Gesprek) -> None:
    assert teksten(gesprek.zeg(f"ik wil dood, ik {GRIJS}")) == [NOOD]


def test_small_signs_in_three_messages_add_up_to_the_safety_sentence(gesprek: Gesprek) -> None:
    assert VEILIGHEID not in teksten(gesprek.zeg(f"hallo, {TEKEN}"))
    assert VEILIGHEID not in teksten(gesprek.zeg(f"hallo, nog {TEKEN}"))
    assert teksten(gesprek.zeg(f"hallo, weer {TEKEN}"))[-1] == VEILIGHEID
    # Said once: after it the counting starts anew, and a yes brings the emergency reply.
    assert teksten(gesprek.zeg("jazeker")) == [NOOD]
    assert VEILIGHEID not in teksten(gesprek.zeg(f"hallo, {TEKEN}"))


def test_small_signs_fade_and_a_message_without_one_says_nothing(gesprek: Gesprek) -> None:
    for _ in range(2):
        gesprek.zeg(f"hallo, {TEKEN}")
        for _ in range(3):
            assert VEILIGHEID not in teksten(gesprek.zeg("hallo"))
    gesprek.zeg(f"hallo, {TEKEN}")
    assert VEILIGHEID not in teksten(gesprek.zeg(f"hallo, {TEKEN}"))


# --------------------------------------------------------------------- a failing store


def test_a_locked_store_still_gets_an_answer(server: Server, gesprek: Gesprek) -> None:
    with _op_slot(server):
        assert teksten(gesprek.zeg("hallo")) == [STORING]
        assert teksten(gesprek.zeg("ik wil dood")) == [NOOD]
    # What could not be stored was not shown as an ordinary answer; the talk goes on.
    assert [b["id"] for b in gesprek.lees()] == ["welkom-0"]
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]


def test_opening_on_a_locked_store_says_so(server: Server) -> None:
    import requests

    with _op_slot(server):
        antwoord = requests.post(f"{server.adres}/webchat/gesprek", timeout=10)
    assert antwoord.status_code == 503
    assert "0800-2000" in antwoord.json()["tekst"]


def test_a_store_that_cannot_be_read_still_gets_an_answer(server: Server, gesprek: Gesprek) -> None:
    with _zonder_tabel(server):
        assert teksten(gesprek.zeg("hallo")) == [STORING]
        assert teksten(gesprek.zeg("ik wil dood")) == [NOOD]
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]


def test_without_a_model_an_emergency_is_still_answered(
    server: Server, gesprek: Gesprek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.agent, "is_ready", lambda: False)
    (antwoord,) = gesprek.zeg("mijn zoon zegt dat hij dood wil")
    assert "112" in antwoord["tekst"]
    assert "0800-2000" in antwoord["tekst"]
    assert antwoord["custom"]["soort"] == "nood"
    gewoon = gesprek.stuur(tekst="mijn zoon slaapt slecht")
    assert gewoon.status_code == 503
    assert "0800-2000" in gewoon.json()["tekst"]
    monkeypatch.undo()
    assert teksten(gesprek.zeg("hallo")) == ["Dag in het web."]


@contextmanager
def _op_slot(server: Server) -> Iterator[None]:
    """Another process writes and does not stop."""
    with closing(sqlite3.connect(server.db)) as verbinding:
        verbinding.execute("BEGIN IMMEDIATE")
        yield
        verbinding.rollback()


@contextmanager
def _zonder_tabel(server: Server) -> Iterator[None]:
    with closing(sqlite3.connect(server.db)) as verbinding:
        verbinding.execute("ALTER TABLE events RENAME TO weg")
        yield
        verbinding.execute("ALTER TABLE weg RENAME TO events")
