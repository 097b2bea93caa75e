"""Databases of a test's own: an SQLite file or a fresh PostgreSQL database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

HOST, PORT = "127.0.0.1", 5432
SERVER = f"postgresql://root@{HOST}:{PORT}/postgres"
KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_postgresql(template: str = "template1") -> Iterator[str]:
    """The URL of a database of its own; skips where no server answers."""
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("REQUIRE_POSTGRESQL"):
            raise
        pytest.skip(f"no PostgreSQL on {HOST}:{PORT} ({type(error).__name__})")
    name = f"bot_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"postgresql+psycopg://root@{HOST}:{PORT}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
