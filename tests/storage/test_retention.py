"""What is long over is forgotten, and what the next renewal needs is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.case import At, Case, Held, Request
from bot.storage import retention
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.retention import Retention
from bot.x509.details import Details

DETAILS = Details("www.brand.com", ("www.brand.com",), "Brand Ltd", "Leeds", "", "GB")
DONE = Case(
    35,
    7,
    "Ada Brand",
    70,
    At.DONE,
    host="www.brand.com",
    answers=(("organization", "Ada's own words"),),
    offered=(("organization", "Ada's own words"),),
    details=DETAILS,
    requests=(Request("a CSR", "5f" * 32),),
    held=Held("leaf", (), datetime(2027, 6, 11, tzinfo=UTC), "3c" * 32),
)
CASES, AUDIT = timedelta(days=730), timedelta(days=1095)


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


@pytest.fixture
def old(database: Engine) -> Retention:
    return Retention(database, CASES, AUDIT)


def test_old_case_loses_its_people_and_keeps_what_the_next_renewal_needs(
    database: Engine, old: Retention
) -> None:
    store = CaseStore(database)
    store.save(DONE)
    assert old.forget(later(729)) == (0, 0)

    assert old.forget(later(731)) == (1, 0)

    found = store.find(35)
    assert found is not None
    assert "Ada" not in repr(found)
    assert "a CSR" not in repr(found)
    assert (found.host, found.details, found.held) == (DONE.host, DETAILS, DONE.held)
    assert [r.details for r in store.renewals(36, 7, 70)] == [DETAILS]
    assert old.forget(later(731)) == (0, 0), "once"


@pytest.mark.parametrize(
    "case",
    [
        replace(DONE, at=At.CHANGE_OPEN),
        replace(DONE, at=At.WITH_AGENT),
        replace(DONE, retire_at=datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_is_not_over_is_kept(database: Engine, old: Retention, case: Case) -> None:
    CaseStore(database).save(case)

    assert old.forget(later(5000)) == (0, 0)


def test_record_goes_as_a_whole_and_the_others_stay_provable(
    database: Engine, old: Retention
) -> None:
    store, trail = CaseStore(database), AuditTrail(database)
    store.save(DONE)
    store.save(replace(DONE, ticket=36, at=At.CHANGE_OPEN))
    for ticket in (35, 36):
        trail.note(ticket, "Zendesk user 7 (Ada Brand)", "case opened")
    old.forget(later(731))
    assert len(trail.of(35)) == 1

    assert old.forget(later(1097)) == (0, 1)

    assert (trail.of(35), len(trail.of(36)), list(trail.faults())) == ((), 1, [])
    assert old.forget(later(1097)) == (0, 0)


def test_case_that_moved_meanwhile_is_left_alone(database: Engine, old: Retention) -> None:
    store = CaseStore(database)
    stale = store.save(DONE)
    moved = store.save(stale.moved(At.WITH_AGENT))

    assert old._reduced(stale, later(731)) is False
    assert store.find(35) == moved


def test_one_round_takes_so_many_and_the_next_goes_on(
    database: Engine, old: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    store = CaseStore(database)
    for ticket in range(1, 4):
        store.save(replace(DONE, ticket=ticket))

    assert [old.forget(later(731))[0] for _ in range(3)] == [2, 1, 0]
