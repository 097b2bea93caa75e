"""A sandbox and a bot of real processes, for whole renewals."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sandbox.processes import BotProcesses
from sandbox.world import World

SERVER = "postgresql://root@127.0.0.1:5432/postgres"


@contextmanager
def fresh_postgresql() -> Iterator[str]:
    """The URL of a database of its own; skips where no server answers."""
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("REQUIRE_POSTGRESQL"):
            raise
        pytest.skip(f"no PostgreSQL on 127.0.0.1:5432 ({type(error).__name__})")
    name = f"bot_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql+psycopg://root@127.0.0.1:5432/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["cloud"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A Zendesk, a Jira of the flavour asked for, a CA and a site."""
    world = World.start(jira_flavour=request.param, folder=tmp_path)
    yield world
    world.close()


@pytest.fixture
def bot(sandbox: World, tmp_path: Path) -> Iterator[BotProcesses]:
    """The bot on SQLite, not started yet."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    processes = BotProcesses({**sandbox.environment(), "DATABASE_URL": url}, tmp_path)
    yield processes
    processes.stop()
