"""The knowledge base: content/ compiled into SQL, and the one class that reads it.

SQLite in ``var/kennis.db`` is the embedded default; ``OUDERWIJZER_KENNIS_URL`` names another
SQLAlchemy address (``postgresql://…``). Documents are kept as JSON of the content model, with
the columns that queries need beside them.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.engine import Connection, Engine

from ouderwijzer.kennis.laden import INHOUD, laad_inhoud
from ouderwijzer.kennis.model import Artikel, Deur, Gemeente, Inhoud, Interventie, Onderwerp

STANDAARD_PAD = Path("var/kennis.db")
SCHEMA = "1"  # raise it when the tables below change
BOUWSLOT = 7_463_001  # PostgreSQL advisory lock of a build; any number nobody else uses
M = TypeVar("M", bound=BaseModel)

metadata = sa.MetaData()
META = sa.Table(
    "kennis_meta",
    metadata,
    sa.Column("sleutel", sa.String(40), primary_key=True),
    sa.Column("waarde", sa.String(100), nullable=False),
)
DOCUMENT = sa.Table(
    "kennis_document",
    metadata,
    sa.Column("soort", sa.String(20), primary_key=True),
    sa.Column("sleutel", sa.String(80), primary_key=True),
    sa.Column("titel", sa.String(300), nullable=False),
    sa.Column("inhoud", sa.Text, nullable=False),
)
NAAM = sa.Table(
    "kennis_naam",  # every name, alias, misspelling and place, normalised
    metadata,
    sa.Column("soort", sa.String(20), primary_key=True),
    sa.Column("naam", sa.String(120), primary_key=True),
    sa.Column("sleutel", sa.String(80), primary_key=True),
)
POSTCODE = sa.Table(
    "kennis_postcode",
    metadata,
    sa.Column("van", sa.Integer, primary_key=True),
    sa.Column("tot", sa.Integer, nullable=False),
    sa.Column("gemeente", sa.String(80), primary_key=True),
)


class KennisFout(Exception):
    """The knowledge base can't be read; the message says why (English, for developers)."""


def normaliseer(naam: str) -> str:
    """Return ``naam`` in lower case, without diacritics, hyphens and apostrophes as spaces.

    >>> normaliseer("'s-Gravenhage"), normaliseer("Súdwest-Fryslân")
    ('s gravenhage', 'sudwest fryslan')
    """
    kaal = unicodedata.normalize("NFKD", naam.lower())
    letters = "".join(c if c.isalnum() else " " for c in kaal if not unicodedata.combining(c))
    return " ".join(letters.split())


def vingerafdruk(map_: Path = INHOUD) -> str:
    """Return a hash over names and bytes of all YAML under ``map_`` and the schema."""
    som = hashlib.sha256(SCHEMA.encode())
    for pad in sorted(map_.rglob("*.yml")):
        som.update(str(pad.relative_to(map_)).encode())
        som.update(pad.read_bytes())
    return som.hexdigest()


def adres() -> str:
    """Return the SQLAlchemy address of the knowledge base from the environment or the default."""
    return os.environ.get("OUDERWIJZER_KENNIS_URL") or f"sqlite:///{STANDAARD_PAD}"


def bouw(url: str | None = None, map_: Path = INHOUD) -> bool:
    """Compile ``map_`` into the base at ``url`` when its fingerprint differs.

    Returns True when something was written. Raises InhoudFout for faults in the content; the old
    base then stays as it was. The write is one transaction, so a reader sees old or new, whole.
    """
    url = url or adres()
    merk = vingerafdruk(map_)
    engine = _engine(url)
    with engine.connect() as lezer:
        if _lees_meta(lezer) == merk:
            return False
    inhoud = laad_inhoud(map_)
    with _schrijver(engine) as schrijver:
        if _lees_meta(schrijver) == merk:  # another process was first
            return False
        _vul(schrijver, inhoud, merk)
    return True


@contextmanager
def _schrijver(engine: Engine) -> Iterator[Connection]:
    """Open the one write transaction; a second builder waits for the first."""
    verbinding = engine.connect().execution_options(begin="BEGIN IMMEDIATE")
    with verbinding, verbinding.begin():
        if engine.dialect.name == "postgresql":
            verbinding.execute(sa.text(f"SELECT pg_advisory_xact_lock({BOUWSLOT})"))
        yield verbinding


def _engine(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        # A pool, since opening the file anew for every question costs more than the question.
        engine = sa.create_engine(
            url,
            poolclass=sa.pool.QueuePool,
            connect_args={"timeout": 5, "check_same_thread": False},
            future=True,
        )
        # pysqlite opens no transaction before DDL by itself; without this a crash between
        # DROP and INSERT would leave an empty base (SQLAlchemy docs, "pysqlite serializable").
        sa.event.listen(engine, "connect", lambda dbapi, _: setattr(dbapi, "isolation_level", None))
        sa.event.listen(engine, "begin", _begin)
        return engine
    return sa.create_engine(
        url, pool_pre_ping=True, connect_args={"connect_timeout": 3}, future=True
    )


def _begin(verbinding: Connection) -> None:
    verbinding.exec_driver_sql(verbinding.get_execution_options().get("begin", "BEGIN"))


def _lees_meta(verbinding: Connection) -> str | None:
    if not sa.inspect(verbinding).has_table(META.name):
        return None
    rij = verbinding.execute(
        sa.select(META.c.waarde).where(META.c.sleutel == "vingerafdruk")
    ).first()
    return str(rij[0]) if rij else None


def _vul(verbinding: Connection, inhoud: Inhoud, merk: str) -> None:
    metadata.drop_all(verbinding)
    metadata.create_all(verbinding)
    verbinding.execute(DOCUMENT.insert(), list(_documenten(inhoud)))
    namen = {(soort, normaliseer(naam), sleutel) for soort, naam, sleutel in _namen(inhoud)}
    verbinding.execute(
        NAAM.insert(),
        [{"soort": s, "naam": n, "sleutel": k} for s, n, k in sorted(namen) if n],
    )
    postcodes = list(_postcodes(inhoud))
    if postcodes:
        verbinding.execute(POSTCODE.insert(), postcodes)
    verbinding.execute(META.insert(), [{"sleutel": "vingerafdruk", "waarde": merk}])


def _documenten(inhoud: Inhoud) -> Iterator[dict[str, str]]:
    delen: list[tuple[str, dict[str, Any], str]] = [
        ("onderwerp", dict(inhoud.onderwerpen), "titel"),
        ("interventie", dict(inhoud.interventies), "naam"),
        ("artikel", dict(inhoud.artikelen), "titel"),
        ("landelijk", dict(inhoud.landelijk), "naam"),
        ("school", dict(inhoud.school), "naam"),
        ("organisatie", dict(inhoud.organisaties), "naam"),
        ("gemeente", dict(inhoud.gemeenten), "naam"),
    ]
    for soort, stukken, titel in delen:
        for sleutel, stuk in stukken.items():
            yield {
                "soort": soort,
                "sleutel": sleutel,
                "titel": getattr(stuk, titel),
                "inhoud": stuk.json(),
            }
    for naam, titel in inhoud.titels.onderwerpen.items():
        yield {"soort": "titel", "sleutel": f"opvoedvraag/{naam}", "titel": titel, "inhoud": ""}
    for naam, onderwerp in inhoud.onderwerpen.items():
        sleutel = f"opvoedvraag/{naam}"
        yield {"soort": "titel", "sleutel": sleutel, "titel": onderwerp.titel, "inhoud": ""}
    for naam, titel in inhoud.titels.labels.items():
        yield {"soort": "titel", "sleutel": naam, "titel": titel, "inhoud": ""}
    for naam, woord in inhoud.woorden.items():
        yield {"soort": "woord", "sleutel": naam, "titel": woord, "inhoud": ""}


def _namen(inhoud: Inhoud) -> Iterator[tuple[str, str, str]]:
    for sleutel, interventie in inhoud.interventies.items():
        for naam in [interventie.naam, *interventie.aliassen, *interventie.spelfouten]:
            yield "interventie", naam, sleutel
    for sleutel, gemeente in inhoud.gemeenten.items():
        for naam in [gemeente.naam, *gemeente.plaatsen, *gemeente.andere_namen]:
            yield "plaats", naam, sleutel


def _postcodes(inhoud: Inhoud) -> Iterator[dict[str, Any]]:
    for sleutel, gemeente in inhoud.gemeenten.items():
        for reeks in gemeente.postcodes:
            van, _, tot = reeks.partition("-")
            yield {"van": int(van), "tot": int(tot or van), "gemeente": sleutel}


class Kennisbank:
    """Read-only view of the knowledge base; methods are synchronous and take well under 5 ms."""

    def __init__(self, url: str | None = None) -> None:
        """Prepare access to ``url`` (default: ``adres()``); connects at the first question."""
        self._url = url or adres()
        self._engine_: Engine | None = None

    def _rijen(self, vraag: Any) -> list[Any]:
        try:
            if self._engine_ is None:
                self._controleer_bestand()
                self._engine_ = _engine(self._url)
            with self._engine_.connect() as verbinding:
                return list(verbinding.execute(vraag))
        except sa.exc.SQLAlchemyError as fout:
            raise KennisFout(f"knowledge base not readable: {fout.__class__.__name__}") from fout

    def _controleer_bestand(self) -> None:
        pad = self._url.removeprefix("sqlite:///")
        if self._url.startswith("sqlite:///") and not Path(pad).is_file():
            raise KennisFout(f"no knowledge base at {pad}; run `make run` or `make train`")

    def _document(self, soort: str, sleutel: str, model: type[M]) -> M | None:
        rijen = self._rijen(
            sa.select(DOCUMENT.c.inhoud).where(
                DOCUMENT.c.soort == soort, DOCUMENT.c.sleutel == sleutel
            )
        )
        return _lees(model, rijen[0][0]) if rijen else None

    def _documenten(self, soort: str, model: type[M]) -> dict[str, M]:
        rijen = self._rijen(
            sa.select(DOCUMENT.c.sleutel, DOCUMENT.c.inhoud)
            .where(DOCUMENT.c.soort == soort)
            .order_by(DOCUMENT.c.sleutel)
        )
        return {sleutel: _lees(model, inhoud) for sleutel, inhoud in rijen}

    def versie(self) -> str:
        """Return the fingerprint of the content in the base, "" when it is empty."""
        rijen = self._rijen(sa.select(META.c.waarde).where(META.c.sleutel == "vingerafdruk"))
        return str(rijen[0][0]) if rijen else ""

    def onderwerp(self, sleutel: str) -> Onderwerp | None:
        """Return the topic by name, or None when it has no content yet."""
        return self._document("onderwerp", sleutel, Onderwerp)

    def titels(self, soort: str) -> dict[str, str]:
        """Return name → title of all documents of a kind ("onderwerp", "interventie", …)."""
        rijen = self._rijen(
            sa.select(DOCUMENT.c.sleutel, DOCUMENT.c.titel)
            .where(DOCUMENT.c.soort == soort)
            .order_by(DOCUMENT.c.titel)
        )
        return {str(rij[0]): str(rij[1]) for rij in rijen}

    def titel(self, soort: str, sleutel: str) -> str:
        """Return the title of one document, name or word; raises KennisFout if there is none."""
        titel = self._titel(soort, sleutel)
        if titel is None:
            raise KennisFout(f"no {soort} named {sleutel}")
        return titel

    def kent_titel(self, soort: str, sleutel: str) -> bool:
        """True when there is a document or name of that kind."""
        return self._titel(soort, sleutel) is not None

    def _titel(self, soort: str, sleutel: str) -> str | None:
        rijen = self._rijen(
            sa.select(DOCUMENT.c.titel).where(
                DOCUMENT.c.soort == soort, DOCUMENT.c.sleutel == sleutel
            )
        )
        return str(rijen[0][0]) if rijen else None

    def interventie(self, sleutel: str) -> Interventie | None:
        """Return the intervention by name, or None."""
        return self._document("interventie", sleutel, Interventie)

    def interventies(self) -> dict[str, Interventie]:
        """Return all interventions by name."""
        return self._documenten("interventie", Interventie)

    def artikel(self, sleutel: str) -> Artikel | None:
        """Return the article that answers a kennis intent, or None."""
        return self._document("artikel", sleutel, Artikel)

    def deur(self, groep: str, sleutel: str) -> Deur | None:
        """Return a door of group "landelijk", "school" or "organisatie", or None."""
        return self._document(groep, sleutel, Deur)

    def deuren(self, groep: str) -> dict[str, Deur]:
        """Return all doors of a group by name."""
        return self._documenten(groep, Deur)

    def gemeente(self, sleutel: str) -> Gemeente | None:
        """Return the municipality by name (key), or None."""
        return self._document("gemeente", sleutel, Gemeente)

    def namen(self, soort: str) -> dict[str, list[str]]:
        """Return normalised name → keys, for soort "interventie" or "plaats"."""
        rijen = self._rijen(
            sa.select(NAAM.c.naam, NAAM.c.sleutel)
            .where(NAAM.c.soort == soort)
            .order_by(NAAM.c.naam, NAAM.c.sleutel)
        )
        namen: dict[str, list[str]] = {}
        for naam, sleutel in rijen:
            namen.setdefault(naam, []).append(sleutel)
        return namen

    def gemeenten_bij(self, plaats: str) -> list[str]:
        """Return the keys of the municipalities of a place name or four-digit postcode."""
        if plaats.strip()[:4].isdigit():
            code = int(plaats.strip()[:4])
            rijen = self._rijen(
                sa.select(POSTCODE.c.gemeente)
                .where(POSTCODE.c.van <= code, POSTCODE.c.tot >= code)
                .order_by(POSTCODE.c.gemeente)
            )
        else:
            rijen = self._rijen(
                sa.select(NAAM.c.sleutel)
                .where(NAAM.c.soort == "plaats", NAAM.c.naam == normaliseer(plaats))
                .order_by(NAAM.c.sleutel)
            )
        return [str(rij[0]) for rij in rijen]


@lru_cache(maxsize=1024)
def _lees(model: type[M], inhoud: str) -> M:
    # Cached by the text itself: parsing a topic costs more than fetching it.
    return model.parse_obj(json.loads(inhoud))


def main() -> None:
    """Build the knowledge base when content changed; used by the Makefile."""
    import sys

    from ouderwijzer.kennis.laden import InhoudFout

    try:
        gebouwd = bouw()
    except InhoudFout as fout:
        sys.exit("De inhoud heeft een fout; de oude kennisbank blijft staan.\n" + str(fout))
    print("Kennisbank: " + ("opnieuw gebouwd" if gebouwd else "is bij"))


if __name__ == "__main__":
    main()
