"""Whole renewals per minute, and what part of a worker's time is the engine's own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import rsa

from bench.rounds import Figure, Scale, Series, in_turns
from bench.spy import PARTS, Spy
from bench.world import cpu, playing
from tests.storm import people

ENGINE = PARTS[0][0]


def measured(scale: Scale) -> Iterator[Figure]:
    """RSA 2048, the sandbox in another process than the worker."""
    answers = people.ANSWERS
    people.ANSWERS = answers.replace("P-256", "2048")
    try:
        yield from _measured(scale)
    finally:
        people.ANSWERS = answers


def _measured(scale: Scale) -> Iterator[Figure]:
    count, rates, costs = scale.count(5, 16), list[float](), list[float]()
    profiles: list[dict[str, float]] = []
    for _ in range(scale.plays):
        with playing(count) as play:
            worker = play.bot.workers[0].pid
            used = cpu(worker)
            spy = Spy(worker, play.bot.folder / "worker.raw")
            rates.append(count / play.run() * 60)
            costs.append((cpu(worker) - used) / count * 1000)
            profiles.append(spy.shares())
    keys = in_turns(
        scale.rounds,
        "/min",
        {
            "keys alone, cryptography, one core": lambda: _keys(scale.pick(0.7, 1.2)),
            "keys alone, openssl genrsa": lambda: _openssl(scale.pick(0.7, 1.2)),
        },
    )
    yield Figure(
        "renewals, RSA 2048, one worker on SQLite",
        Series("renewals", "/min", tuple(rates)),
        tuple(keys.values()),
    )
    yield Figure("a renewal's CPU time in the worker", Series("worker", "ms", tuple(costs)))
    shares = [profile[ENGINE] for profile in profiles if ENGINE in profile]
    if shares:
        yield Figure(
            "the engine's own part of the worker's time in the interpreter",
            Series("engine", "%", tuple(shares)),
            target="under 25 %",
            met=sorted(shares)[len(shares) // 2] < 25,
            details={"profile": profiles[-1]},
        )
    else:
        yield Figure("py-spy is not installed: no profile", Series("", "", (0.0,)))


def _keys(seconds: float) -> float:
    count, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        rsa.generate_private_key(65537, 2048)
        count += 1
    return count / (time.monotonic() - began) * 60


def _openssl(seconds: float) -> float:
    count, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, timeout=30)
        count += 1
    return count / (time.monotonic() - began) * 60
