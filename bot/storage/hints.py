"""Where to look, as webhooks say it: kept before the answer, carried to the worker's queue soon.

Requests that come at the same time share one commit, so a burst costs few more than a
single delivery does.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, delete, func, select

from bot import codec
from bot.errors import BotError, TryLater
from bot.storage.database import reading, writing
from bot.storage.keeping import Row, keeper
from bot.storage.schema import HINTS

AT_ONCE: Final = 500
LONGEST: Final = 10.0
"""Seconds that a hint may take to be kept: Zendesk waits for twelve."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Look at `place`; `number` is its turn, once it is kept."""

    id: str
    place: str
    kind: str
    payload: dict[str, object]
    number: int = 0


class _Asked:
    """A row, and the thread that waits for it to be kept: a future costs the door more."""

    __slots__ = ("_fault", "_told", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self._fault: Exception | None = None
        self._told = threading.Lock()
        self._told.acquire()

    def tell(self, fault: Exception | None) -> None:
        """It is kept, or what has kept it from that."""
        self._fault = fault
        self._told.release()

    def wait(self) -> None:
        """Until it is told; raises what it is told, and TryLater when that takes too long."""
        if not self._told.acquire(timeout=LONGEST):
            raise TryLater("the database takes too long", 30.0)
        if self._fault is not None:
            raise self._fault


class Hints:
    """The hints of all web processes.  Safe to make before a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None
        self._asked: queue.SimpleQueue[_Asked] = queue.SimpleQueue()

    def put(self, hint: Hint) -> None:
        """Keep the hint, once for each id; raises TryLater when it cannot be kept now."""
        self._begin()
        row = (hint.id, hint.place, hint.kind, codec.dumps(hint.payload), time.time())
        asked = _Asked(row)
        self._asked.put(asked)
        asked.wait()

    def waiting(self, most: int = AT_ONCE) -> tuple[Hint, ...]:
        """The hints that nobody has carried yet, in order of arrival."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(HINTS).order_by(HINTS.c.number).limit(most)).all()
        return tuple(
            Hint(row.id, row.place, row.kind, codec.loads(row.payload), row.number) for row in rows
        )

    def drop(self, hints: Iterable[Hint]) -> None:
        """Forget the hints: they are carried."""
        numbers = [hint.number for hint in hints]
        if numbers:
            with writing(self._engine) as connection:
                connection.execute(delete(HINTS).where(HINTS.c.number.in_(numbers)))

    def depth(self) -> tuple[int, float | None]:
        """How many wait to be carried, and since when, in seconds since 1970."""
        with reading(self._engine) as connection:
            count, since = connection.execute(
                select(func.count(), func.min(HINTS.c.came_at)).select_from(HINTS)
            ).one()
        return count, since

    def _begin(self) -> None:
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._write, name="hints", daemon=True)
                self._writer.start()

    def _write(self) -> None:
        """Keep what is asked for, all that has come meanwhile in one transaction."""
        ours = keeper(self._engine)
        while True:
            asked = [self._asked.get()]
            while len(asked) < AT_ONCE and not self._asked.empty():
                asked.append(self._asked.get())
            fault: Exception | None = None
            try:
                ours.keep([one.row for one in asked])
            except BotError as error:
                fault = error
            except Exception as error:
                fault = TryLater(f"the database refuses ({type(error).__name__})", 30.0)
            for one in asked:
                one.tell(fault)
