"""Several machines on PostgreSQL: kills under load, and a release while renewals are under way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine

from bot.storage.migrate import VERSION_TABLE
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.databases import fresh_postgresql
from tests.wholeway.renewal import answered, certified, opened, staged

RENEWALS = 6


@pytest.fixture
def machines(sandbox: World, tmp_path: Path) -> Iterator[BotProcesses]:
    """Two web processes and two workers on one server, two more workers to come."""
    with fresh_postgresql() as url:
        settings = {"DATABASE_URL": url, "WEB_CONCURRENCY": "2", "SWEEP_SECONDS": "0"}
        processes = BotProcesses({**sandbox.environment(), **settings}, tmp_path, measured=False)
        yield processes
        processes.stop()


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("TRIALS"), reason="a minute with six processes: make trials")
def test_release_under_way_loses_nothing(sandbox: World, machines: BotProcesses) -> None:
    """Migrations first, then old and new side by side, then the old workers die one by one."""
    address = machines.start(workers=2)
    sandbox.connect(address)
    tickets = [opened(sandbox) for _ in range(RENEWALS)]
    for ticket in tickets:
        staged(sandbox, ticket, "details_wanted")
    for ticket in tickets[: RENEWALS // 2]:
        answered(sandbox, ticket)

    next_release(machines.environment["DATABASE_URL"])
    assert requests.get(f"{address}/readyz", timeout=5).status_code == 200, "the old one is ready"
    for ticket in tickets[RENEWALS // 2 :]:
        answered(sandbox, ticket)
    new = [machines.add_worker(), machines.add_worker()]
    for old in list(machines.workers[:2]):
        machines.workers.remove(old)
        old.kill()
        old.wait()
    for ticket in tickets:
        staged(sandbox, ticket, "certificate_wanted", 120)
        certified(sandbox, ticket)
    for ticket in tickets:
        staged(sandbox, ticket, "change_open", 120)

    assert all(worker.poll() is None for worker in new)
    assert len(sandbox.jira.issues("ITOPS")) == len(sandbox.jira.issues("SPC")) == RENEWALS
    for ticket in tickets:
        said = [c["plain_body"] for c in sandbox.zendesk.comments(ticket) if c["public"]]
        assert len(said) == len(set(said))
    until(lambda: machines.finish("replay").stdout == "", "no event has failed for good")


def next_release(url: str) -> None:
    """What the next version's migrations might do: add a column, and say who they are."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE cases ADD COLUMN of_the_next_version TEXT")
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
