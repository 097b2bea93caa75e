"""The way to the engine's own tables, opened when it is first needed.

The library behind it is imported as late: web processes that only keep hints start in half the
time, in half the memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.records import RECORD
from bot.errors import TryLater
from bot.storage.database import private

APP: Final = "ssl-renewal-bot"
QUEUE: Final = "events"
JOB: Final = "job"
SEALED: Final = "sealed with a key that is not among KEY_STORE_KEYS"


class Client:
    """One way to one database.  Safe to make before a fork: it connects at first use."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.url, self._keys = url, keys
        self._made: Any = None
        self._opened: Engine | None = None

    @property
    def library(self) -> Any:
        """The library's own client; what it raises is made ours by `answering`."""
        if self._made is None:
            from dbos import DBOSClient  # noqa: PLC0415

            from bot.engine.sealed import SealedJson  # noqa: PLC0415

            self._made = DBOSClient(
                system_database_engine=self._pool,
                application_name=APP,
                serializer=SealedJson(self._keys),
                lazy=True,
                retry_connection_errors=False,
            )
        return self._made

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to look at the tables with."""
        with answering(), self._pool.connect() as connection:
            yield connection

    def kept(self, event: str) -> tuple[Any, ...]:
        """The records of the event's job; as sealed text where no key opens them."""
        with answering():
            steps = self.library.list_workflow_steps(event)
        return tuple(step["output"] for step in steps if step["function_name"] == RECORD)

    def close(self) -> None:
        """Let go of the database."""
        if self._made is not None:
            self._made.destroy()
            self._made = None
        if self._opened is not None:
            self._opened.dispose()
            self._opened = None

    @property
    def _pool(self) -> Engine:
        if self._opened is None:
            self._opened = private(self.url)
        return self._opened


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Raises TryLater when the database does not answer."""
    try:
        yield
    except SQLAlchemyError as error:
        raise TryLater(f"the database does not answer ({type(error).__name__})", 30.0) from None
