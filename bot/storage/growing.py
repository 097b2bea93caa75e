"""Counts of rows that come and hardly ever go, without walking through all of them each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, func, select

AGAIN: Final = timedelta(minutes=5)
"""After which all are counted anew: for as long a row that has gone may still be told."""
SETTLED: Final = timedelta(minutes=1)
"""The age at which a row is committed, whatever its writer's clock."""


def _as_it_is(at: datetime) -> object:
    return at


class Growing:
    """How many rows have each of some values, by one index of the value and since when."""

    def __init__(
        self,
        value: Column[Any],
        since: Column[Any],
        values: Sequence[str],
        written: Callable[[datetime], object] = _as_it_is,
    ) -> None:
        """`written` is how the column has a time."""
        self._value, self._since, self._written = value, since, written
        self._wanted = value.in_(values)
        self._known: tuple[datetime, Counter[str]] | None = None

    def counted(self, connection: Connection, now: datetime) -> Counter[str]:
        """The counts by value: those known from before, and what has come since."""
        known = self._known
        if known is None or not SETTLED <= now - known[0] < AGAIN:
            before = now - SETTLED
            known = before, self._of(connection, self._since < self._written(before))
            self._known = known
        return known[1] + self._of(connection, self._since >= self._written(known[0]))

    def _of(self, connection: Connection, when: ColumnElement[bool]) -> Counter[str]:
        counts = select(self._value, func.count()).where(self._wanted, when).group_by(self._value)
        return Counter(dict(connection.execute(counts).all()))
