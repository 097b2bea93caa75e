"""Work that comes round: any number of workers put it in, the inbox keeps it once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
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


class Clockwork:
    """The threads of one worker that put periodic events in, at once and then at each turn."""

    def __init__(self, inbox: Inbox, periodic: Sequence[Periodic]) -> None:
        self._inbox, self._stopped = inbox, threading.Event()
        self._threads = [
            threading.Thread(target=self._turn, args=(one,), name=f"every-{one.kind}", daemon=True)
            for one in periodic
            if one.seconds > 0
        ]

    def start(self) -> None:
        """Begin with all that comes round."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Put nothing more in."""
        self._stopped.set()

    def _turn(self, periodic: Periodic) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            try:
                put(self._inbox, periodic, time.time())
            except BotError as error:
                log.warning("periodic work not put in", kind=periodic.kind, why=str(error))
                pause = min(RETRY, periodic.seconds)
            else:
                pause = periodic.seconds - time.time() % periodic.seconds


def put(inbox: Inbox, periodic: Periodic, now: float) -> None:
    """The events of this turn; every worker gives them the same ids.

    Each part waits for itself alone: one whose other side is down holds up no other.
    """
    turn = int(now // periodic.seconds)
    for part in periodic.parts:
        name = f"{periodic.kind}-{part}"
        id_ = _id(name, turn, inbox.waiting.last(name))
        inbox.put(id_, name, periodic.kind, {"part": part, "put_at": now})


def _id(name: str, turn: int, last: str | None) -> str:
    """Fresh, too, where a clock was ahead and turns come again whose ids are there already.

    It then names the last of those, which is the same for all workers and the turns to come.
    """
    ahead = int(last.removeprefix(f"{name}-").partition("-")[0]) if last else turn
    return f"{name}-{turn}-{ahead}" if ahead > turn else f"{name}-{turn}"
