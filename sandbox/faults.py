"""Failing on purpose, and a record of every call.

One `Faults` serves all services of a sandbox.  A planned fault hits the next calls that
fit it; what is not planned never fails.
"""

from __future__ import annotations

import threading
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
    GARBAGE = "garbage"  # the work is done, the answer is a page of a proxy


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong; `retry_after` is sent as it stands, `seconds` is the wait of SLOW."""

    kind: Kind
    status: int = 503
    retry_after: str = ""
    seconds: float = 0.0


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
            self._plan.append(_Planned(service, method, path, fault, times))

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
            for planned in self._plan:
                if _fits(planned, call):
                    planned.times -= 1
                    if planned.times <= 0:
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
