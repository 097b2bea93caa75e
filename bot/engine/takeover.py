"""On PostgreSQL: each worker's heartbeat, and the take-over of a dead worker's jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import structlog
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.pace import Pace
from bot.storage.database import connect
from bot.storage.schema import WORKERS

log = structlog.get_logger(__name__)


class Heart:
    """Beats for this worker by the database's clock, and looks for hearts that stopped."""

    def __init__(
        self, url: str, executor: str, recover: Callable[[list[str]], object], pace: Pace
    ) -> None:
        self._engine = connect(url)
        self._executor = executor
        self._recover = recover
        self._beat_every = pace.beat
        self._dead = timedelta(seconds=pace.dead)
        self._patient_until = 0.0
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
        """Beat no more."""
        self._stopped.set()
        if self._thread.ident:
            self._thread.join(timeout=10)

    def give_up(self) -> None:
        """Let the others take over at once: nothing of this worker runs any longer."""
        long_ago = func.now() - 2 * self._dead
        mine = WORKERS.update().where(WORKERS.c.executor == self._executor)
        try:
            with self._engine.begin() as connection:
                connection.execute(mine.values(seen_at=long_ago))
        except SQLAlchemyError:
            log.warning("last heartbeat not written")

    def _beat_on(self) -> None:
        while not self._stopped.wait(self._beat_every):
            try:
                with self._engine.begin() as connection:
                    self._beat(connection)
                with self._engine.begin() as connection:
                    self._take_over(connection)
            except SQLAlchemyError as error:
                # After an outage every heart looks dead until it has beaten again.
                self._patient_until = monotonic() + self._dead.total_seconds()
                log.warning("heartbeat not written", why=type(error).__name__)
            except Exception:
                # A heart that ends for a fault of ours would have its living jobs taken over.
                log.exception("heart stumbled")

    def _beat(self, connection: Connection) -> None:
        beat = insert(WORKERS).values(executor=self._executor, seen_at=func.now())
        again = {"seen_at": func.now()}
        connection.execute(beat.on_conflict_do_update(index_elements=["executor"], set_=again))

    def _take_over(self, connection: Connection) -> None:
        """Recover first, forget afterwards: whoever dies in between leaves the row to the next."""
        if monotonic() < self._patient_until:
            return
        dead = select(WORKERS.c.executor).where(
            WORKERS.c.seen_at < func.now() - self._dead, WORKERS.c.executor != self._executor
        )
        names = list(connection.scalars(dead.with_for_update(skip_locked=True)))
        if names:
            self._recover(names)
            connection.execute(delete(WORKERS).where(WORKERS.c.executor.in_(names)))
            log.warning("dead workers taken over", executors=names)
