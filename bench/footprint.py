"""What the processes cost before anybody asks them for anything."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

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
        median(web) < 1,
    )
    with playing(0) as play:
        assert play.bot.web is not None, "the bot was started"
        requests.get(f"{play.url}/metrics", timeout=10)
        serving, worker = children(play.bot.web.pid)[0], play.bot.workers[0].pid
        time.sleep(scale.pick(2, 4))
        memory, idle = [], []
        for _ in range(scale.rounds):
            idle.append(_used((play.bot.web.pid, worker), scale.pick(3, 8)))
            memory.append((resident(serving), resident(worker)))
    web_memory, worker_memory = zip(*memory, strict=True)
    web_idle, worker_idle = zip(*idle, strict=True)
    yield Figure(
        "web: resident memory of the serving process",
        Series("web", "MiB", web_memory),
        target="under 80 MiB",
        met=median(web_memory) < 80,
    )
    yield Figure("worker: resident memory", Series("worker", "MiB", worker_memory))
    for name, used in (("web", web_idle), ("worker", worker_idle)):
        yield Figure(
            f"{name}: idle",
            Series(name, "% of a core", used),
            target="under 1 %",
            met=median(used) < 1,
        )


def _used(processes: Sequence[int], seconds: float) -> tuple[float, ...]:
    """What each uses of a core while nobody asks it for anything, in percent."""
    before, began = [cpu(process) for process in processes], time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    now = [cpu(process) for process in processes]
    return tuple((after - b) / took * 100 for after, b in zip(now, before, strict=True))


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
