"""On PostgreSQL: each worker's heartbeat, and the take-over of a dead worker's jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import connect
from bot.storage.schema import WORKERS

log = structlog.get_logger(__name__)

BEAT: Final = 4.0
DEAD: Final = timedelta(seconds=18)


class Heart:
    """Beats for this worker by the database's clock, and looks for hearts that stopped."""

    def __init__(self, url: str, executor: str, recover: Callable[[list[str]], object]) -> None:
        self._engine = connect(url)
        self._executor = executor
        self._recover = recover
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heart", daemon=True)

    def first_beat(self) -> None:
        """Be known before the first job is claimed, so that none can be orphaned."""
        with self._engine.begin() as connection:
            self._beat(connection)

    def start(self) -> None:
        """Beat from now on."""
        self._thread.start()

    def stop(self) -> None:
        """A worker that stops in good order lets the others take over at once."""
        self._stopped.set()
        self._thread.join(timeout=10)
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    WORKERS.update()
                    .where(WORKERS.c.executor == self._executor)
                    .values(seen_at=func.now() - 2 * DEAD)
                )
        except SQLAlchemyError:
            log.warning("last heartbeat not written")

    def _beat_on(self) -> None:
        while not self._stopped.wait(BEAT):
            try:
                with self._engine.begin() as connection:
                    self._beat(connection)
                    self._take_over(connection)
            except SQLAlchemyError as error:
                log.warning("heartbeat not written", why=type(error).__name__)

    def _beat(self, connection: Connection) -> None:
        beat = insert(WORKERS).values(executor=self._executor, seen_at=func.now())
        again = {"seen_at": func.now()}
        connection.execute(beat.on_conflict_do_update(index_elements=["executor"], set_=again))

    def _take_over(self, connection: Connection) -> None:
        """Recover first, forget afterwards: whoever dies in between leaves the row to the next."""
        dead = select(WORKERS.c.executor).where(
            WORKERS.c.seen_at < func.now() - DEAD, WORKERS.c.executor != self._executor
        )
        names = list(connection.scalars(dead.with_for_update(skip_locked=True)))
        if names:
            self._recover(names)
            connection.execute(delete(WORKERS).where(WORKERS.c.executor.in_(names)))
            log.warning("dead workers taken over", executors=names)
