"""The circuit breaker of a sender: when too much fails, nothing is sent any more."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

WINDOW: Final = 300.0
MOST_ERRORS: Final = 1_000
SHARE: Final = 0.7
FEWEST: Final = 20
"""So many deliveries are needed before a share of errors trips the breaker."""


class Breaker:
    """Looks back as far as the window, in seconds."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, bool]] = deque()

    def note(self, *, failed: bool) -> None:
        """What became of a try."""
        self._recent.append((time.monotonic(), failed))

    def tripped(self) -> bool:
        """Whether too much failed lately."""
        while self._recent and self._recent[0][0] < time.monotonic() - WINDOW:
            self._recent.popleft()
        errors = sum(failed for _, failed in self._recent)
        share = len(self._recent) >= FEWEST and errors >= SHARE * len(self._recent)
        return errors >= MOST_ERRORS or share
