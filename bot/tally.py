"""What this process has done, counted in memory until somebody writes it down."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

_LOCK: Final = threading.Lock()
_COUNTS: Final[Counter[str]] = Counter()


def count(name: str) -> None:
    """One more of it; names are few and constant, such as `calls zendesk`."""
    with _LOCK:
        _COUNTS[name] += 1


def taken() -> dict[str, int]:
    """All counts since the last time, which begin at nothing again."""
    with _LOCK:
        found = dict(_COUNTS)
        _COUNTS.clear()
    return found


def give_back(counts: dict[str, int]) -> None:
    """Counts that could not be written down."""
    with _LOCK:
        _COUNTS.update(counts)
