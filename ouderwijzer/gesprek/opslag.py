"""Where conversations are kept: Rasa's SQL tracker store, with forgetting and judgements.

In endpoints.yml::

    tracker_store:
      type: ouderwijzer.gesprek.opslag.GesprekOpslag
      dialect: sqlite            # the default; postgresql with url, username, password, db
      db: var/gesprekken.db

The base classes are synchronous inside, so every call here is too: a few milliseconds on SQLite.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.console import CmdlineInput
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from ouderwijzer.gesprek.instellen import (
    onthoud_antwoordvorm,
    onthoud_gebeurtenissoorten,
    zorg_voor_actietijd,
)

DB = "var/gesprekken.db"
WACHT_MS = 1000  # how long SQLite waits for another writer; the guard's budget has to hold it
_TE_LEZEN = (UserUttered.type_name, BotUttered.type_name)

_OORDELEN = sa.Table(
    "oordelen",
    sa.MetaData(),
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("antwoord_id", sa.String(255), primary_key=True),
    sa.Column("oordeel", sa.String(8), nullable=False),
    sa.Column("waarom", sa.Text),
    sa.Column("tijd", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class BewaardOordeel:
    """A parent's judgement of one answer. ``oordeel``: "ja" or "nee"; ``tijd``: epoch seconds."""

    sender_id: str
    antwoord_id: str
    oordeel: str
    waarom: str | None  # masked
    tijd: float


class GesprekOpslag(SQLTrackerStore):
    """Rasa's SQL tracker store that can forget, keeps judgements and suits SQLite.

    Conversations of ``rasa shell`` (channel "cmdline") stay in memory: it is a developer's tool
    and has no masking in front of it.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        dialect: str = "sqlite",
        db: str = DB,
        **rest: Any,
    ) -> None:
        """Take the keys of Rasa's SQLTrackerStore; make the folder and the tables.

        Raises RasaException when the folder of a SQLite file cannot be made.
        """
        zorg_voor_actietijd()
        onthoud_gebeurtenissoorten()
        onthoud_antwoordvorm()
        if dialect == "sqlite":
            _maak_map(db)
        super().__init__(domain=domain, dialect=dialect, db=db, **rest)
        self._is_bestand = self.engine.dialect.name == "sqlite" and db != ":memory:"
        if self._is_bestand:
            self._stel_sqlite_in()
        _OORDELEN.metadata.create_all(self.engine)
        self._geheugen = InMemoryTrackerStore(self.domain)

    def _stel_sqlite_in(self) -> None:
        """WAL: readers and the writer do not wait for each other. The rest holds per connection.

        ``secure_delete`` overwrites what is deleted, so that forgotten is gone from the file too.
        """

        def bij_verbinden(verbinding: Any, _: Any) -> None:
            verbinding.execute(f"PRAGMA busy_timeout={WACHT_MS}")
            verbinding.execute("PRAGMA synchronous=NORMAL")
            verbinding.execute("PRAGMA secure_delete=ON")

        sa.event.listen(self.engine, "connect", bij_verbinden)
        self.engine.dispose()  # connections made before the line above
        with self.engine.connect() as verbinding:
            verbinding.execute(sa.text("PRAGMA journal_mode=WAL"))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new in ``tracker``. Raises sqlalchemy's errors; nothing is half stored."""
        if tracker.get_latest_input_channel() == CmdlineInput.name():
            self._geheugen.domain = self.domain
            await self._geheugen.save(tracker)
        else:
            await super().save(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of the latest session, None for an unknown conversation."""
        if sender_id in self._geheugen.store:
            return await self._geheugen.retrieve(sender_id)
        return await super().retrieve(sender_id)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return the tracker over all sessions, None for an unknown conversation."""
        if conversation_id in self._geheugen.store:
            return await self._geheugen.retrieve_full_tracker(conversation_id)
        return await super().retrieve_full_tracker(conversation_id)

    async def gebeurtenissen(self, sender_id: str) -> list[dict[str, Any]]:
        """Return what parent and bot said, over all sessions, as Rasa's event dicts in order."""
        with self.session_scope() as sessie:
            rijen = (
                sessie.query(self.SQLEvent.data)
                .filter(self.SQLEvent.sender_id == sender_id)
                .filter(self.SQLEvent.type_name.in_(_TE_LEZEN))
                .order_by(self.SQLEvent.id)
                .all()
            )
        return [json.loads(data) for (data,) in rijen]

    async def wis(self, sender_id: str) -> None:
        """Erase a conversation: its events, its judgements and what memory holds of it."""
        with self.session_scope() as sessie:
            sessie.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete(
                synchronize_session=False
            )
            sessie.execute(_OORDELEN.delete().where(_OORDELEN.c.sender_id == sender_id))
            sessie.commit()
        self._geheugen.store.pop(sender_id, None)
        if self._is_bestand:
            # The write-ahead log still holds the old pages until it is emptied.
            with self.engine.connect() as verbinding:
                verbinding.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def bewaar_oordeel(
        self, sender_id: str, antwoord_id: str, oordeel: str, waarom: str | None
    ) -> None:
        """Keep a judgement; a later one on the same answer replaces it."""
        with self.session_scope() as sessie:
            sessie.execute(
                _OORDELEN.delete()
                .where(_OORDELEN.c.sender_id == sender_id)
                .where(_OORDELEN.c.antwoord_id == antwoord_id)
            )
            sessie.execute(
                _OORDELEN.insert().values(
                    sender_id=sender_id,
                    antwoord_id=antwoord_id,
                    oordeel=oordeel,
                    waarom=waarom,
                    tijd=time.time(),
                )
            )
            sessie.commit()

    async def oordelen(self, sender_id: str | None = None) -> list[BewaardOordeel]:
        """Return the judgements, oldest first: of one conversation, or all."""
        vraag = _OORDELEN.select().order_by(_OORDELEN.c.tijd)
        if sender_id is not None:
            vraag = vraag.where(_OORDELEN.c.sender_id == sender_id)
        with self.session_scope() as sessie:
            rijen: Iterable[Any] = sessie.execute(vraag).all()
        return [BewaardOordeel(*rij) for rij in rijen]


def opslag_van(agent: Agent) -> GesprekOpslag:
    """Return the agent's store, out of the wrapper that Rasa puts around it.

    The wrapper (FailSafeTrackerStore) swallows errors and keeps a copy in memory that it never
    reads again; the guard wants to know of errors instead.
    Raises RasaException when endpoints.yml names another store.
    """
    opslag = agent.tracker_store
    if isinstance(opslag, FailSafeTrackerStore):
        opslag = opslag._tracker_store
    if not isinstance(opslag, GesprekOpslag):
        raise RasaException(
            f"endpoints.yml: tracker_store is {type(opslag).__name__}, but the channels need "
            f"type: {GesprekOpslag.__module__}.{GesprekOpslag.__name__}."
        )
    return opslag


def _maak_map(db: str) -> None:
    if db == ":memory:":
        return
    map_ = Path(db).parent
    try:
        map_.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fout:
        raise RasaException(f"endpoints.yml: tracker_store.db: no folder {map_}: {fout}") from fout
