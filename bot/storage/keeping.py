"""Keeps many hints in one commit; its caller is one thread, and may be killed at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.storage.database import answering, writing

Row = tuple[str, str, str, str, float]

# Written out for the drivers: putting a statement together would cost as much as its commit.
_SQLITE: Final = (
    "INSERT OR IGNORE INTO hints (id, place, kind, payload, came_at) VALUES (?, ?, ?, ?, ?)"
)
_POSTGRESQL: Final = (
    "INSERT INTO hints (id, place, kind, payload, came_at) SELECT * FROM"
    " unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::float8[]) ON CONFLICT DO NOTHING"
)


class Keeper(Protocol):
    """What one thread keeps rows by."""

    def keep(self, rows: Sequence[Row]) -> None:
        """Keep them, without those whose id is there; raises TryLater when that cannot be done."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


def keeper(engine: Engine) -> Keeper:
    """The way that suits the database."""
    return _Held(engine) if engine.dialect.name == "postgresql" else _Pooled(engine)


class _Pooled:
    """SQLite: a transaction each time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, rows: Sequence[Row]) -> None:
        with writing(self._engine) as connection:
            connection.exec_driver_sql(_SQLITE, list(rows))

    def close(self) -> None:
        """Nothing is held."""


class _Held:
    """PostgreSQL: a connection that is kept, and each statement a transaction by itself.

    So a commit is one round trip instead of five.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def keep(self, rows: Sequence[Row]) -> None:
        columns = tuple(map(list, zip(*rows, strict=True)))
        with answering():
            if self._connection is not None:
                try:
                    self._connection.exec_driver_sql(_POSTGRESQL, columns)
                    return
                except (OperationalError, InterfaceError):
                    self.close()  # the server may have been restarted since: once anew
            try:
                self._connected().exec_driver_sql(_POSTGRESQL, columns)
            except Exception:
                self.close()
                raise

    def close(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            held.invalidate()
            held.close()

    def _connected(self) -> Connection:
        made = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = made
        return made
