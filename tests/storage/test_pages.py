"""Lists of cases and of the record: every row once, in order, whatever page it is on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from bot.case import At, Case
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.listing import Order
from bot.storage.pages import AuditPages, CasePages, Listed, Page, Sought
from bot.storage.schema import AUDIT, CASES
from tests.plans import plans

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def kept(engine: Engine, ticket: int, at: At = At.CHANGE_OPEN, **more: object) -> Case:
    case = Case(ticket, 7, "Brenda", 70, at, host=f"www.shop{ticket}.example.com")
    return CaseStore(engine).save(replace(case, **more))  # type: ignore[arg-type]


def walked(pages: CasePages, order: Order, size: int, *stages: At) -> list[int]:
    """The tickets on all pages."""
    found, after = list[int](), ""
    while True:
        page: Page[Listed] = pages.listed(stages, order=order, after=after, size=size)
        found += [row.case.ticket for row in page.rows]
        after = page.after
        if not after:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_together_hold_each_case_once_in_order(database: Engine, size: int) -> None:
    two = (At.CHANGE_OPEN, At.WITH_AGENT)
    for ticket in range(1, 8):
        until = NOW + timedelta(days=ticket % 3)
        kept(database, ticket, two[ticket % 2], served_until=until)
    with database.begin() as connection:  # all came to their stage at the same time, but one
        connection.execute(update(CASES).values(at_since=NOW))
        late = update(CASES).where(CASES.c.ticket == 5).values(at_since=NOW - timedelta(days=1))
        connection.execute(late)
    pages = CasePages(database)

    assert walked(pages, Order.NEWEST, size) == [7, 6, 5, 4, 3, 2, 1]
    assert walked(pages, Order.SINCE, size) == [5, 1, 2, 3, 4, 6, 7]
    assert walked(pages, Order.EXPIRES, size) == [3, 6, 1, 4, 7, 2, 5]
    assert walked(pages, Order.NEWEST, size, *two) == [7, 6, 5, 4, 3, 2, 1]
    assert walked(pages, Order.SINCE, size, *two) == [5, 1, 2, 3, 4, 6, 7]
    assert walked(pages, Order.EXPIRES, size, *two) == [3, 6, 1, 4, 7, 2, 5]
    assert walked(pages, Order.NEWEST, size, At.WITH_AGENT, At.DONE) == [7, 5, 3, 1]
    assert walked(pages, Order.EXPIRES, size, At.CHANGE_OPEN) == [6, 4, 2]


@pytest.mark.parametrize("stages", [(), (At.DONE,), (At.WITH_AGENT, At.STOPPED)])
@pytest.mark.parametrize("order", Order)
def test_page_is_read_in_the_order_of_an_index_whatever_is_stored(
    database: Engine, order: Order, stages: tuple[At, ...]
) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans tables that are as small as this one")
    pages, after = CasePages(database), "5" if order is Order.NEWEST else f"{NOW.isoformat()}~5"

    with plans() as steps:
        pages.listed(stages, order=order)
        pages.listed(stages, order=order, after=after)
        pages.late(NOW, timedelta(days=14), 10)

    read = [step for step in steps if " cases" in step]
    assert [step for step in read if "INDEX" not in step] == []
    assert all("(at=?" in step for step in read if "autoindex" not in step)
    # Those that were found are sorted, twice at most: not all that there are of a stage.
    assert steps.count("USE TEMP B-TREE FOR ORDER BY") <= 6


def test_stage_and_words_narrow_the_list(database: Engine) -> None:
    kept(database, 1, At.WITH_AGENT)
    kept(database, 22, csr_issue="ITOPS-9")
    kept(database, 3, change_issue="SPC-4", host="www.100%_shop.example.com")
    pages = CasePages(database)

    def found(sought: str = "", *stages: At) -> list[int]:
        return [row.case.ticket for row in pages.listed(stages, sought).rows]

    assert found("", At.WITH_AGENT) == [1]
    assert found("", At.WITH_AGENT, At.CHANGE_OPEN) == [22, 3, 1]
    assert found("#22") == found("itops-9") == found("SHOP22") == [22]
    assert found("SPC-4") == found("%_shop") == [3]
    assert found("shop22", At.WITH_AGENT) == found("nowhere") == []


def test_since_is_when_the_case_came_to_its_stage(database: Engine) -> None:
    case = kept(database, 1)
    with database.begin() as connection:
        connection.execute(update(CASES).values(at_since=NOW))
    store, pages = CaseStore(database), CasePages(database)

    case = store.save(case.with_(asked=1))
    assert pages.listed().rows[0].since == NOW

    store.save(case.moved(At.CHANGE_DONE))
    assert pages.listed().rows[0].since > NOW


def test_late_are_open_cases_whose_certificate_ends_the_worst_first(database: Engine) -> None:
    for ticket, days in ((1, 5), (2, -3), (3, 40)):
        kept(database, ticket, served_until=NOW + timedelta(days=days))
    kept(database, 4, At.STOPPED, served_until=NOW)

    late = CasePages(database).late(NOW, timedelta(days=14), 10)

    assert [(row.case.ticket, row.expires) for row in late] == [
        (2, NOW - timedelta(days=3)),
        (1, NOW + timedelta(days=5)),
    ]


def test_record_is_searched_newest_first_over_all_tickets(database: Engine) -> None:
    trail, pages = AuditTrail(database), AuditPages(database)
    for number in range(5):
        trail.note(number % 2, "Olga" if number else "bot", "key collected" if number == 3 else "x")
    with database.begin() as connection:  # two at the very same time
        connection.execute(
            update(AUDIT).where(AUDIT.c.number == 1).values(made_at="2026-11-25T12:00:00.000000")
        )

    def found(size: int = 50, **sought: object) -> list[tuple[int, int]]:
        rows, after = list[tuple[int, int]](), ""
        while True:
            page = pages.found(Sought(**sought), after, size)  # type: ignore[arg-type]
            rows += [(row.ticket, row.number) for row in page.rows]
            after = page.after
            if not after:
                return rows

    everything = [(0, 3), (1, 2), (0, 2), (1, 1), (0, 1)]
    assert found() == found(1) == found(2) == everything
    assert found(ticket=1) == [(1, 2), (1, 1)]
    assert found(actor="bot") == [(0, 1)]
    assert found(what="key collected") == [(1, 2)]
    assert found(until=datetime(2026, 11, 25, 12, 0, 1, tzinfo=UTC)) == [(1, 1), (0, 1)]


@pytest.mark.parametrize("after", ["x", "1~2", "x~1", "2026~1~1~1"])
def test_senseless_place_in_a_list_is_refused(database: Engine, after: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        CasePages(database).listed(order=Order.SINCE, after=after)
    with pytest.raises(ValueError, match=r".*"):
        AuditPages(database).found(Sought(), after=after)
