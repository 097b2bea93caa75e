"""The whole machine dies and comes again, or its database server is away for minutes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.storm.stores import opened as database
from tests.wholeway.renewal import answered, certified, installed, nothing_doubled, opened, staged
from tests.wholeway.test_disk_full import family

AWAY = 120.0
"""Seconds without the server."""
TICKETS = 4


def test_machine_that_dies_at_each_stage_completes_the_renewal(
    sandbox: World, bot: BotProcesses
) -> None:
    sandbox.connect(bot.start())
    ticket = opened(sandbox)
    for stage, moved in (
        ("details_wanted", answered),
        ("certificate_wanted", certified),
        ("change_open", installed),
    ):
        staged(sandbox, ticket, stage)
        moved(sandbox, ticket)
        dies(bot)
        bot.start()
    staged(sandbox, ticket, "done")

    until(lambda: f"{ticket}\tdone" in bot.finish("cases").stdout, "the case is kept as done")
    nothing_doubled(sandbox, ticket)
    assert bot.finish("replay").stdout == ""


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("TRIALS"), reason="two minutes of waiting: make trials")
def test_server_that_is_away_for_minutes_only_makes_it_late(sandbox: World, tmp_path: Path) -> None:
    with database("postgresql", tmp_path, 1) as store:
        settings = {"DATABASE_URL": store.url, "SWEEP_SECONDS": "5"}
        bot = BotProcesses({**sandbox.environment(), **settings}, tmp_path, measured=False)
        try:
            sandbox.connect(bot.start(workers=2))
            tickets = [opened(sandbox) for _ in range(TICKETS)]
            for ticket in tickets:
                staged(sandbox, ticket, "details_wanted")
            answered(sandbox, tickets[0])
            assert store.passage is not None
            store.passage.close_door()
            for ticket in tickets[1:]:
                answered(sandbox, ticket)
            time.sleep(AWAY)
            assert all(worker.poll() is None for worker in bot.workers), "the workers live"
            store.passage.open_door()
            for ticket in tickets:
                staged(sandbox, ticket, "certificate_wanted", 240)
                said = [c["plain_body"] for c in sandbox.zendesk.comments(ticket) if c["public"]]
                assert len(said) == len(set(said))
            assert bot.finish("replay").stdout == ""
        finally:
            bot.stop()


def dies(bot: BotProcesses) -> None:
    """No process of the bot's is left, from one moment to the next."""
    processes = [process for process in (bot.web, *bot.workers) if process is not None]
    for pid in [pid for process in processes for pid in family(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    for process in processes:
        process.wait()
    bot.web, bot.workers = None, []
