"""Events that a living worker has claimed and runs no longer go back to the queue.

A job leaves off when the engine cannot keep what it did: the disk is full, the file cannot be
written.  Its event would stand as at work, and block its ticket, until the worker is started anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import structlog
from dbos._dbos import _get_dbos_instance
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.engine.client import QUEUE

log = structlog.get_logger(__name__)
NOT_KEPT: Final = (OperationalError, InterfaceError, PoolTimeout)
"""What a database raises that cannot keep anything now."""


class LeftOff(BaseException):
    """A job ends here and its event does not: the engine keeps every `Exception` as its end."""


class Rescue:
    """The thread of one worker that looks after its claimed events.

    `claimed` are the events that stand as at work here, `running` those that are; `back` puts one
    into the queue again, unless it has ended meanwhile.
    """

    def __init__(
        self,
        claimed: Callable[[], set[str]],
        running: Callable[[], set[str]],
        back: Callable[[str], object],
        every: float,
    ) -> None:
        self._claimed, self._running, self._back, self._every = claimed, running, back, every
        self._suspects: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._turn, name="rescue", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self._thread.ident:
            self._thread.join(timeout=10)

    def look(self) -> None:
        """Send back what was left off at the last look and still is.

        Between claim and start, and between end and outcome, an event seems left off, too.
        """
        left_off = self._claimed() - self._running()
        for event in sorted(left_off & self._suspects):
            self._back(event)
            log.warning("event left off goes on", event_id=event)
        self._suspects = left_off - self._suspects

    def _turn(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("left off events not looked for", why=type(error).__name__)
            except Exception:
                # A rescue that ends for a fault of ours would leave the next ticket blocked.
                log.exception("rescue stumbled")


def rescue_of(executor: str, version: str, every: float) -> Rescue:
    """Looks after an executor's events by the library's own books."""
    dbos = _get_dbos_instance()
    books, at_work = dbos._sys_db, dbos._active_workflows_set

    def claimed() -> set[str]:
        return {one.workflow_id for one in books.get_pending_workflows(executor, version)}

    def back(event: str) -> None:
        books.reenqueue_for_recovery(event, [executor], QUEUE)

    return Rescue(claimed, lambda: set(at_work.activeList()), back, every)
