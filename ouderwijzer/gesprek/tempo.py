"""A simple limit on how often something may happen."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

MINUUT = 60.0


class Tempo:
    """At most ``per_minuut`` events a key in any sixty seconds. Kept in memory, per process."""

    def __init__(self, per_minuut: int, klok: Callable[[], float] = time.monotonic) -> None:
        """``klok`` gives seconds that never go back."""
        self._per_minuut = per_minuut
        self._klok = klok
        self._wie: dict[str, deque[float]] = {}
        self._opgeruimd = klok()

    def wacht(self, sleutel: str) -> int:
        """Count one event of ``sleutel``. Returns 0, or the seconds to wait when it is too many."""
        nu = self._klok()
        self._ruim_op(nu)
        tijden = self._wie.setdefault(sleutel, deque())
        while tijden and nu - tijden[0] >= MINUUT:
            tijden.popleft()
        if len(tijden) >= self._per_minuut:
            return max(1, math.ceil(MINUUT - (nu - tijden[0])))
        tijden.append(nu)
        return 0

    def _ruim_op(self, nu: float) -> None:
        if nu - self._opgeruimd < MINUUT:
            return
        self._opgeruimd = nu
        stil = [wie for wie, tijden in self._wie.items() if nu - tijden[-1] >= MINUUT]
        for wie in stil:
            del self._wie[wie]
