"""What the thread that starts events waits on: it is rung when one may wait in the queue.

The library looks for events every so often, which costs an idle core as much as it saves a
brand's time.  Its own loop takes an `Event` to be stopped by, and pauses on it.
"""

from __future__ import annotations

import threading


class Bell(threading.Event):
    """Set to end the loop, rung to end its pause."""

    def __init__(self) -> None:
        super().__init__()
        self._rung = threading.Event()

    def ring(self) -> None:
        """Have the queue looked at now, or as soon as the look that is under way is over."""
        self._rung.set()

    def set(self) -> None:
        """End the loop."""
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is rung, or so many seconds; whether the loop is to end."""
        self._rung.wait(timeout)
        self._rung.clear()
        return self.is_set()
