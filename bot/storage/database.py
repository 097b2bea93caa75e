"""Connections to the database, safe and with limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import TryLater
from bot.storage import turns

T = TypeVar("T")
BUSY_MS = 10_000


@cache
def connect(url: str) -> Engine:
    """The pool of this process for the database."""
    return private(url)


def private(url: str) -> Engine:
    """A pool of its own, for the engine, so that neither starves the other."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=16,
        pool_timeout=5,
        connect_args={"connect_timeout": 3, "options": "-c statement_timeout=20000"},
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read on.  Raises TryLater when the database does not answer.

    Raises ValueError for a value that no row can hold: PostgreSQL refuses some to be asked for.
    """
    try:
        with answering(), engine.connect() as connection:
            yield connection
    except DataError:
        raise ValueError("a value that no row can hold") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction, committed at the end.  Raises TryLater when the database does not answer."""
    with answering(), engine.begin() as connection:
        yield connection


@contextmanager
def answering() -> Iterator[None]:
    """Raises TryLater when the database does not answer; nothing of a statement is in it."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        # The error's own text holds the statement and its values.
        raise TryLater(f"the database does not answer ({type(error).__name__})", 30.0) from None


def aware(value: T) -> T:
    """A time with its zone, which SQLite forgets: all of ours are UTC; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def is_sqlite(url: str) -> bool:
    """Whether the database is a file of this machine."""
    return url.startswith("sqlite")


def file_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(make_url(url).database or "bot.db")


def _sqlite(url: str) -> Engine:
    file_of(url).parent.mkdir(parents=True, exist_ok=True)
    options = {"timeout": BUSY_MS / 1000, "factory": turns.connections(file_of(url).resolve())}
    engine = create_engine(url, connect_args=options, pool_size=16)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        # DBOS asks SQLite for the time in ways that give whole seconds, or nothing at all, on
        # older versions; events of the same second would lose their order.
        connection.create_function("unixepoch", -1, lambda *_: time.time())
        connection.create_function("strftime", -1, _strftime)

    return engine


def _strftime(form: str, *_: object) -> float | str:
    now = time.time()
    return now if form == "%s" else time.strftime(form, time.gmtime(now))
