"""What the journal of a job keeps: a record is one commit, with all outcomes since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

RECORD: Final = "journal"
"""The name of such a record among the steps of the engine."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call answered, or raised."""

    name: str
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Outcomes in order.  `run` is the execution that has kept them, and begins what follows."""

    run: str
    outcomes: tuple[Outcome, ...]
