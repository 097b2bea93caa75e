"""Both databases, migrated once and copied for each test that needs one of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.engine import tables
from bot.storage.database import connect
from bot.storage.migrate import upgrade
from tests.databases import KINDS, fresh_postgresql
from tests.engine.play import Play


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "bot.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[str]:
    """The name of a migrated database, to be used as a template."""
    with fresh_postgresql() as url:
        _migrate(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Play]:
    """An SQLite file of the test's own."""
    with _playing(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path)}", tmp_path) as play:
        yield play


@pytest.fixture
def postgresql(migrated_postgresql: str, tmp_path: Path) -> Iterator[Play]:
    """A PostgreSQL database of the test's own."""
    with fresh_postgresql(migrated_postgresql) as url, _playing(url, tmp_path) as play:
        yield play


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest) -> Play:
    """A database of the test's own, of both kinds in turn; no worker yet."""
    found: Play = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session", params=KINDS)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    """A database with one worker, shared by many tests: each has tickets of its own."""
    folder = tmp_path_factory.mktemp("running")
    template = request.getfixturevalue(f"migrated_{request.param}")
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(template, folder)}"
        else:
            url = stack.enter_context(fresh_postgresql(template))
        found = stack.enter_context(_playing(url, folder))
        found.start()
        yield found


@contextmanager
def _playing(url: str, folder: Path) -> Iterator[Play]:
    """A play that ends its workers and lets go of the database."""
    play = Play(url, Fernet.generate_key().decode(), folder)
    try:
        yield play
    finally:
        play.stop()
        play.inbox.close()
        connect(url).dispose()


def _migrate(url: str) -> None:
    upgrade(url)
    tables.migrate(url)
    if url.startswith("sqlite"):
        # The file alone is copied: nothing may be left in the log beside it.
        with connect(url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    connect(url).dispose()
