"""Web processes to measure, each on one core; the load comes from the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from sandbox.processes import free_port

ROOT: Final = Path(__file__).resolve().parents[1]
SECRET: Final = "bench-secret"
THREADS: Final = 16
_PIN: Final = shutil.which("taskset") if (os.cpu_count() or 1) > 1 else None


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers; `pid` is its first process."""

    url: str
    pid: int


def pinned(core: int) -> list[str]:
    """The words before a command that keep it on one core, where that can be had."""
    return [_PIN, "-c", str(core)] if _PIN else []


@contextmanager
def serving(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """A server, once it answers; ended afterwards."""
    process = subprocess.Popen(
        [*pinned(0), *command],
        env=dict(environment),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(url)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def flask(module: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """A bare application of `bench.baselines` on the same gunicorn as the bot's."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    command += ["--worker-class", "gthread", "--threads", str(THREADS), f"bench.baselines.{module}"]
    with serving(command, environment, port) as server:
        yield server


@contextmanager
def door(environment: Mapping[str, str]) -> Iterator[Server]:
    """The bot's own web process, its tables made."""
    port = str(free_port())
    settings = {**environment, "PORT": port}
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        env=settings,
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    with serving([sys.executable, "-m", "bot", "web"], settings, int(port)) as server:
        yield server


def settings(database: str) -> dict[str, str]:
    """What a bot needs that calls nobody."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - only here

    return {
        "PATH": os.environ["PATH"],
        "BENCH_SECRET": SECRET,
        "DATABASE_URL": database,
        "ZENDESK_URL": "http://127.0.0.1:1",
        "ZENDESK_EMAIL": "bot@example.com",
        "ZENDESK_TOKEN": "none",
        "ZENDESK_WEBHOOK_SECRET": SECRET,
        "JIRA_URL": "http://127.0.0.1:1",
        "JIRA_TOKEN": "none",
        "JIRA_WEBHOOK_SECRET": SECRET,
        "KEY_STORE_KEYS": Fernet.generate_key().decode(),
        "KEY_HANDOVER": "pull",
        "LOG_LEVEL": "WARNING",
    }


def _until_up(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            requests.get(f"{url}/healthz", timeout=1)
        except requests.RequestException:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nothing answers on {url}")
