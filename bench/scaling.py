"""What more workers bring: PostgreSQL, and 100 ms for each API call."""

from __future__ import annotations

from collections.abc import Iterator

from bench.rounds import Figure, Scale, Series
from bench.world import playing
from tests.databases import fresh_postgresql

LATENCY = 0.1


def measured(scale: Scale) -> Iterator[Figure]:
    """One, two and four workers."""
    count, found = scale.count(5, 12), dict[int, Series]()
    for workers in (1, 2) if scale.quick else (1, 2, 4):
        with fresh_postgresql() as url, playing(count, url, workers, LATENCY) as play:
            play.world.zendesk.allows(100_000)
            rate = count / play.run() * 60
        found[workers] = Series(f"{workers} workers", "/min", (rate,))
    one = found.pop(1)
    for workers, series in found.items():
        yield Figure(
            f"renewals with {workers} workers, PostgreSQL, 100 ms a call",
            series,
            (Series("one worker", "/min", one.values),),
            f"0.8 of {workers} × one worker, until the cores are busy",
            series.median >= 0.8 * workers * one.median,
        )
