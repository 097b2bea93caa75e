"""How long it takes to read a brand's reply."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.rounds import Figure, Scale, Series, percentile
from bot.reading import reply
from tests.reading.replies import all_written


def measured(scale: Scale) -> Iterator[Figure]:
    """Every reply of the tests' corpus."""
    corpus, medians, worst = all_written(), list[float](), list[float]()
    for written in corpus:
        reply.read(written.text, written.offered)  # tables are read at the first use
    for _ in range(scale.rounds):
        times = []
        for written in corpus:
            began = time.perf_counter()
            reply.read(written.text, written.offered)
            times.append((time.perf_counter() - began) * 1000)
        medians.append(percentile(times, 0.5))
        worst.append(max(times))
    yield Figure(
        f"reading a reply, median of {len(corpus)}",
        Series("reading", "ms", tuple(medians)),
        target="under 5 ms",
        met=max(medians) < 5,
    )
    yield Figure(
        "reading a reply, the worst",
        Series("reading", "ms", tuple(worst)),
        target="under 50 ms",
        met=sorted(worst)[len(worst) // 2] < 50,
    )
