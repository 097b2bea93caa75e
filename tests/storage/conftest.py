"""Our tables on an SQLite file and on PostgreSQL in turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.storage.database import connect
from bot.storage.migrate import upgrade
from tests.databases import KINDS, fresh_postgresql


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path / 'deeper' / 'bot.db'}"
        yield found
        connect(found).dispose()
        return
    with fresh_postgresql() as found:
        yield found
        connect(found).dispose()


@pytest.fixture
def database(url: str) -> Engine:
    """A database with our tables."""
    upgrade(url)
    return connect(url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An SQLite file with one table, as any program makes one."""
    path = tmp_path / "bot.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (n INTEGER)")
    connection.close()
    return path
