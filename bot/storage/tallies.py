"""Counts of all workers, summed in the database: a worker has no door to be asked at."""

from __future__ import annotations

import threading
import time
from typing import Final

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot import tally
from bot.errors import TryLater
from bot.storage.database import reading, writing
from bot.storage.schema import TALLIES

EVERY: Final = 10.0
"""Seconds between two writings."""


class Tallies:
    """The sums; what a process counted since its last writing is lost when it is killed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self) -> None:
        """Add what this process has counted; kept for the next time when nobody answers."""
        counts = tally.taken()
        try:
            for name, count in sorted(counts.items()):
                self._add(name, count)
                counts = {k: n for k, n in counts.items() if k != name}
        except TryLater:
            tally.give_back(counts)

    def keep_writing(self, seconds: float = EVERY) -> None:
        """Write every so often, in a thread that ends with the process."""

        def write() -> None:
            while True:
                time.sleep(seconds)
                self.write()

        threading.Thread(target=write, name="tallies", daemon=True).start()

    def all(self) -> dict[str, int]:
        """The sums by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(TALLIES.c.name, TALLIES.c.total))
            return {row.name: row.total for row in rows}

    def _add(self, name: str, count: int) -> None:
        more = update(TALLIES).where(TALLIES.c.name == name)
        for _ in range(2):
            with writing(self._engine) as connection:
                added = more.values(total=TALLIES.c.total + count)
                if connection.execute(added).rowcount:
                    return
            try:
                with writing(self._engine) as connection:
                    connection.execute(insert(TALLIES).values(name=name, total=count))
                return
            except IntegrityError:
                continue  # another worker was the first: add to its row
