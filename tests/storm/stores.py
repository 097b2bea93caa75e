"""The bot's database in a storm: where it is, how many processes share it, how it fails."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.databases import HOST, PORT, fresh_postgresql
from tests.engine.passage import Passage
from tests.storm.troubles import Cut, Locked, Terminated


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the number of processes on it; `direct` goes past the passage."""

    kind: str
    url: str
    webs: int
    workers: int
    direct: str
    passage: Passage | None = None

    def suffer(self, trouble: Cut | Locked | Terminated) -> None:
        """Fail, for as long as the trouble says."""
        match trouble:
            case Locked(seconds):
                _lock(Path(self.direct), seconds)
            case Cut(seconds):
                assert self.passage is not None, "only a plan for PostgreSQL has cuts"
                self.passage.close_door()
                time.sleep(seconds)
                self.passage.open_door()
            case Terminated():
                _terminate(self.direct)


def drawn(seed: int) -> str:
    """The database of a seed whose storm asks for none."""
    return random.Random(f"{seed} database").choice(["sqlite", "postgresql"])


@contextmanager
def opened(kind: str, folder: Path, seed: int) -> Iterator[Store]:
    """A fresh one; on PostgreSQL two or three workers and web processes share it."""
    if kind == "sqlite":
        file = folder / "bot.db"
        yield Store(kind, f"sqlite:///{file}", 1, 1, str(file))
        return
    dice = random.Random(f"{seed} processes")
    with Passage(HOST, PORT) as passage, fresh_postgresql() as fresh:
        url = fresh.replace(f"{HOST}:{PORT}", f"{HOST}:{passage.port}")
        direct = fresh.replace("+psycopg", "")
        yield Store(kind, url, dice.randint(2, 3), dice.randint(2, 3), direct, passage)


def _lock(file: Path, seconds: float) -> None:
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")


def _terminate(url: str) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
