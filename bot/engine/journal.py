"""What a job has done so far: each call to the outside once, whatever breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar, cast
from uuid import NAMESPACE_URL, uuid4, uuid5

import structlog
from dbos import DBOS

from bot import attempt, codec, tally
from bot.engine.inbox import Inbox
from bot.engine.pace import NORMAL, Pace
from bot.errors import BotError, Forbidden, LogInRefused, TryLater

T = TypeVar("T")
log = structlog.get_logger(__name__)

OWN_PAUSE: Final = 300.0
"""How far our own pauses grow while the other side asks for shorter ones, in seconds."""


class Journal:
    """The journal of one job.  The job must make the same calls in the same order again."""

    def __init__(self, inbox: Inbox, pace: Pace = NORMAL) -> None:
        self._inbox = inbox
        self._pace = pace
        self._run = uuid4().hex  # this execution; another one after a crash or replay
        self._calls = 0
        self.attempt = 1
        """Counts up each time that a call had to be tried again."""

    def step(self, name: str, call: Callable[[], T], *, write: bool = False) -> T:
        """The call's answer, made once and kept; what it raises is kept as well.

        A write learns by `attempt.current().again` that an earlier try may have reached
        the other side.
        """
        self._calls += 1
        mark = f"{DBOS.workflow_id}.{self._calls}"
        again = write and self._begun(name) != self._run
        # What is forbidden has a patience of its own, however long an outage has lasted before.
        waited, tries = {True: 0.0, False: 0.0}, 0
        while True:
            outcome = self._tried(name, call, mark, again=again)
            if not isinstance(outcome, _Raised):
                return outcome
            pause = _pause(outcome.error, tries, self._pace)
            forbidden = isinstance(outcome.error, Forbidden)
            longest = self._pace.forbidden if forbidden else self._pace.longest
            if pause is None or waited[forbidden] + pause > longest:
                raise outcome.error
            _tell(name, outcome.error, pause)
            DBOS.sleep(pause)
            waited[forbidden] += pause
            tries, again = tries + 1, write
            self.attempt += 1

    def wrap(
        self, port: T, name: str, writes: frozenset[str], once: frozenset[str] = frozenset()
    ) -> T:
        """The port, each of its verbs through the journal; a verb of `once` asks only once."""
        return cast("T", _Journaled(self, port, name, writes, once))

    def put_later(self, ticket: int, at: datetime, kind: str, payload: dict[str, object]) -> None:
        """Enqueue an event that falls due at `at`."""
        # Of one length always: an appointment often makes the next one.
        id_ = uuid5(NAMESPACE_URL, f"{DBOS.workflow_id}.{self._calls + 1}").hex

        def put() -> None:
            delay = (at - datetime.now(UTC)).total_seconds()
            self._inbox.put(id_, ticket, kind, payload, delay)

        self.step("later", put)

    def _begun(self, name: str) -> str:
        return DBOS.run_step({"name": f"{name} begins"}, lambda: self._run)

    def _tried(self, name: str, call: Callable[[], T], mark: str, *, again: bool) -> T | _Raised:
        def once() -> T:
            with attempt.of(mark, again=again):
                try:
                    return call()
                except BotError:
                    raise
                except Exception as error:
                    log.exception("call failed", call=name)
                    # As it will be when the journal is read again: name and text alone.
                    raise codec.Failed.of(error) from None

        # Whatever else comes out is the engine's own: cancelled, taken over, an answer that
        # cannot be kept or read.  Trying again here would put the journal out of step.
        try:
            return DBOS.run_step({"name": name}, once)
        except (BotError, codec.Failed) as error:
            return _Raised(error)


class _Raised:
    def __init__(self, error: Exception) -> None:
        self.error = error


def _tell(call: str, error: Exception, pause: float) -> None:
    tally.count("retries")
    if isinstance(error, LogInRefused):
        log.error("log-in refused", call=call, why=str(error), pause=pause)
    else:
        log.warning("call tried again later", call=call, why=str(error), pause=pause)


def _pause(error: Exception, tries: int, pace: Pace) -> float | None:
    """How long to wait before the next try, in seconds; None when there is none."""
    own = min(2.0 ** min(tries, 16), OWN_PAUSE)
    if isinstance(error, LogInRefused):
        # A token that ran out: work in flight waits for the new one instead of failing for good.
        return own
    if isinstance(error, TryLater):
        return min(max(error.after, own), pace.longest_pause)
    if isinstance(error, BotError) or tries >= len(pace.faults):
        return None
    return pace.faults[tries]


class _Journaled:
    """Stands for a port; knows nothing of it but the names of its verbs."""

    def __init__(
        self,
        journal: Journal,
        port: object,
        name: str,
        writes: frozenset[str],
        once: frozenset[str],
    ) -> None:
        self._journal, self._port, self._name, self._writes = journal, port, name, writes
        self._once, self._known = once, dict[tuple[Any, ...], Any]()

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        method = getattr(self._port, verb)

        def call(*args: Any) -> Any:
            return self._journal.step(
                f"{self._name}.{verb}", partial(method, *args), write=verb in self._writes
            )

        def call_once(*args: Any) -> Any:
            if (verb, *args) not in self._known:
                self._known[verb, *args] = call(*args)
            return self._known[verb, *args]

        return call_once if verb in self._once else call
