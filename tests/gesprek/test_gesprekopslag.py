"""The tracker store: SQLite settings, erasing, judgements, the developer's shell."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

from ouderwijzer.gesprek.opslag import GesprekOpslag

PAD = "ouderwijzer.gesprek.opslag.GesprekOpslag"


@pytest.fixture
def opslag(tmp_path: Path) -> GesprekOpslag:
    """Made the way Rasa makes it from endpoints.yml."""
    eindpunt = EndpointConfig(type=PAD, db=str(tmp_path / "nieuw" / "map" / "g.db"))
    gemaakt = TrackerStore.create(eindpunt, domain=Domain.empty())
    assert isinstance(gemaakt, GesprekOpslag)
    return gemaakt


def gesprek(opslag: GesprekOpslag, sender: str, kanaal: str = "webchat") -> DialogueStateTracker:
    tracker = opslag.init_tracker(sender)
    tracker.update_with_events(
        [
            ActionExecuted("action_session_start"),
            SessionStarted(),
            ActionExecuted("action_listen"),
            UserUttered("hallo", input_channel=kanaal, message_id="m1"),
            BotUttered("dag"),
        ],
        opslag.domain,
    )
    return tracker


async def test_it_makes_its_folder_and_sets_sqlite_up(opslag: GesprekOpslag) -> None:
    with opslag.engine.connect() as verbinding:
        waarden = {
            naam: verbinding.execute(sa.text(f"PRAGMA {naam}")).scalar()
            for naam in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        }
    assert waarden == {
        "journal_mode": "wal",
        "synchronous": 1,  # NORMAL
        "busy_timeout": 1000,
        "secure_delete": 1,
    }


async def test_what_was_said_comes_back_in_order(opslag: GesprekOpslag) -> None:
    await opslag.save(gesprek(opslag, "a"))
    assert [e["text"] for e in await opslag.gebeurtenissen("a")] == ["hallo", "dag"]
    assert await opslag.gebeurtenissen("b") == []


async def test_erasing_takes_one_conversation_with_its_judgements(opslag: GesprekOpslag) -> None:
    for sender in ("a", "b"):
        await opslag.save(gesprek(opslag, sender))
        await opslag.bewaar_oordeel(sender, "m1-0", "nee", f"omdat {sender}")
    await opslag.wis("a")
    assert await opslag.retrieve("a") is None
    assert await opslag.retrieve("b") is not None
    assert [o.waarom for o in await opslag.oordelen()] == ["omdat b"]
    await opslag.wis("a")  # twice is no error


async def test_a_conversation_of_rasa_shell_never_reaches_the_disk(
    opslag: GesprekOpslag,
) -> None:
    tracker = gesprek(opslag, "dev", kanaal="cmdline")
    await opslag.save(tracker)
    teruggelezen = await opslag.retrieve("dev")
    assert teruggelezen is not None
    assert [e.text for e in teruggelezen.events if isinstance(e, UserUttered)] == ["hallo"]
    full = await opslag.retrieve_full_tracker("dev")
    assert full is not None and len(full.events) == len(tracker.events)
    with closing(sqlite3.connect(opslag.engine.url.database)) as verbinding:
        assert verbinding.execute("SELECT count(*) FROM events").fetchone() == (0,)
    await opslag.wis("dev")
    assert await opslag.retrieve("dev") is None


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    with pytest.raises(RasaException, match=r"tracker_store\.db"):
        GesprekOpslag(db=str(tmp_path / "bestand" / "g.db"))


async def test_a_store_in_memory_works(tmp_path: Path) -> None:
    opslag = GesprekOpslag(db=":memory:")
    await opslag.save(gesprek(opslag, "a"))
    await opslag.wis("a")
    assert await opslag.retrieve("a") is None
