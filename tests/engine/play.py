"""A database, an inbox, workers of their own processes, and the ledger of what they did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.inbox import Inbox
from tests.engine.worker_process import Entry

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 45.0


def until(met: Callable[[], object], why: str, patience: float = PATIENCE) -> None:
    """Wait for the condition; fails by name when it never comes."""
    ends = time.monotonic() + patience
    while not met():
        assert time.monotonic() < ends, f"waited in vain until {why}"
        time.sleep(0.02)


@dataclass
class Play:
    """One database and all that goes on around it."""

    url: str
    key: str
    folder: Path
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.url, [self.key])

    @property
    def sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def start(self, url: str = "", **environment: str) -> subprocess.Popen[str]:
        """A worker process, which may still be on its way."""
        module = [sys.executable, "-m", "tests.engine.worker_process"]
        with (self.folder / "log").open("a") as log:
            worker = subprocess.Popen(
                [*module, url or self.url, self.key, str(self.folder)],
                cwd=ROOT,
                env={**os.environ, **environment},
                stderr=log,
                stdout=log,
                text=True,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[str]) -> None:
        """kill -9."""
        worker.kill()
        worker.wait()

    def stop(self) -> None:
        """End every worker, also a frozen one."""
        for worker in self.workers:
            if worker.poll() is None:
                os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    def put(self, event: str, ticket: int, *calls: str, delay: float = 0.0, **more: object) -> None:
        """An event whose job makes the calls."""
        payload = {"event": event, "ticket": ticket, "calls": list(calls), **more}
        self.inbox.put(event, ticket, "play", payload, delay)

    def hold(self, call: str) -> None:
        (self.folder / f"{call}.hold").touch()

    def release(self, call: str) -> None:
        (self.folder / f"{call}.hold").unlink()

    def fails(self, call: str, how: str) -> None:
        """The call raises from now on: `later SECONDS`, `human`, or a fault with that text."""
        note = self.folder / f"{call}.new"
        note.write_text(how)
        note.rename(self.folder / f"{call}.fails")

    def mends(self, call: str) -> None:
        (self.folder / f"{call}.fails").unlink()

    def releases(self, event: str, *calls: str) -> None:
        """From now on the event's job makes other calls: the program was changed."""
        (self.folder / f"{event}.calls").write_text(" ".join(calls))

    def said(self) -> str:
        """What the workers have logged."""
        return (self.folder / "log").read_text()

    def entries(self, event: str, call: str = "", what: str = "") -> list[Entry]:
        """What the ledger says of the event, in order."""
        path = self.folder / "ledger"
        lines = path.read_text().splitlines() if path.exists() else []
        found = [Entry(**json.loads(line)) for line in lines]
        return [
            entry
            for entry in found
            if entry.event == event and call in ("", entry.call) and what in ("", entry.what)
        ]

    def wakes(self, event: str) -> list[float]:
        """When the event's pauses end or ended, by the engine's journal."""
        steps = self.inbox.client.library.list_workflow_steps(event)
        return [float(s["output"]) for s in steps if s["function_name"] == "DBOS.sleep"]

    def until_began(self, event: str, call: str, times: int = 1) -> list[Entry]:
        """Wait until the call began so often."""
        until(
            lambda: len(self.entries(event, call, "began")) >= times,
            f"{call} of {event} begins ({times})",
        )
        return self.entries(event, call, "began")

    def until_done(self, event: str, call: str) -> list[Entry]:
        """Wait until the call ended; all its beginnings."""
        until(lambda: self.entries(event, call, "ended"), f"{call} of {event} ends")
        return self.entries(event, call, "began")

    def until_dead(self, event: str) -> None:
        """Wait until the event lies with the dead letters."""
        until(lambda: event in {d.id for d in self.inbox.dead()}, f"{event} is a dead letter")
