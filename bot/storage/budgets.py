"""What is left of the other side's limits, counted once for all workers.

A budget is a window of time with so many calls in it.  The other side's own headers
correct the count, since agents and other programs spend from the same limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import TryLater
from bot.storage.database import reading, writing
from bot.storage.schema import BUDGETS

SHARE: Final = 5
"""One part in so many is kept for what people wait for; sweeps leave it alone."""

LONGEST: Final = 600.0
"""Seconds of the longest window.  One that ends twice as late is of a clock that was ahead."""

_UNHURRIED: Final[ContextVar[bool]] = ContextVar("unhurried", default=False)
_left: Final[Any] = BUDGETS.c.left
_ends: Final[Any] = BUDGETS.c.ends_at


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds."""

    name: str
    total: int
    seconds: float


@contextmanager
def unhurried() -> Iterator[None]:
    """Calls within leave the last part of each budget to those that people wait for."""
    token = _UNHURRIED.set(True)
    try:
        yield
    finally:
        _UNHURRIED.reset(token)


class Budgets:
    """The budgets of all workers on one database; `clock` gives seconds since 1970."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def take(self, *limits: Limit) -> None:
        """Spend one call of each limit; raises TryLater, and spends nothing, when one is spent."""
        with writing(self._engine) as connection:
            # In one order always, so that two workers cannot wait for each other.
            for limit in sorted(limits, key=lambda limit: limit.name):
                pause = self._taken(connection, limit)
                if pause:
                    raise TryLater(f"the limit {limit.name} is spent", pause)

    def check(self, name: str) -> None:
        """Raise TryLater when the budget is spent; takes nothing from it."""
        with reading(self._engine) as connection:
            row = connection.execute(select(BUDGETS).where(BUDGETS.c.name == name)).first()
        pause = row.ends_at - self._clock() if row else 0.0
        if row and 0 < pause <= 2 * LONGEST and row.left <= _reserve(row.total):
            raise TryLater(f"the limit {name} is spent", max(pause, 1.0))

    def correct(self, limit: Limit, left: int) -> None:
        """What a header says: `limit.total`, and so many `left` for the coming `limit.seconds`."""
        now = self._clock()
        mine, ends = BUDGETS.c.name == limit.name, now + min(limit.seconds, LONGEST)
        # Answers overtake each other: within a window the lowest count is the latest.  Until the
        # first answer the total was a guess, and so was what is left of it.
        guessed = BUDGETS.c.total != limit.total
        lowest = case((guessed, left), (_left < left, _left), else_=left)
        with writing(self._engine) as connection:
            within = update(BUDGETS).where(mine, _open(now))
            if connection.execute(within.values(total=limit.total, left=lowest)).rowcount:
                return
            over = update(BUDGETS).where(mine, ~_open(now))
            values = {"total": limit.total, "left": left, "ends_at": ends}
            if not connection.execute(over.values(**values)).rowcount:
                _inserted(connection, {"name": limit.name, **values})

    def forget(self) -> int:
        """Remove the windows that ended long ago, and count them."""
        with writing(self._engine) as connection:
            old = delete(BUDGETS).where(_ends < self._clock() - 3600.0)
            return connection.execute(old).rowcount

    def _taken(self, connection: Connection, limit: Limit) -> float:
        """The pause until the window's end; 0 when one call was taken."""
        now, mine = self._clock(), BUDGETS.c.name == limit.name
        for _ in range(3):
            one = update(BUDGETS).where(mine, _open(now), _left > _kept())
            if connection.execute(one.values(left=_left - 1)).rowcount:
                return 0.0
            # A new window goes by the total that the other side told last.
            fresh = update(BUDGETS).where(mine, ~_open(now))
            opened = {"left": BUDGETS.c.total - 1, "ends_at": now + limit.seconds}
            if connection.execute(fresh.values(**opened)).rowcount:
                return 0.0
            row = connection.execute(select(BUDGETS).where(mine)).first()
            if row and row.left > _reserve(row.total):
                continue  # another worker has opened this window since we looked
            if row:
                return max(float(row.ends_at) - now, 1.0)
            first = {"total": limit.total, "left": limit.total - 1, "ends_at": now + limit.seconds}
            if _inserted(connection, {"name": limit.name, **first}):
                return 0.0
        return 1.0


def _open(now: float) -> Any:
    return (_ends > now) & (_ends <= now + 2 * LONGEST)


def _kept() -> Any:
    return BUDGETS.c.total / SHARE if _UNHURRIED.get() else 0


def _reserve(total: int) -> int:
    return total // SHARE if _UNHURRIED.get() else 0


def _inserted(connection: Connection, row: dict[str, Any]) -> bool:
    """False when another worker was quicker."""
    try:
        with connection.begin_nested():
            connection.execute(insert(BUDGETS).values(**row))
    except IntegrityError:
        return False
    return True
