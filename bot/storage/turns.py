"""Writers take turns on an SQLite file: the threads of a process, and then the processes.

SQLite lets one transaction write at a time, and whoever finds it busy sleeps, longer each time,
and looks again: many threads would spend most of their time asleep, and some would never get
through.  Here they queue, first come, first served; and a worker whose threads hand the turn
round lets a door that wants to write go next (`bot.storage.baton`).  SQLite's own locks stay.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.storage.baton import Baton

T = TypeVar("T")
PATIENCE: Final = 10.0
"""Seconds that a writer waits for its turn, and once more for other processes."""

_READS: Final = re.compile(
    r"\s*(?:SELECT|PRAGMA|EXPLAIN|WITH(?!.*\b(?:INSERT|UPDATE|DELETE)\b))", re.I | re.S
)
"""Statements that change nothing; the engine looks for events by one that begins with WITH."""


class Turn:
    """A lock that goes from hand to hand in the order in which it was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, patience: float) -> bool:
        """Wait so many seconds for the turn; whether it came."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came at the last moment

    def give_up(self) -> None:
        """Hand it to the next one."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Connection(sqlite3.Connection):
    """Has the turn from its first statement that writes to the end of its transaction."""

    turn: Turn
    baton: Baton
    has_turn = False

    def cursor(self, factory: Any = None) -> Any:
        """A cursor whose statements wait for the turn."""
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        """By such a cursor; the library's own shortcut would make another."""
        return self.cursor().execute(sql, parameters)

    def in_turn(self, sql: str, run: Callable[[], T]) -> T:
        """Run a statement; raises OperationalError when the turn does not come."""
        if not self.has_turn and not _reads(sql):
            if not self.turn.take(PATIENCE):
                raise sqlite3.OperationalError("database is locked")
            self.has_turn = True
            if not self.baton.take(PATIENCE):
                self._give_up()
                raise sqlite3.OperationalError("database is locked")
        try:
            return run()
        finally:
            if not self.in_transaction:
                self._give_up()

    def commit(self) -> None:
        """End the transaction, and let the next one write."""
        super().commit()
        self._give_up()

    def rollback(self) -> None:
        """End the transaction, and let the next one write."""
        try:
            super().rollback()
        finally:
            self._give_up()

    def close(self) -> None:
        """Let go of the file."""
        try:
            super().close()
        finally:
            self._give_up()

    def _give_up(self) -> None:
        if self.has_turn:
            self.has_turn = False
            self.baton.give_up()
            self.turn.give_up()


class _Cursor(sqlite3.Cursor):
    connection: Connection

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        run = super().execute
        return self.connection.in_turn(sql, lambda: run(sql, parameters))

    def executemany(self, sql: str, parameters: Any) -> Any:
        run = super().executemany
        return self.connection.in_turn(sql, lambda: run(sql, parameters))


@lru_cache(maxsize=2048)
def _reads(sql: str) -> bool:
    return _READS.match(sql) is not None


@cache
def connections(file: Path) -> type[Connection]:
    """The `factory` for `sqlite3.connect`: one for each file, so all pools take turns on it."""
    baton = Baton(file.with_name(f"{file.name}.turns"))
    return type("Connection", (Connection,), {"turn": Turn(), "baton": baton})
