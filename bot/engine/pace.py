"""How fast the engine polls, beats, retries and tidies; tests use a quicker one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, unless the name of the type says otherwise."""

    poll: float = 0.25
    """Between two looks for new events (PostgreSQL): half of it is what one waits on average."""

    rest: float = 5.0
    """The same where every change rings (SQLite): for what falls due without one."""

    look: float = 0.1
    """Between two questions whether anything has changed (SQLite)."""

    carry: float = 0.1
    """Between two looks for hints that web processes have kept, where something may be new."""

    outage: float = 1.0
    """Before hints are looked for again when the database did not answer."""

    beat: float = 4.0
    """Between two heartbeats of a worker (PostgreSQL)."""

    dead: float = 18.0
    """Silence after which a worker counts as dead; with `beat` well under 30."""

    rescue: float = 5.0
    """Between two looks for claimed events that nothing runs; the second one sends them back."""

    faults: tuple[float, ...] = (1.0, 5.0, 15.0)
    """Pauses before a call is tried again that failed by a fault of ours."""

    longest: float = 24 * 3600.0
    """How long one call is tried again before its event goes to the dead letters."""

    forbidden: float = 3600.0
    """The same for a call that is forbidden while the log-in may be in order."""

    longest_pause: float = 3600.0
    """The longest single pause that the other side may ask for: its ticket waits as long."""

    drain: int = 5
    """What jobs at work are given to end when the worker is told to stop."""

    stop: float = 25.0
    """The longest that a worker takes to stop: what looks after processes kills after thirty."""

    tidy: float = 3600.0
    """Between two removals of finished events."""

    keep: timedelta = timedelta(days=14)
    """How long finished events are remembered: longer than any sender repeats a delivery."""


NORMAL: Final = Pace()
