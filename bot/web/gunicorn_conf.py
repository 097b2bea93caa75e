"""How gunicorn runs the web process; read by gunicorn, `-c bot/web/gunicorn_conf.py`.

No preloading: each process opens its own connections after the fork.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import tempfile
from pathlib import Path
from typing import Any, Final

from bot import logs

NUMBERS: Final = "PROMETHEUS_MULTIPROC_DIR"

STALLED: Final = 10
"""Seconds that a client may pause within its request; Zendesk gives up after 12 altogether."""

bind = f"0.0.0.0:{os.environ.get('PORT', '').strip() or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY", "").strip() or "1")
worker_class = "bot.web.gunicorn_worker.Worker"
threads = 16
timeout = 30
graceful_timeout = 20
keepalive = 5
backlog = 512
limit_request_line = 4094  # a single sign-on leads back with codes of more than a thousand letters
limit_request_fields = 64
limit_request_field_size = 8190
preload_app = False
control_socket_disable = True

# The heartbeat's file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's advice

accesslog = None  # the doors write one line for each delivery
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "bot.logs.formatter"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    # gunicorn's own root names a handler that is not here.
    "root": {"level": "INFO", "handlers": ["err"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["err"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": ["err"], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Give the processes a folder where each keeps its numbers, unless there is one."""
    if not os.environ.get(NUMBERS):
        server.numbers = os.environ[NUMBERS] = tempfile.mkdtemp(prefix="bot-numbers-")


def on_exit(server: Any) -> None:
    """The numbers end with the server, so that the next one starts from zero."""
    if made := getattr(server, "numbers", None):
        shutil.rmtree(made, ignore_errors=True)


def when_ready(server: Any) -> None:
    """Bound stalled clients: on Linux, accepted connections inherit these times."""
    pause = struct.pack("ll", STALLED, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pause)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, pause)


def post_fork(_server: Any, _worker: Any) -> None:
    """Our own lines go the same way; the level has been checked by then."""
    logs.configure((os.environ.get("LOG_LEVEL") or "INFO").strip().upper())


def child_exit(_server: Any, worker: Any) -> None:
    """Let Prometheus forget the gauges of a process that ended."""
    # The library looks for the folder when it is first imported, so not before `on_starting`.
    from prometheus_client import multiprocess  # noqa: PLC0415

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # theirs
