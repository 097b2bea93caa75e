"""Counts of what comes and hardly ever goes: new rows at once, gone ones after a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from bot.case import At, Case
from bot.storage.cases import CaseStore
from bot.storage.database import reading
from bot.storage.growing import AGAIN, Growing
from bot.storage.schema import CASES
from tests.plans import plans

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def came(database: Engine, ticket: int, ago: timedelta, at: At = At.DONE) -> None:
    """A case to its stage so long before `NOW`."""
    store = CaseStore(database)
    store.save((store.find(ticket) or Case(ticket, 7, "Ada", 70, at)).moved(at))
    with database.begin() as connection:
        this = CASES.c.ticket == ticket
        connection.execute(update(CASES).where(this).values(at_since=NOW - ago))


def told(growing: Growing, database: Engine, later: timedelta = timedelta(0)) -> dict[str, int]:
    with reading(database) as connection:
        return dict(growing.counted(connection, NOW + later))


def over() -> Growing:
    return Growing(CASES.c.at, CASES.c.at_since, ("done", "stopped"))


def test_what_has_come_since_is_counted_at_once(database: Engine) -> None:
    came(database, 1, timedelta(days=9))
    came(database, 2, timedelta(seconds=5))
    came(database, 3, timedelta(days=9), At.WITH_AGENT)
    growing = over()
    assert told(growing, database) == {"done": 2}

    came(database, 4, timedelta(0))
    came(database, 5, -timedelta(seconds=5), At.STOPPED)

    assert told(growing, database) == {"done": 3, "stopped": 1}


def test_what_has_gone_is_told_until_all_are_counted_anew(database: Engine) -> None:
    came(database, 1, timedelta(days=9))
    growing = over()
    assert told(growing, database) == {"done": 1}

    came(database, 1, timedelta(0), At.CHANGE_OPEN)

    assert told(growing, database) == {"done": 1}
    assert told(growing, database, AGAIN) == {}


def test_clock_that_was_ahead_has_all_counted_anew(database: Engine) -> None:
    came(database, 1, timedelta(days=9))
    growing = over()
    assert told(growing, database, timedelta(days=1)) == {"done": 1}

    came(database, 2, timedelta(hours=1))

    assert told(growing, database) == {"done": 2}


def test_second_count_reads_only_what_is_new(database: Engine) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("one planner is enough to see an index missing")
    growing = over()
    told(growing, database)

    with plans() as steps:
        told(growing, database)

    [step] = steps
    assert "ix_cases_at_at_since (at=? AND at_since>?)" in step
