"""What more workers bring: PostgreSQL, and 100 ms for each API call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.rounds import Figure, Scale, in_turns
from bench.world import playing
from tests.databases import fresh_postgresql

LATENCY = 0.1


def measured(scale: Scale) -> Iterator[Figure]:
    """One, two and four workers."""
    count, several = scale.count(5, 8), (2,) if scale.quick else (2, 4)
    rates = {
        name: partial(_rate, count, workers)
        for workers, name in ((1, "one worker"), *((w, f"{w} workers") for w in several))
    }
    found = in_turns(scale.plays, "/min", rates)
    one = found["one worker"]
    for workers in several:
        series = found[f"{workers} workers"]
        yield Figure(
            f"renewals with {workers} workers, PostgreSQL, 100 ms a call",
            series,
            (one,),
            f"0.8 of {workers} × one worker, until the cores are busy",
            series.median >= 0.8 * workers * one.median,
        )


def _rate(count: int, workers: int) -> float:
    with fresh_postgresql() as url, playing(count, url, workers, LATENCY) as play:
        play.world.zendesk.allows(100_000)
        return count / play.run() * 60
