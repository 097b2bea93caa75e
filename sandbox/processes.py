"""The bot as an operator runs it: real processes, fed by nothing but an environment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

REPOSITORY: Final = Path(__file__).resolve().parents[1]
_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


class NotInTime(Exception):
    """Something did not happen in the time that it may take."""


@dataclass
class BotProcesses:
    """One web process and any number of workers on one database; all write to one log."""

    environment: dict[str, str]
    folder: Path
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    measured: bool = True  # whether coverage is measured in them, which makes them slow
    for_workers: dict[str, str] = field(default_factory=dict)  # beside the environment of all

    def start(self, workers: int = 1) -> str:
        """Migrate, start all, and give the web process's address."""
        migrated = self.finish("migrate")
        if migrated.returncode:
            raise NotInTime(f"the migrations failed: {migrated.stderr[-2000:]}")
        self.environment.setdefault("PORT", str(free_port()))
        self.web = self.run("web")
        for _ in range(workers):
            self.add_worker()
        url = f"http://127.0.0.1:{self.environment['PORT']}"
        until(lambda: _ready(url), "the bot's web process is ready")
        return url

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One worker more."""
        worker = self.run("worker")
        self.workers.append(worker)
        return worker

    def kill_worker(self) -> None:
        """kill -9, as a machine does that loses its power."""
        worker = self.workers.pop()
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop(self) -> None:
        """End all, politely first."""
        processes = [p for p in (self.web, *self.workers) if p is not None]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.web, self.workers = None, []

    def finish(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of the bot's, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *command],
            env=self._environment(),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def run(self, command: str) -> subprocess.Popen[bytes]:
        """A command of the bot's that goes on."""
        more = self.for_workers if command == "worker" else {}
        with (self.folder / "bot.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                env=self._environment() | more,
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        """What the processes wrote."""
        return (self.folder / "bot.log").read_text(errors="replace")

    def _environment(self) -> dict[str, str]:
        # What measures the coverage of child processes tells them so by its own variables.
        measuring = [name for name in os.environ if name.startswith("COV") and self.measured]
        names = (*_INHERITED, *measuring)
        return {name: os.environ[name] for name in names if name in os.environ} | self.environment


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for a condition; raises NotInTime by its name."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise NotInTime(f"waited {seconds:.0f} s until {what}")
        time.sleep(0.05)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
