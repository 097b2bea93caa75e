"""Cases are saved by version: nobody overwrites what another has done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, update

from bot.case import At, Case, Held, Request
from bot.codec import NotOurs
from bot.errors import Conflict
from bot.storage.cases import CaseStore
from bot.storage.schema import CASES
from bot.x509.details import Details
from bot.x509.findings import Finding, Severity

NEW = Case(35, 7, "Ada \ud83d\x00 'Brand'", 70, At.NEW, host="www.brand.example")
FULL = replace(
    NEW,
    details=Details("www.brand.example", ("www.brand.example", "brand.example")),
    requests=(Request("PEM", "ab" * 32),),
    held=Held("leaf", ("one", "two"), datetime(2027, 1, 1, tzinfo=UTC), "cd" * 32),
    findings=(Finding("CHAIN_COMPLETED", Severity.FIXED, "mended", "added one"),),
    csr_issue="ITOPS-1",
    change_issue="SPC-2",
    resume_at=At.CSR_MADE,
)


def test_a_case_comes_back_as_it_was_saved(database: Engine) -> None:
    store = CaseStore(database)

    saved = store.save(FULL)

    assert saved == replace(FULL, version=1)
    assert store.find(35) == saved
    assert store.all() == (saved,)


def test_a_ticket_without_a_case_has_none(database: Engine) -> None:
    assert CaseStore(database).find(36) is None
    assert CaseStore(database).all() == ()


def test_each_save_counts_the_version_and_keeps_the_day_of_opening(database: Engine) -> None:
    store = CaseStore(database)

    first = store.save(NEW)
    [before] = _rows(database)
    second = store.save(first.moved(At.DETAILS_WANTED))
    [after] = _rows(database)

    assert (second.version, store.find(35)) == (2, second)
    assert after.opened_at == before.opened_at
    assert after.updated_at >= before.updated_at
    assert (after.at, after.version) == ("details_wanted", 2)


def test_an_outdated_version_is_a_conflict_and_changes_nothing(database: Engine) -> None:
    store = CaseStore(database)
    first = store.save(NEW)
    second = store.save(first.moved(At.DETAILS_WANTED))

    for outdated in (NEW.moved(At.STOPPED), first.moved(At.STOPPED), replace(second, version=9)):
        with pytest.raises(Conflict, match="the case of ticket 35 was changed meanwhile"):
            store.save(outdated)

    assert store.find(35) == second


def test_the_same_save_repeated_gives_the_same_answer(database: Engine) -> None:
    store = CaseStore(database)

    first = store.save(NEW)
    assert store.save(NEW) == first
    second = store.save(first.moved(At.CSR_MADE))
    assert store.save(first.moved(At.CSR_MADE)) == second

    assert store.find(35) == second


@pytest.mark.parametrize("opened", [False, True])
def test_of_many_saves_at_once_one_wins(database: Engine, opened: bool) -> None:
    store = CaseStore(database)
    case = store.save(NEW) if opened else NEW

    def save(number: int) -> bool:
        return not _conflicts(lambda: store.save(case.with_(asked=number + 1)))

    with ThreadPoolExecutor(6) as pool:
        won = [number for number, wins in enumerate(pool.map(save, range(6))) if wins]

    assert len(won) == 1
    kept = store.find(35)
    assert kept is not None
    assert (kept.asked, kept.version) == (won[0] + 1, case.version + 1)


def test_a_case_is_found_by_either_issue_and_never_by_an_empty_key(database: Engine) -> None:
    store = CaseStore(database)
    full = store.save(FULL)
    store.save(replace(NEW, ticket=36))

    assert store.by_issue("ITOPS-1") == full
    assert store.by_issue("SPC-2") == full
    assert store.by_issue("SPC-3") is None
    assert store.by_issue("") is None
    assert store.by_issue("' OR 1=1 --") is None


def test_case_that_went_on_with_another_ticket_is_found_there(database: Engine) -> None:
    store = CaseStore(database)
    store.save(FULL)
    newer = store.save(replace(FULL, ticket=99))

    assert store.by_issue("ITOPS-1") == newer


def test_brands_earlier_renewals_are_found_by_organization_newest_first(database: Engine) -> None:
    store = CaseStore(database)
    shop = Details("shop.brand.example", ("shop.brand.example",))
    newer = Details("www.brand.example", ("www.brand.example",), locality="Hamburg")
    done = replace(FULL, at=At.DONE)
    store.save(done)
    store.save(replace(done, ticket=36, host="shop.brand.example", details=shop))
    store.save(replace(done, ticket=37, requester=8, details=newer))
    store.save(replace(done, ticket=38, at=At.CHANGE_OPEN))
    store.save(replace(done, ticket=39, organization=71))

    found = store.renewals(40, 7, 70)

    assert [(r.host, r.details) for r in found] == [
        ("www.brand.example", newer),
        ("shop.brand.example", shop),
    ]
    assert len(store.renewals(37, 7, 70)) == 2, "its own case is none of the past"


def test_without_an_organization_the_requesters_own_renewals_count(database: Engine) -> None:
    store = CaseStore(database)
    store.save(replace(FULL, at=At.DONE, organization=None))
    store.save(replace(FULL, ticket=36, at=At.DONE, organization=None, requester=8))

    assert len(store.renewals(40, 7, None)) == 1


def test_a_tampered_row_is_refused(database: Engine) -> None:
    store = CaseStore(database)
    store.save(NEW)
    text = '{"~":"data","of":"subprocess:Popen","is":{}}'
    with database.begin() as connection:
        connection.execute(update(CASES).values(data=text))

    with pytest.raises(NotOurs):
        store.find(35)


def _rows(database: Engine) -> list:  # type: ignore[type-arg]
    with database.connect() as connection:
        return list(connection.execute(select(CASES)))


def _conflicts(save: Callable[[], object]) -> bool:
    try:
        save()
    except Conflict:
        return True
    return False
