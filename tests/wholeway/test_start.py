"""A worker whose database is away when it starts says so in one line and ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from sandbox.processes import BotProcesses


@pytest.mark.slow
def test_worker_that_finds_its_database_locked_says_so_and_ends(bot: BotProcesses) -> None:
    assert bot.finish("migrate").returncode == 0
    file = bot.environment["DATABASE_URL"].removeprefix("sqlite:///")

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = bot.finish("worker")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "Error: the database does not answer (OperationalError)"
    )
