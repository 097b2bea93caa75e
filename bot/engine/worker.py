"""Works through the events: one at a time per ticket, many tickets side by side."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import IO, Final, NoReturn
from uuid import uuid4

import structlog
from dbos import DBOS, Queue
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSUnexpectedStepError
from dbos._queue import queue_worker_thread

from bot import tally
from bot.engine.bell import Bell
from bot.engine.client import APP, JOB, QUEUE
from bot.engine.ending import begin_anew, tell
from bot.engine.inbox import Inbox, Needless, never
from bot.engine.journal import Journal
from bot.engine.only import only_worker
from bot.engine.pace import NORMAL, Pace
from bot.engine.periodic import Clockwork, Periodic
from bot.engine.porter import Porter
from bot.engine.rescue import NOT_KEPT, LeftOff, Rescue, rescue_of
from bot.engine.sealed import SealedJson
from bot.engine.takeover import Heart
from bot.errors import BotError, OutOfStep
from bot.storage.changes import Changes
from bot.storage.database import file_of, is_sqlite, private

log = structlog.get_logger(__name__)

VERSION: Final = "1"
"""Constant: with the library's own hash, work in flight would block its ticket after a deploy."""

SLOTS: Final = 32
AT_ONCE: Final = 1000
"""A global limit beside the one per ticket: it makes PostgreSQL claim under SERIALIZABLE."""

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
        needless: Needless = never,
    ) -> None:
        """`tidy` is done from time to time, beside the removal of finished events.

        `needless` tells by their payloads which hints need no event.
        """
        self._more = tidy
        self._url, self._keys, self._job, self._pace = url, keys, job, pace
        self._inbox = Inbox(url, keys)
        self._clockwork = Clockwork(self._inbox, periodic)
        self._bell = Bell()
        carry = partial(self._inbox.carry, needless)
        self._porter = Porter(carry, pace, self._bell, Changes(url))
        self._starting: threading.Thread | None = None
        self._stopped = threading.Event()
        self._heart: Heart | None = None
        self._rescue: Rescue | None = None
        self._lock: IO[str] | None = None

    def run(self) -> NoReturn:
        """Work until SIGTERM or SIGINT, give jobs time to end their call, end the process."""
        # What is loaded by now stays: looking through it for garbage would halt every thread.
        gc.collect()
        gc.freeze()
        self.start()
        # Not an Event: a signal in the midst of its `wait` would lock the process up.
        told: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: told.put(number))
        told.get()
        # The library waits by the wall clock for its jobs, which may be set back meanwhile.
        ending = threading.Thread(target=self.stop, name="stop", daemon=True)
        ending.start()
        ending.join(self._pace.stop)
        if ending.is_alive():
            log.warning("worker did not stop in time")
        _leave()

    def start(self) -> None:
        """Begin to work, in threads."""
        executor = "local"
        if is_sqlite(self._url):
            self._lock = only_worker(file_of(self._url))
        else:
            executor = f"{socket.gethostname()[:40]}-{uuid4().hex[:12]}"
            recover = DBOS._recover_pending_workflows
            self._heart = Heart(self._url, executor, recover, self._pace)
            self._heart.first_beat()
        self._start_events(self._launch(executor))
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
        self._bell.set()
        for helper in (self._rescue, self._heart):
            if helper:
                helper.stop()
        if self._starting:
            self._starting.join(timeout=10)
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

    def _start_events(self, queue: Queue) -> None:
        """The library's own loop, in a thread of ours: it pauses on the bell."""
        self._starting = threading.Thread(
            target=queue_worker_thread,
            args=(self._bell, _get_dbos_instance(), queue),
            name="events",
            daemon=True,
        )
        self._starting.start()

    def _launch(self, executor: str) -> Queue:
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
                begin_anew(inbox, str(DBOS.workflow_id), instead_of, error)
            except NOT_KEPT as error:
                log.warning("event left off", event_id=DBOS.workflow_id, why=type(error).__name__)
                raise LeftOff from None
            except Exception as error:
                tally.count("events failed")
                tell(inbox, str(DBOS.workflow_id), kind, payload, error)
                raise

        DBOS.listen_queues([])  # to none by itself
        DBOS.launch()
        on_sqlite = is_sqlite(self._url)
        return DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=SLOTS,
            global_concurrency=None if on_sqlite else AT_ONCE,
            polling_interval_sec=pace.rest if on_sqlite else pace.poll,
            on_conflict="always_update",
        )


def _leave() -> NoReturn:
    """End the process, whatever pauses its jobs wait out: the next worker goes on with them.

    An ordinary end would wait for each of the jobs' threads.
    """
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
