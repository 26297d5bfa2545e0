"""Names of the knowledge base, as the extractors of places and programmes need them."""

from __future__ import annotations

import logging
import time

from ouderwijzer.kennis.opslag import Kennisbank, KennisFout

logger = logging.getLogger(__name__)
HERLEES_NA = 5.0  # seconds; so changed content is noticed without a restart


class Namenlijst:
    """Normalised name → keys of one kind, read from the base and read again when it changed."""

    def __init__(self, soort: str) -> None:
        """Prepare for ``soort`` "plaats" or "interventie"; reads at first use."""
        self._soort = soort
        self._bank = Kennisbank()
        self._namen: dict[str, list[str]] = {}
        self._versie = ""
        self._gelezen_op = 0.0

    def namen(self) -> dict[str, list[str]]:
        """Return the names; the last known ones (at first: none) while the base is away."""
        nu = time.monotonic()
        if self._gelezen_op and nu - self._gelezen_op < HERLEES_NA:
            return self._namen
        self._gelezen_op = nu
        try:
            versie = self._bank.versie()
            if versie != self._versie:
                self._namen = self._bank.namen(self._soort)
                self._versie = versie
        except KennisFout as fout:
            logger.warning("Names of kind %s not read: %s", self._soort, fout)
        return self._namen
