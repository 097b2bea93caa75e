"""Works through the events: one at a time per ticket, many tickets side by side."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NoReturn
from uuid import uuid4

import structlog
from dbos import DBOS
from dbos._error import DBOSUnexpectedStepError

from bot import tally
from bot.codec import Failed
from bot.engine.inbox import APP, JOB, QUEUE, Inbox
from bot.engine.journal import Journal
from bot.engine.pace import NORMAL, Pace
from bot.engine.periodic import Clockwork, Periodic
from bot.engine.porter import Porter
from bot.engine.rescue import NOT_KEPT, LeftOff, Rescue, rescue_of
from bot.engine.sealed import SealedJson
from bot.engine.takeover import Heart
from bot.errors import BotError, Misconfigured, OutOfStep
from bot.storage.database import file_of, is_sqlite, private

log = structlog.get_logger(__name__)

VERSION: Final = "1"
"""Constant: with the library's own hash, work in flight would block its ticket after a deploy."""

SLOTS: Final = 32
AT_ONCE: Final = 1000
"""A global limit beside the one per ticket: it makes PostgreSQL claim under SERIALIZABLE."""

FAILED: Final = "failed"
"""The kind of event by which a job hears of another one that failed for good."""

TOLD: Final = frozenset({"look", "form", "order", "rolled_back"})
"""The kinds of events whose failure stops a ticket."""

Job = Callable[[str, dict[str, object], Journal], object]


class Engine:
    """A worker process's engine."""

    def __init__(
        self,
        url: str,
        keys: Sequence[str],
        job: Job,
        pace: Pace = NORMAL,
        periodic: Sequence[Periodic] = (),
        tidy: Callable[[], None] | None = None,
    ) -> None:
        """`tidy` is done from time to time, beside the removal of finished events."""
        self._more = tidy
        self._url, self._keys, self._job, self._pace = url, keys, job, pace
        self._inbox = Inbox(url, keys)
        self._clockwork = Clockwork(self._inbox, periodic)
        self._porter = Porter(self._inbox, pace)
        self._stopped = threading.Event()
        self._heart: Heart | None = None
        self._rescue: Rescue | None = None
        self._lock: Any = None

    def run(self) -> NoReturn:
        """Work until SIGTERM or SIGINT, give jobs time to end their call, end the process."""
        self.start()
        # Not an Event: a signal in the midst of its `wait` would lock the process up.
        told: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: told.put(number))
        told.get()
        self.stop()
        _leave()

    def start(self) -> None:
        """Begin to work, in threads."""
        executor = "local"
        if is_sqlite(self._url):
            self._lock = _only_worker(file_of(self._url))
        else:
            executor = f"{socket.gethostname()[:40]}-{uuid4().hex[:12]}"
            recover = DBOS._recover_pending_workflows
            self._heart = Heart(self._url, executor, recover, self._pace)
            self._heart.first_beat()
        self._launch(executor)
        if self._heart:
            self._heart.start()
        threading.Thread(target=self._tidy, name="tidy", daemon=True).start()
        self._rescue = rescue_of(executor, VERSION, self._pace.rescue)
        for helper in (self._clockwork, self._porter, self._rescue):
            helper.start()
        log.info("worker started", executor=executor)

    def stop(self) -> None:
        """End; what is not finished goes on in the next worker."""
        self._stopped.set()
        self._clockwork.stop()
        self._porter.stop()
        for helper in (self._rescue, self._heart):
            if helper:
                helper.stop()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=self._pace.drain)
        if self._heart:
            self._heart.give_up()
        if self._lock:
            self._lock.close()
        log.info("worker stopped")

    def _tidy(self) -> None:
        while not self._stopped.wait(self._pace.tidy):
            try:
                log.info("finished events removed", count=self._inbox.forget(self._pace.keep))
                if self._more:
                    self._more()
            except BotError as error:
                log.warning("finished events not removed", why=str(error))

    def _launch(self, executor: str) -> None:
        DBOS(
            config={
                "name": APP,
                "system_database_url": self._url,
                "system_database_engine": private(self._url),
                "application_version": VERSION,
                "executor_id": executor,
                "serializer": SealedJson(self._keys),
                "max_executor_threads": 2 * SLOTS,
                "log_level": "WARNING",
                "run_migrations": False,
                "use_listen_notify": False,
            }
        )
        inbox, job, pace = self._inbox, self._job, self._pace

        @DBOS.workflow(name=JOB)
        def work(kind: str, payload: dict[str, object], instead_of: str = "") -> None:
            try:
                job(kind, payload, Journal(inbox, pace, instead_of))
            except (OutOfStep, DBOSUnexpectedStepError) as error:
                _begin_anew(inbox, instead_of, error)
            except NOT_KEPT as error:
                log.warning("event left off", event_id=DBOS.workflow_id, why=type(error).__name__)
                raise LeftOff from None
            except Exception as error:
                tally.count("events failed")
                log.error("event failed", event_id=DBOS.workflow_id, kind=kind, why=str(error))
                _tell(inbox, kind, payload, error)
                raise

        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=SLOTS,
            global_concurrency=None if is_sqlite(self._url) else AT_ONCE,
            polling_interval_sec=pace.poll,
            on_conflict="always_update",
        )


def _begin_anew(inbox: Inbox, instead_of: str, error: Exception) -> None:
    """Another event takes over from one whose job was changed by a new release."""
    event = str(DBOS.workflow_id)
    log.warning("journal out of step", event_id=event, why=str(error))
    inbox.put_anew(event, instead_of or event)


def _tell(inbox: Inbox, kind: str, payload: dict[str, object], error: Exception) -> None:
    """Have an agent told; what fails while telling is told to nobody but the log."""
    event, ticket = str(DBOS.workflow_id), payload.get("ticket")
    if kind not in TOLD or not isinstance(ticket, int):
        return
    why = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
    told: dict[str, object] = {"ticket": ticket, "event": event, "why": why}
    try:
        # Each failure anew, also that of a replay.
        inbox.put(f"failed-{uuid4().hex}", ticket, FAILED, told)
    except BotError as fault:
        log.error("failure not told to an agent", event_id=event, why=str(fault))


def _leave() -> NoReturn:
    """End the process, whatever pauses its jobs wait out: the next worker goes on with them.

    An ordinary end would wait for each of the jobs' threads.
    """
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _only_worker(database: Path) -> Any:
    """The lock of the file's one worker, held as long as the process lives."""
    lock = database.with_name(f"{database.name}.worker").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Misconfigured(
            f"another worker has this database ({database.name}); on SQLite there is one worker "
            "per file, use PostgreSQL for several"
        ) from None
    return lock
