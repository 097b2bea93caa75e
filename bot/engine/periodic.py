"""Work that comes round: any number of workers put it in, the inbox keeps it once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

import structlog

from bot.engine.inbox import Inbox
from bot.errors import BotError

log = structlog.get_logger(__name__)
RETRY: Final = 5.0


@dataclass(frozen=True, slots=True)
class Periodic:
    """Every so many seconds one event of the kind for each part; 0 seconds is never."""

    kind: str
    parts: tuple[str, ...]
    seconds: float


NEVER: Final = Periodic("", (), 0.0)


class Clockwork:
    """The thread of one worker that puts periodic events in, at once and then at each turn."""

    def __init__(self, inbox: Inbox, periodic: Periodic) -> None:
        self._inbox, self._periodic = inbox, periodic
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._turn, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begin, unless it comes round never."""
        if self._periodic.seconds > 0:
            self._thread.start()

    def stop(self) -> None:
        """Put nothing more in."""
        self._stopped.set()

    def _turn(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            try:
                put(self._inbox, self._periodic, time.time())
            except BotError as error:
                log.warning("periodic work not put in", kind=self._periodic.kind, why=str(error))
                pause = min(RETRY, self._periodic.seconds)
            else:
                pause = self._periodic.seconds - time.time() % self._periodic.seconds


def put(inbox: Inbox, periodic: Periodic, now: float) -> None:
    """The events of this turn; every worker gives them the same ids.

    Each part waits for itself alone: one whose other side is down holds up no other.
    """
    turn = int(now // periodic.seconds)
    for part in periodic.parts:
        name = f"{periodic.kind}-{part}"
        inbox.put(f"{name}-{turn}", name, periodic.kind, {"part": part, "put_at": now})
