"""Carries the hints of the web processes to the queue; any number of workers may do it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.engine.bell import Bell
from bot.engine.pace import Pace
from bot.errors import BotError
from bot.storage.changes import Changes

log = structlog.get_logger(__name__)


class Porter:
    """The thread of one worker that looks for hints, and rings when there may be events."""

    def __init__(self, carry: Callable[[], int], pace: Pace, bell: Bell, changes: Changes) -> None:
        """`carry` brings what is there, and counts it."""
        self._bring, self._pace, self._bell, self._changes = carry, pace, bell, changes
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="porter", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Carry nothing more."""
        self._stopped.set()
        if self._thread.ident:
            self._thread.join(timeout=10)

    def _carry(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            if not self._changes.any():
                pause = self._pace.look
                continue
            try:
                carried = self._bring()
            except BotError as error:
                log.warning("hints not carried", why=str(error))
                pause = self._pace.outage
            except Exception:
                # A porter that ends for a fault of ours would leave every webhook lying.
                log.exception("porter stumbled")
                pause = self._pace.outage
            else:
                if carried or self._changes.tells:
                    self._bell.ring()
                pause = 0.0 if carried else self._pace.carry
        self._changes.close()
