"""Failing on purpose, and a record of every call.

One `Faults` serves all services of a sandbox.  A planned fault hits the next calls that
fit it; what is not planned never fails.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Kind(StrEnum):
    """How a call fails."""

    STATUS = "status"  # an error answer, and nothing was done
    RESET_BEFORE = "reset_before"  # the connection breaks before anything was done
    RESET_AFTER = "reset_after"  # the work is done, the answer is lost
    SLOW = "slow"  # answered after a while
    PAGE = "page"  # an error answer of a proxy, in HTML, and nothing was done
    GARBAGE = "garbage"  # the work is done, the answer is a page of a proxy
    TYPE = "type"  # the work is done, the right answer says that it is HTML
    EMPTY = "empty"  # the work is done, the answer has no body
    TRUNCATED = "truncated"  # the work is done, the answer's JSON ends in its midst
    CUT = "cut"  # the work is done, the connection ends in mid-body
    DRIP = "drip"  # the work is done, the answer comes in small pieces


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong; `seconds` is the wait of SLOW and DRIP.

    `retry_after` is sent as it stands, or, if `dated`, as the date so many seconds from then.
    """

    kind: Kind
    status: int = 503
    retry_after: str = ""
    seconds: float = 0.0
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached a service, in order of arrival."""

    service: str
    method: str
    path: str

    @property
    def writes(self) -> bool:
        """Whether the call may change something."""
        return self.method not in READS


Watcher = Callable[[Call], None]


@dataclass
class _Planned:
    service: str
    method: str
    path: str
    fault: Fault
    times: int
    until: float | None


@dataclass
class Faults:
    """The plan, the record, and those who watch."""

    calls: list[Call] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    hit: list[tuple[Call, Fault]] = field(default_factory=list)
    _plan: list[_Planned] = field(default_factory=list)
    _after_write: list[Watcher] = field(default_factory=list)
    _after_answer: list[Watcher] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(
        self, fault: Fault, *, service: str = "", method: str = "", path: str = "", times: int = 1
    ) -> None:
        """Have the next `times` calls fail that fit; an empty text fits all, `path` any part."""
        with self._lock:
            self._plan.append(_Planned(service, method, path, fault, times, None))

    def last(
        self, fault: Fault, seconds: float, *, service: str = "", method: str = "", path: str = ""
    ) -> None:
        """Have every call fail that fits, for so many seconds; this goes before what is planned."""
        until = time.monotonic() + seconds
        with self._lock:
            self._plan.insert(0, _Planned(service, method, path, fault, 0, until))

    def clear(self) -> None:
        """Nothing fails any more."""
        with self._lock:
            self._plan.clear()

    def after_write(self, watcher: Watcher) -> None:
        """Call `watcher` when a write is done and not answered yet."""
        self._after_write.append(watcher)

    def after_answer(self, watcher: Watcher) -> None:
        """Call `watcher` when a write is done and its answer is sent."""
        self._after_answer.append(watcher)

    def arrived(self, call: Call, body: bytes) -> Fault | None:
        """Record the call; the fault that is planned for it."""
        with self._lock:
            self.calls.append(call)
            self.bodies.append(body)
            now = time.monotonic()
            self._plan = [p for p in self._plan if p.until is None or p.until > now]
            for planned in self._plan:
                if _fits(planned, call):
                    planned.times -= 1
                    if planned.times <= 0 and planned.until is None:
                        self._plan.remove(planned)
                    self.hit.append((call, planned.fault))
                    return planned.fault
        return None

    def done(self, call: Call) -> None:
        """The work of the call is done."""
        if call.writes:
            for watcher in self._after_write:
                watcher(call)

    def answered(self, call: Call) -> None:
        """The answer of the call is sent."""
        if call.writes:
            for watcher in self._after_answer:
                watcher(call)


def _fits(planned: _Planned, call: Call) -> bool:
    return (
        planned.service in ("", call.service)
        and planned.method in ("", call.method)
        and planned.path in call.path
    )
