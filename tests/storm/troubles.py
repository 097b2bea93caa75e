"""What may go wrong in a storm, each with all that it takes to do it again."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.faults import Fault
from sandbox.mischief import Mischief


@dataclass(frozen=True, slots=True)
class Calls:
    """The next calls that fit fail."""

    service: str
    method: str
    fault: Fault
    times: int


@dataclass(frozen=True, slots=True)
class Spell:
    """Every call to a side fails for so many seconds."""

    service: str
    fault: Fault
    seconds: float


@dataclass(frozen=True, slots=True)
class Hooks:
    """From now on webhooks of both sides are lost, doubled, late and reordered."""

    zendesk: Mischief
    jira: Mischief


@dataclass(frozen=True, slots=True)
class Kill:
    """kill -9 of a process, and after a pause another one in its place."""

    what: str  # worker or web
    pause: float


@dataclass(frozen=True, slots=True)
class Restart:
    """A process is told to end, does so, and after a pause another one takes its place."""

    what: str  # worker or web
    pause: float


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The workers' clock is so many seconds ahead from now on; a negative number is behind."""

    ahead: float


@dataclass(frozen=True, slots=True)
class Locked:
    """Another process holds the database's write lock for so many seconds (SQLite)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The way to the database breaks for so many seconds (PostgreSQL)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Terminated:
    """The server ends every session of the bot's (PostgreSQL)."""


Trouble = Calls | Spell | Hooks | Kill | Restart | ClockStep | Locked | Cut | Terminated


@dataclass(frozen=True, slots=True)
class Planned:
    """A trouble and when it begins, in seconds from the start."""

    at: float
    trouble: Trouble
