"""What a job has done so far: each write to the outside once, whatever breaks.

The job runs again after a crash, and what it had learnt and done is told to it from here
instead of being asked for and done anew.  Looks change nothing, so what they told is kept only
when it matters: in one record with the beginning of the first write that rests on it.
A job that only looks leaves no record at all.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, cast
from uuid import NAMESPACE_URL, uuid4, uuid5

import structlog
from dbos import DBOS
from dbos._error import DBOSWorkflowConflictIDError

from bot import attempt, codec
from bot.engine import patience
from bot.engine.inbox import Inbox
from bot.engine.pace import NORMAL, Pace
from bot.engine.records import RECORD, Outcome, Record
from bot.errors import BotError, Forbidden, OutOfStep

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Does(StrEnum):
    """What a call does to the world, and so what the journal has to keep before it."""

    LOOK = "look"
    """Changes nothing."""

    KEEP = "keep"
    """Writes to our own database, which finds by its key what was written already."""

    WRITE = "write"
    """Writes to another system, and must be told when it may have happened already."""


class Journal:
    """The journal of one job.  The job must make the same calls in the same order again."""

    def __init__(self, inbox: Inbox, pace: Pace = NORMAL, instead_of: str = "") -> None:
        """`instead_of` is the job whose journal this one could not follow.

        Whatever that one has written is looked for before it is written again.
        """
        self._inbox, self._pace = inbox, pace
        self._job, self._wary = str(DBOS.workflow_id), bool(instead_of)
        self._marks = instead_of or self._job
        self._run = uuid4().hex  # this execution; another one after a crash or replay
        records = inbox.records(self._job)
        self._told = deque(outcome for record in records for outcome in record.outcomes)
        self._known, self._kept = len(records), 0
        self._unkept: list[tuple[Does, Outcome]] = []
        self._calls: Counter[str] = Counter()
        self.attempt = 1
        """Counts up each time that a call had to be tried again."""

    def step(self, name: str, call: Callable[[], T], does: Does = Does.LOOK) -> T:
        """The call's answer, made once and kept; what it raises is kept as well.

        A write learns by `attempt.current().again` that an earlier try may have reached
        the other side.
        """
        self._calls[name] += 1
        mark = f"{self._marks}.{name}.{self._calls[name]}"
        again = self._prepared(does)
        # What is forbidden has a patience of its own, however long an outage has lasted before.
        waited, tries = {True: 0.0, False: 0.0}, 0
        while True:
            outcome = self._tried(name, call, mark, again=again)
            self._unkept.append((does, outcome))
            if outcome.error is None:
                return cast("T", outcome.value)
            pause = patience.pause(outcome.error, tries, self._pace)
            forbidden = isinstance(outcome.error, Forbidden)
            longest = self._pace.forbidden if forbidden else self._pace.longest
            if pause is None or waited[forbidden] + pause > longest:
                raise copy(outcome.error)  # or it would hold this frame, and so itself
            patience.tell(name, outcome.error, pause)
            self._keep()
            DBOS.sleep(pause)
            waited[forbidden] += pause
            tries, again = tries + 1, does is Does.WRITE
            self.attempt += 1

    def wrap(
        self,
        port: T,
        name: str,
        does: Mapping[str, Does],
        once: frozenset[str] = frozenset(),
    ) -> T:
        """The port, each of its verbs through the journal; a verb of `once` asks only once.

        `does` names the verbs that do more than look.
        """
        return cast("T", _Journaled(self, port, name, does, once))

    def put_later(self, ticket: int, at: datetime, kind: str, payload: dict[str, object]) -> None:
        """Enqueue an event that falls due at `at`."""
        # Of one length always: an appointment often makes the next one.
        id_ = uuid5(NAMESPACE_URL, f"{self._job}.later.{self._calls['later'] + 1}").hex

        def put() -> None:
            delay = (at - datetime.now(UTC)).total_seconds()
            self._inbox.put(id_, ticket, kind, payload, delay)

        self.step("later", put, Does.KEEP)

    def _prepared(self, does: Does) -> bool:
        """Keep what must not be lost by what comes now; whether it may have happened already."""
        looked = any(kind is Does.LOOK for kind, _ in self._unkept)
        wrote = any(kind is not Does.LOOK for kind, _ in self._unkept)
        match does:
            case Does.LOOK if wrote:
                self._keep()  # a look takes its time, and writes shall not be done again
            case Does.KEEP if looked:
                self._keep()  # what is written may rest on it
            case Does.WRITE:
                return self._keep() != self._run or self._wary
        return False

    def _keep(self) -> str:
        """Commit what is not kept yet; which run did so first."""
        mine = Record(self._run, tuple(outcome for _, outcome in self._unkept))
        record: Record = DBOS.run_step({"name": RECORD}, lambda: mine)
        self._unkept.clear()
        self._kept += 1
        if self._kept > self._known and record.run != self._run:
            # A record of another run, behind those that were there when this one began.
            raise DBOSWorkflowConflictIDError(self._job)
        return record.run

    def _tried(self, name: str, call: Callable[[], T], mark: str, *, again: bool) -> Outcome:
        if self._told:
            told = self._told.popleft()
            if told.name != name:
                raise OutOfStep(f"the journal has {told.name} where the job now does {name}")
            return told
        try:
            with attempt.of(mark, again=again):
                return Outcome(name, call())
        except BotError as error:
            return Outcome(name, error=_bare(error))
        except Exception as error:
            log.exception("call failed", call=name)
            # As it will be when the journal is read again: name and text alone.
            return Outcome(name, error=codec.Failed.of(error))


def _bare(error: BotError) -> BotError:
    """Without the frames that it came through: they would hold it, and all of the job, in a circle.

    Whatever looks for such circles halts every thread meanwhile.
    """
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


class _Journaled:
    """Stands for a port; knows nothing of it but the names of its verbs."""

    def __init__(
        self,
        journal: Journal,
        port: object,
        name: str,
        does: Mapping[str, Does],
        once: frozenset[str],
    ) -> None:
        self._journal, self._port, self._name, self._does = journal, port, name, does
        self._once, self._known = once, dict[tuple[Any, ...], Any]()

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        method, does = getattr(self._port, verb), self._does.get(verb, Does.LOOK)

        def call(*args: Any) -> Any:
            return self._journal.step(f"{self._name}.{verb}", partial(method, *args), does)

        def call_once(*args: Any) -> Any:
            if (verb, *args) not in self._known:
                self._known[verb, *args] = call(*args)
            return self._known[verb, *args]

        return call_once if verb in self._once else call
