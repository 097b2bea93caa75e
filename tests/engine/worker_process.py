"""A worker whose jobs do as they are told: `python -m tests.engine.worker_process URL KEY FOLDER`.

A job makes the calls that its payload names, one after the other.  Each call appends what
it sees to FOLDER/ledger; those whose names begin with `look` change nothing.  `CALL.hold` in
the folder keeps a call from ending, `CALL.fails` holds what it raises, and `EVENT.calls` the
calls that a newer release makes instead.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

from bot import attempt, logs
from bot.engine.journal import Does, Journal
from bot.engine.pace import Pace
from bot.engine.worker import Engine
from bot.errors import Forbidden, LogInRefused, Misconfigured, NeedsHuman, TryLater

QUICK = Pace(
    poll=0.05,
    beat=0.3,
    dead=2.5,
    rescue=0.3,
    faults=(0.05, 0.05, 0.05),
    longest=30.0,
    forbidden=2.0,
    drain=1,
    stop=10.0,
    tidy=3600.0,
)
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a call saw."""

    event: str
    call: str
    what: str  # began or ended
    again: bool
    mark: str
    at: float
    worker: int
    seen: object = None


class Outside:
    """The other side, as far as a ledger and a few notes in a folder can play it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def call(self, event: str, call: str, seen: object = None) -> str:
        self._note(event, call, "began", seen)
        self._held(call)
        self._failing(call)
        self._note(event, call, "ended", seen)
        return f"{call} done"

    def program(self, event: str, calls: list[str]) -> list[str]:
        """The calls of the event's job, unless a newer release makes others."""
        newer = self._folder / f"{event}.calls"
        return newer.read_text().split() if newer.exists() else calls

    def _note(self, event: str, call: str, what: str, seen: object) -> None:
        now = attempt.current()
        entry = Entry(event, call, what, now.again, now.mark, time.time(), os.getpid(), seen)
        line = json.dumps(asdict(entry)) + "\n"
        # One append is one write: several workers may share the ledger.
        with (self._folder / "ledger").open("ab", buffering=0) as ledger:
            ledger.write(line.encode())

    def _held(self, call: str) -> None:
        ends = time.monotonic() + PATIENCE
        while (self._folder / f"{call}.hold").exists() and time.monotonic() < ends:
            time.sleep(0.01)

    def _failing(self, call: str) -> None:
        try:
            how = (self._folder / f"{call}.fails").read_text()
        except FileNotFoundError:
            return
        if how.startswith("later"):
            raise TryLater("come back later", float(how.split()[1]))
        if how == "log-in":
            raise LogInRefused("no such token")
        if how == "forbidden":
            raise Forbidden("not this one")
        if how == "human":
            raise NeedsHuman("somebody must look")
        raise RuntimeError(how)


def worker(url: str, key: str, folder: Path) -> Engine:
    """A worker that plays by the payloads."""
    outside = Outside(folder)

    def job(kind: str, payload: dict[str, object], journal: Journal) -> None:
        event = str(payload["event"])
        seen = [kind, payload.get("note")]
        for call in outside.program(event, cast("list[str]", payload["calls"])):
            does = Does.LOOK if call.startswith("look") else Does.WRITE
            journal.step(call, partial(outside.call, event, call, seen), does)
        if "later" in payload:
            at = datetime.now(UTC) + timedelta(seconds=float(str(payload["later"])))
            ticket = int(str(payload["ticket"]))
            journal.put_later(ticket, at, "later", {"event": f"{event}-later", "calls": ["late"]})

    return Engine(url, [key], job, QUICK)


if __name__ == "__main__":
    logs.configure("WARNING")
    try:
        worker(sys.argv[1], sys.argv[2], Path(sys.argv[3])).run()
    except Misconfigured as fault:
        sys.exit(str(fault))
