"""How everything stands, counted in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot import tally
from bot.case import At, Case
from bot.errors import TryLater
from bot.site import Site
from bot.storage.audit import AuditTrail
from bot.storage.budgets import Budgets, Limit
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.figures import FiguresReader
from bot.storage.sites import SiteStore
from bot.storage.sweeps import Sweeps
from bot.storage.tallies import Tallies
from tests.plans import plans


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    tally.taken()
    yield
    tally.taken()


def case(ticket: int, at: At, days: int | None = None) -> Case:
    until = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    return Case(ticket, 7, "Ada", 70, at, served_until=until)


def test_cases_are_counted_by_stage_and_by_what_is_left_of_their_certificates(
    database: Engine,
) -> None:
    store = CaseStore(database)
    for ticket, at, days in (
        (1, At.DETAILS_WANTED, 1),
        (2, At.DETAILS_WANTED, 10),
        (3, At.CHANGE_OPEN, None),
        (4, At.DONE, 1),
    ):
        store.save(case(ticket, at, days))

    found = FiguresReader(database).read()

    assert found.cases == {"details_wanted": 2, "change_open": 1, "done": 1}
    assert found.expiring == {2: 1, 7: 1, 14: 2, 30: 2}
    assert 0 <= found.oldest["change_open"] < 60


def test_keys_budgets_and_sweeps_are_told(database: Engine) -> None:
    trail = AuditTrail(database)
    for what in ("key opened", "key opened", "key destroyed", "stage changed"):
        trail.note(35, "bot", what)
    budgets = Budgets(database)
    budgets.take(Limit("zendesk updates", 100, 60.0), Limit("zendesk updates of ticket 35", 30, 9))
    Sweeps(database).save("tickets", datetime.now(UTC) - timedelta(minutes=5))

    found = FiguresReader(database).read()

    assert found.keys == {"key opened": 2, "key destroyed": 1}
    assert found.budgets == {"zendesk updates": (99, 100)}
    assert 290 < found.sweeps["tickets"] < 360
    assert found.workers == 0


def test_counts_of_all_processes_are_summed(database: Engine) -> None:
    tallies = Tallies(database)
    for _ in range(3):
        tally.count("retries")
    tallies.write()
    tally.count("retries")
    tally.count("calls Zendesk")
    tallies.write()
    tallies.write()

    assert tallies.all() == {"retries": 4, "calls Zendesk": 1}


def test_counts_that_could_not_be_written_are_kept(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    empty = connect(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'bot.db'}")
    tally.count("retries")

    Tallies(empty).write()

    assert tally.taken() == {"retries": 1}


def test_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    empty = connect(f"sqlite:///{tmp_path / 'empty.db'}")

    with pytest.raises(TryLater):
        FiguresReader(empty).read()


def test_every_query_of_cases_and_record_reads_nothing_but_an_index(database: Engine) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans tables that are as small as this one")
    CaseStore(database).save(case(1, At.DONE))

    with plans() as steps:
        FiguresReader(database).read()

    read = [step for step in steps if " cases" in step or " audit" in step]
    assert read
    assert [step for step in read if "COVERING INDEX" not in step or "=?" not in step] == []


def test_sites_are_counted_by_what_is_late_or_over(database: Engine) -> None:
    sites, now = SiteStore(database), datetime.now(UTC)
    sites.imported([Site(f"www{n}.x.com") for n in range(4)], now)
    late, over = sites.all()[:2]
    sites.seen([replace(late, next_at=now - timedelta(days=2)), replace(over, expires_at=now)])

    found = FiguresReader(database).read()

    assert found.sites == {"watched": 4, "overdue": 1, "expired": 1}
