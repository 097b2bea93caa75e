"""What the processes cost before anybody asks them for anything."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from bench.rounds import Figure, Scale, Series
from bench.servers import flask, settings
from bench.world import children, cpu, playing, resident
from sandbox.processes import BotProcesses, free_port, until


def measured(scale: Scale) -> Iterator[Figure]:
    """Start, memory, and idling of web process and worker."""
    web, bare = list[float](), list[float]()
    for _ in range(scale.rounds):
        web.append(_start_of_web())
        began = time.monotonic()
        with flask("floor:application", settings("sqlite://")):
            bare.append(time.monotonic() - began)
    yield Figure(
        "web: start to ready",
        Series("web", "s", tuple(web)),
        (Series("bare Flask and gunicorn", "s", tuple(bare)),),
        "under 1 s",
        sorted(web)[len(web) // 2] < 1,
    )
    with playing(0) as play:
        assert play.bot.web is not None, "the bot was started"
        requests.get(f"{play.url}/metrics", timeout=10)
        serving, worker = children(play.bot.web.pid)[0], play.bot.workers[0].pid
        time.sleep(scale.pick(2, 4))
        used, began = (cpu(play.bot.web.pid), cpu(worker)), time.monotonic()
        time.sleep(scale.pick(3, 12))
        seconds = time.monotonic() - began
        idle = [
            (now - then) / seconds * 100
            for now, then in zip((cpu(play.bot.web.pid), cpu(worker)), used, strict=True)
        ]
        memory = resident(serving), resident(worker)
    yield Figure(
        "web: resident memory of the serving process",
        Series("web", "MiB", (memory[0],)),
        target="under 80 MiB",
        met=memory[0] < 80,
    )
    yield Figure("worker: resident memory", Series("worker", "MiB", (memory[1],)))
    yield Figure(
        "web: idle", Series("web", "% of a core", (idle[0],)), target="under 1 %", met=idle[0] < 1
    )
    yield Figure(
        "worker: idle",
        Series("worker", "% of a core", (idle[1],)),
        target="under 1 %",
        met=idle[1] < 1,
    )


def _start_of_web() -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = settings(f"sqlite:///{Path(folder) / 'bot.db'}")
        bot = BotProcesses(environment, Path(folder), measured=False)
        bot.finish("migrate")
        bot.environment["PORT"] = str(free_port())
        began = time.monotonic()
        bot.web = bot.run("web")
        url = f"http://127.0.0.1:{bot.environment['PORT']}/readyz"
        until(lambda: _ready(url), f"the web process is ready ({sys.executable})", 30)
        took = time.monotonic() - began
        bot.stop()
    return took


def _ready(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False
