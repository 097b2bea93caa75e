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

import requests

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class BotProcesses:
    """One web process and any number of workers on one database."""

    environment: dict[str, str]
    folder: Path
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, workers: int = 1) -> str:
        """Migrate, start all, and give the web process's address."""
        self.finish("migrate")
        self.environment["PORT"] = str(free_port())
        self.web = self.run("web")
        for _ in range(workers):
            self.add_worker()
        url = f"http://127.0.0.1:{self.environment['PORT']}"
        until(lambda: _ready(url), "the web process is ready")
        return url

    def add_worker(self) -> subprocess.Popen[bytes]:
        worker = self.run("worker")
        self.workers.append(worker)
        return worker

    def kill_worker(self) -> None:
        """kill -9, as a machine does that loses its power."""
        worker = self.workers.pop()
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop(self) -> None:
        processes = [p for p in (self.web, *self.workers) if p is not None]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

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
        with (self.folder / "bot.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                env=self._environment(),
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        return (self.folder / "bot.log").read_text(errors="replace")

    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        kept += tuple(name for name in os.environ if name.startswith("COV"))
        return {name: os.environ[name] for name in kept if name in os.environ} | self.environment


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for a condition, or fail by name."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s until {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
