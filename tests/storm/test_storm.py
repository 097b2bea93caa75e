"""Whole renewals side by side while everything fails by turns: all end, nothing is doubled.

`make trials` plays three storms, `make storm SEED=7 N=1000` another one; a failure names its
seed.  On PostgreSQL (`STORM_DATABASE=postgresql`) two web processes and two workers
share a server, and the way to it breaks, too.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.databases import HOST, PORT, fresh_postgresql
from tests.engine.passage import Passage
from tests.storm.people import Renewal, played
from tests.storm.plan import length, plan
from tests.storm.weather import Weather
from tests.wholeway.renewal import nothing_doubled

SEED, N = os.environ.get("SEED", ""), int(os.environ.get("N", "67"))
DATABASE = os.environ.get("STORM_DATABASE", "sqlite")
STORMS = [(int(SEED), DATABASE)] if SEED else [(1, "sqlite"), (2, "postgresql"), (3, "sqlite")]
SWEEP = "3"
TRIALS = os.environ.get("TRIALS")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A sandbox of the test's own."""
    made = World.start(tmp_path, patience=0.1)
    yield made
    made.close()


@pytest.mark.skipif(not SEED and not TRIALS, reason="minutes of bad weather: make trials")
@pytest.mark.parametrize(("seed", "database"), STORMS)
def test_every_renewal_comes_through_the_storm(
    world: World, tmp_path: Path, seed: int, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        url, passage = f"sqlite:///{tmp_path / 'bot.db'}", None
        if database == "postgresql":
            passage = stack.enter_context(Passage(HOST, PORT))
            fresh = stack.enter_context(fresh_postgresql())
            url = fresh.replace(f"{HOST}:{PORT}", f"{HOST}:{passage.port}")
        figures = storm(world, tmp_path, seed, url, passage)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")


def storm(world: World, folder: Path, seed: int, url: str, passage: Passage | None) -> str:
    """One storm; gives the figures of it."""
    renewals = [Renewal(world, number) for number in range(1, N + 1)]
    sites = ",".join(renewal.reached for renewal in renewals)
    settings = {
        "DATABASE_URL": url,
        "SWEEP_SECONDS": SWEEP,
        "PROBE_CONNECT_TO": sites,
        "WEB_CONCURRENCY": "2" if passage else "1",
    }
    bot = BotProcesses({**world.environment(), **settings}, folder, measured=False)
    try:
        address = bot.start(workers=2 if passage else 1)
        world.connect(address)
        began = time.monotonic()
        troubles = plan(seed, N, cuts=passage is not None)
        weather = Weather(world, bot, troubles, passage)
        try:
            played(renewals, length(N))
        finally:
            weather.end()
        seconds = time.monotonic() - began
        for renewal in renewals:
            nothing_doubled(world, renewal.ticket)
        kept_well(world, bot)
        return told(world, bot, weather, seed, seconds)
    finally:
        bot.stop()
        for renewal in renewals:
            renewal.site.close()


def kept_well(world: World, bot: BotProcesses) -> None:
    """The bot's own books agree with what people see."""
    until(lambda: bot.finish("cases").stdout.count("\tdone\t") == N, "all cases are done")
    assert bot.finish("replay").stdout == "", "no event has failed for good"
    assert bot.finish("audit", "verify").returncode == 0
    assert len(world.jira.issues("ITOPS")) == len(world.jira.issues("SPC")) == N


def told(world: World, bot: BotProcesses, weather: Weather, seed: int, seconds: float) -> str:
    """The figures: how many renewals, what was done to them, what it cost."""
    hit = Counter(
        f"{fault.kind} {fault.status}" if fault.kind == "status" else fault.kind.value
        for _, fault in world.faults.hit
    )
    retries = bot.log().count("call tried again later") + bot.log().count("log-in refused")
    lost = sum(sent.status != 202 for sent in world.zendesk.deliveries())
    faults = ", ".join(f"{name} {count}" for name, count in sorted((hit + weather.counted).items()))
    return "\n".join(
        (
            f"storm {seed}: {N} renewals in {seconds:.0f} s, 0 lost, 0 doubled",
            f"  faults: {faults}",
            f"  webhooks of Zendesk lost or refused: {lost}; calls tried again: {retries}; "
            f"API calls in all: {len(world.faults.calls)}",
        )
    )
