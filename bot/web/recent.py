"""What is read at most every so often, however many ask for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def kept(read: Callable[[], T], seconds: float) -> Callable[[], T]:
    """The same reading for so many seconds; whoever asks meanwhile waits for the one at work."""
    lock, found = threading.Lock(), list[tuple[float, T]]()

    def recent() -> T:
        with lock:
            if not found or time.monotonic() - found[0][0] > seconds:
                found[:] = [(time.monotonic(), read())]
            return found[0][1]

    return recent
