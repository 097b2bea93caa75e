"""Signed webhooks made durable per second, on one core."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.baselines.hooks import debian_webhook
from bench.deliveries import rate
from bench.rounds import Figure, Scale, Series, in_turns
from bench.servers import Server, door, flask, settings
from bench.spy import Spy
from bench.world import children
from tests.databases import fresh_postgresql


def measured(scale: Scale) -> Iterator[Figure]:
    """On SQLite, then on PostgreSQL."""
    yield _sqlite(scale)
    yield _postgresql(scale)


def _sqlite(scale: Scale) -> Figure:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours, theirs = (f"sqlite:///{folder / name}.db" for name in ("bot", "insert"))
        environment = {**settings(ours), "BENCH_DATABASE": theirs}
        servers: dict[str, Server | None] = {
            "the door": stack.enter_context(door(environment)),
            "signature only": stack.enter_context(flask("floor:application", environment)),
            "one insert each": stack.enter_context(flask("insert:application", environment)),
            "webhook (Debian)": stack.enter_context(debian_webhook(folder)),
        }
        found = _in_turns(scale, servers, folder)
        profile = _profiled(servers["the door"], folder, scale)
    own = found.pop("the door")
    inserts, debian = found["one insert each"], found.get("webhook (Debian)")
    met = own.median >= inserts.median and (not debian or own.median >= 3 * debian.median)
    return Figure(
        "signed webhooks made durable, one core, SQLite",
        own,
        tuple(found.values()),
        "at least one insert each, 3 × webhook",
        met,
        () if debian else ("webhook is not installed (apt-get install webhook)",),
        {"profile": profile},
    )


def _postgresql(scale: Scale) -> Figure:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours, theirs = (stack.enter_context(fresh_postgresql()) for _ in range(2))
        environment = {**settings(ours), "BENCH_DATABASE": theirs}
        servers: dict[str, Server | None] = {
            "the door": stack.enter_context(door(environment)),
            "one insert each": stack.enter_context(flask("insert:application", environment)),
        }
        found = _in_turns(scale, servers, folder)
    own = found.pop("the door")
    met = own.median >= 0.8 * found["one insert each"].median
    title = "signed webhooks made durable, one core, PostgreSQL"
    return Figure(title, own, tuple(found.values()), "at least 0.8 of one insert each", met)


def _profiled(server: Server | None, folder: Path, scale: Scale) -> dict[str, float]:
    """Where the door's time goes under the same load."""
    assert server is not None, "the door is ours"
    spy = Spy(children(server.pid)[0], folder / "door.raw")
    rate(server.url, folder, scale.pick(2, 3))
    return spy.shares()


def _in_turns(
    scale: Scale, servers: Mapping[str, Server | None], folder: Path
) -> dict[str, Series]:
    seconds = scale.pick(1, 2)
    measures: dict[str, Callable[[], float]] = {
        name: partial(rate, server.url, folder, seconds)
        for name, server in servers.items()
        if server
    }
    return in_turns(scale.rounds, "/s", measures)
