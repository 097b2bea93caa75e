"""Whether anything was committed to the database, as cheaply as that can be asked."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.storage.database import file_of, is_sqlite

_ASK: Final = "PRAGMA data_version"


class Changes:
    """What one thread watches; commits of all processes count, this one's too.

    SQLite keeps a number that tells, and reading it touches no table.  PostgreSQL has nothing as
    cheap: there it always may have changed.
    """

    def __init__(self, url: str) -> None:
        self._file = file_of(url) if is_sqlite(url) else None
        self._connection: sqlite3.Connection | None = None
        self._last: int | None = None

    @property
    def tells(self) -> bool:
        """Whether "no" is ever said."""
        return self._file is not None

    def any(self) -> bool:
        """Whether something may have changed since the last call; also when nobody can say."""
        if self._file is None:
            return True
        try:
            if self._connection is None:
                # A connection of its own: the number counts what other connections commit.
                self._connection = sqlite3.connect(self._file, isolation_level=None)
            version: int = self._connection.execute(_ASK).fetchone()[0]
        except sqlite3.Error:
            self.close()
            return True
        changed, self._last = version != self._last, version
        return changed

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._last = None
