"""Whole renewals side by side while everything fails by turns: all end, nothing is doubled.

`make trials` plays three storms, `make storm SEED=7 N=1000 DB=postgresql` another one; without DB
the seed chooses.  A failure names its seed.  On PostgreSQL several web processes and workers share
a server, and the way to it breaks, too.  Every fourth ticket is opened by the expiry watch, and
every fifth case is stopped and handed back on the dashboard.

`tests.storm.plan` says what a seed plays again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.inbox import Inbox
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.storm.agent import Agent
from tests.storm.clock import Clock
from tests.storm.people import Renewal, played
from tests.storm.plan import length, plan
from tests.storm.stores import Store, drawn, opened
from tests.storm.weather import Weather
from tests.wholeway.renewal import nothing_doubled

SEED, N = os.environ.get("SEED", ""), int(os.environ.get("N", "67"))
ASKED = os.environ.get("DB", "")
STORMS = [(1, "sqlite"), (2, "postgresql"), (3, "sqlite")]
if SEED:
    STORMS = [(int(SEED), ASKED or drawn(int(SEED)))]
SWEEP, WATCH = "3", "4"
SITE = "{host},Nordlicht,7001,ada@nordlicht.example"
WANTED = SEED or os.environ.get("STORM") or os.environ.get("TRIALS")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A sandbox of the test's own."""
    made = World.start(tmp_path, patience=0.1)
    yield made
    made.close()


@pytest.mark.skipif(not WANTED, reason="minutes of bad weather: make storm")
@pytest.mark.parametrize(("seed", "database"), STORMS)
def test_every_renewal_comes_through_the_storm(
    world: World, tmp_path: Path, seed: int, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(database, tmp_path, seed) as store:
        figures = storm(world, tmp_path, seed, store)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")


def storm(world: World, folder: Path, seed: int, store: Store) -> str:
    """One storm; gives the figures of it."""
    keys = [world.environment()["KEY_STORE_KEYS"]]
    agent = Agent(Inbox(store.url, keys), CaseStore(connect(store.url)).find)
    renewals = [begun(world, number, agent) for number in range(1, N + 1)]
    settings = {
        "DATABASE_URL": store.url,
        "SWEEP_SECONDS": SWEEP,
        "WATCH_SECONDS": WATCH,
        "PROBE_CONNECT_TO": ",".join(renewal.reached for renewal in renewals),
        "WEB_CONCURRENCY": str(store.webs),
    }
    clock = Clock(folder)
    bot = BotProcesses({**world.environment(), **settings}, folder, measured=False)
    bot.for_workers = clock.environment()
    try:
        world.connect(bot.start(workers=store.workers))
        listed(bot, [renewal.host for renewal in renewals if renewal.watched])
        began = time.monotonic()
        weather = Weather(world, bot, store, clock, plan(seed, N, store.kind))
        try:
            played(renewals, length(N))
        finally:
            weather.end()
        seconds = time.monotonic() - began
        for renewal in renewals:
            nothing_doubled(world, renewal.ticket, watched=renewal.watched)
            ordered_once(renewal)
            assert set(renewal.tagged) <= set(renewal.tags()), "what a colleague wrote stays"
        kept_well(world, bot)
        tags = sum(len(renewal.tagged) for renewal in renewals)
        people = f"tags by colleagues {tags}, opened by the watch {N // 4}, stopped {(N + 4) // 5}"
        return f"storm {seed}: {told(world, bot, weather, people, seconds)}"
    finally:
        bot.stop()
        agent.inbox.close()
        connect(store.url).dispose()
        for renewal in renewals:
            renewal.site.close()


def begun(world: World, number: int, agent: Agent) -> Renewal:
    """Most by a brand's ticket, some by the watch; and with some an agent steps in."""
    return Renewal(world, number, watched=number % 4 == 0, agent=agent if number % 5 == 1 else None)


def listed(bot: BotProcesses, hosts: list[str]) -> None:
    """The sites of which the watch knows from a list."""
    file = bot.folder / "sites.csv"
    rows = ["host,brand,organization,contact", *(SITE.format(host=host) for host in hosts)]
    file.write_text("\n".join(rows))
    assert bot.finish("sites", "import", str(file)).returncode == 0


def ordered_once(renewal: Renewal) -> None:
    """Each order was obeyed, and is noted once."""
    comments = renewal.world.zendesk.comments(renewal.ticket)
    notes = [comment["plain_body"] for comment in comments if not comment["public"]]
    for words in ("took over", "handed back"):
        assert sum(words in note for note in notes) == (renewal.agent is not None)


def kept_well(world: World, bot: BotProcesses) -> None:
    """The bot's own books agree with what people see."""
    until(lambda: bot.finish("cases").stdout.count("\tdone\t") == N, "all cases are done")
    assert bot.finish("replay").stdout == "", "no event has failed for good"
    assert bot.finish("audit", "verify").returncode == 0
    assert len(world.zendesk.ticket_ids()) == N
    assert len(world.jira.issues("ITOPS")) == len(world.jira.issues("SPC")) == N


def told(world: World, bot: BotProcesses, weather: Weather, people: str, seconds: float) -> str:
    """The figures: how many renewals, what was done to them, what it cost."""
    hit = Counter(
        f"{fault.kind} {fault.status}" if fault.kind in ("status", "page") else fault.kind.value
        for _, fault in world.faults.hit
    )
    hooks = Counter[str]()
    for side, webhooks in (("zendesk", world.zendesk.webhooks), ("jira", world.jira.webhooks)):
        fates = webhooks.fates.counted
        hooks.update({f"{side} webhooks {word}": count for word, count in fates.items()})
    retries = bot.log().count("call tried again later") + bot.log().count("log-in refused")
    store, faults = weather.store, sorted((hit + hooks + weather.counted).items())
    return "\n".join(
        (
            f"{N} renewals in {seconds:.0f} s, 0 lost, 0 doubled",
            f"  people: {people} and handed back",
            f"  {store.kind}, web processes: {store.webs}, workers: {store.workers}",
            f"  faults: {', '.join(f'{name} {count}' for name, count in faults)}",
            f"  calls tried again: {retries}; API calls in all: {len(world.faults.calls)}",
        )
    )
