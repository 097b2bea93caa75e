"""Sweeps find what no webhook told, at a price that does not grow with the open cases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.case import At, Case
from bot.gateways.jira_changes import JiraChanges
from bot.gateways.jira_client import Client
from bot.gateways.zendesk_account import Account
from bot.gateways.zendesk_changes import ZendeskChanges
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.migrate import upgrade
from bot.storage.sweeps import Sweeps
from bot.sweeping import GRACE, STUCK, Hint, Part, Sweeper
from handlers import PROCEDURE
from sandbox.faults import Faults
from sandbox.jira import Jira
from sandbox.zendesk import Zendesk

EMAIL, TOKEN = "bot@symphony.example", "token"
ASKS = ("SSL certificate", "Our SSL certificate expires next week.")
NOW = datetime.now(UTC)


@pytest.fixture
def faults() -> Faults:
    """Counts the calls."""
    return Faults()


@pytest.fixture
def zendesk(faults: Faults) -> Iterator[Zendesk]:
    """A Zendesk whose webhooks nobody hears."""
    made = Zendesk(faults, email=EMAIL, token=TOKEN)
    yield made
    made.close()


@pytest.fixture(params=["cloud", "server"])
def jira(request: pytest.FixtureRequest, faults: Faults) -> Iterator[Jira]:
    """A Jira whose webhooks nobody hears."""
    made = Jira(faults, flavour=request.param, email=EMAIL, token=TOKEN)
    yield made
    made.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    """A file of the test's own."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    yield connect(url)
    connect(url).dispose()


@pytest.fixture
def cases(database: Engine) -> CaseStore:
    """No cases yet."""
    return CaseStore(database)


class Nothing:
    """A side on which nothing ever changes."""

    def changed(self, _: object) -> tuple[()]:
        return ()


def sweeper(cases: CaseStore, zendesk: Zendesk | None = None, jira: Jira | None = None) -> Sweeper:
    tickets = ZendeskChanges(Account(zendesk.url, EMAIL, TOKEN)) if zendesk else Nothing()
    email = EMAIL if jira and jira.cloud else None
    issues = JiraChanges(Client(jira.url, email, TOKEN)) if jira else Nothing()
    return Sweeper(PROCEDURE, tickets, issues, cases)


def case(ticket: int, at: At, **more: object) -> Case:
    return replace(Case(ticket, 9_101, "Ada Brand", 7_001, at), **more)


def looked_at(hints: tuple[Hint, ...]) -> list[int]:
    assert len({hint.id for hint in hints}) == len(hints)
    return sorted(hint.ticket for hint in hints)


def test_three_hundred_lost_tickets_are_found_with_one_call(
    zendesk: Zendesk, cases: CaseStore, faults: Faults
) -> None:
    lost = [zendesk.brand_opens(zendesk.brand_user, *ASKS) for _ in range(300)]
    others = [zendesk.brand_opens(zendesk.brand_user, "Invoice", "Where is it?") for _ in range(9)]
    cases.save(case(others[0], At.CERTIFICATE_WANTED))

    found = sweeper(cases, zendesk).hints(Part.TICKETS, None, NOW)

    assert looked_at(found) == [*lost, others[0]]
    assert [call.path for call in faults.calls] == ["/api/v2/search/export.json"]


def test_cost_follows_what_changed_and_not_the_open_cases(
    zendesk: Zendesk, cases: CaseStore, faults: Faults
) -> None:
    for number in range(1, 1001):
        zendesk.brand_opens(zendesk.brand_user, *ASKS)
        cases.save(case(number, At.CERTIFICATE_WANTED))
    assert zendesk.ticket_ids()[-1] == 1000

    unchanged = sweeper(cases, zendesk).hints(
        Part.TICKETS, datetime.now(UTC) + timedelta(minutes=30), datetime.now(UTC)
    )
    assert (unchanged, len(faults.calls)) == ((), 1)
    assert len(sweeper(cases, zendesk).hints(Part.TICKETS, None, datetime.now(UTC))) == 1000
    assert len(faults.calls) == 2


def test_whole_sweep_of_a_thousand_open_cases_costs_what_is_stated(
    zendesk: Zendesk,
    jira: Jira,
    cases: CaseStore,
    faults: Faults,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As `docs/decisions/010-sweep-and-budget.md` states it."""
    for number in range(1, 1001):
        zendesk.brand_opens(zendesk.brand_user, *ASKS)
        cases.save(case(number, At.CHANGE_OPEN, change_issue=f"SPC-{number}"))
    of_both, later = sweeper(cases, zendesk, jira), datetime.now(UTC) + timedelta(hours=1)
    of_both.hints(Part.ISSUES, later, later)  # the first one learns what kind of Jira it is
    faults.calls.clear()

    hints = [of_both.hints(part, later, later) for part in Part]

    calls = [f"{call.service} {call.path}" for call in faults.calls]
    with capsys.disabled():
        sys.stdout.write(f"\na sweep of 1,000 open cases, none changed: {', '.join(calls)}\n")
    assert hints == [(), (), ()]
    assert len(calls) == 2


def test_same_change_names_the_same_look_and_a_new_one_another(
    zendesk: Zendesk, cases: CaseStore
) -> None:
    ticket = zendesk.brand_opens(zendesk.brand_user, *ASKS)
    zendesk.lies_back(ticket, timedelta(minutes=1))
    first, again = (sweeper(cases, zendesk).hints(Part.TICKETS, None, NOW) for _ in range(2))
    zendesk.brand_writes(ticket, "Hello?")
    later = sweeper(cases, zendesk).hints(Part.TICKETS, None, NOW)

    assert first == again
    assert [hint.ticket for hint in later] == [ticket]
    assert later != first


def test_change_within_the_second_of_one_that_was_looked_at_is_found_by_the_next_sweep(
    zendesk: Zendesk, cases: CaseStore
) -> None:
    """Their stamps are the same, so what has come to rest is looked at once more."""
    zendesk.brand_opens(zendesk.brand_user, *ASKS)
    sweep = sweeper(cases, zendesk)
    now = datetime.now(UTC)
    early = sweep.hints(Part.TICKETS, None, now)
    rested, again = (sweep.hints(Part.TICKETS, now, now + timedelta(minutes=n)) for n in (1, 2))

    assert early != rested == again
    assert [hint.ticket for hint in early] == [hint.ticket for hint in rested]


def test_index_that_lags_loses_nothing(zendesk: Zendesk, cases: CaseStore) -> None:
    ticket = zendesk.brand_opens(zendesk.brand_user, *ASKS)
    zendesk._account.search_lag = 300.0
    began = datetime.now(UTC)
    assert sweeper(cases, zendesk).hints(Part.TICKETS, began - timedelta(hours=1), began) == ()

    zendesk._account.search_lag = 0.0
    assert looked_at(sweeper(cases, zendesk).hints(Part.TICKETS, began, began)) == [ticket]


def test_resolved_changes_are_found_with_one_search_after_the_first_call(
    jira: Jira, cases: CaseStore, faults: Faults
) -> None:
    client = Client(jira.url, EMAIL if jira.cloud else None, TOKEN)
    keys = [_raised(client, "ssl-renewal") for _ in range(130)]
    _raised(client, "other")
    for number, key in enumerate(keys[:120], 1):
        cases.save(case(number, At.CHANGE_OPEN, change_issue=key))
    cases.save(case(500, At.DONE, change_issue=keys[121]))
    faults.calls.clear()

    found = sweeper(cases, jira=jira).hints(Part.ISSUES, None, NOW)

    assert looked_at(found) == list(range(1, 121))
    searches = [call for call in faults.calls if "search" in call.path]
    assert 1 <= len(searches) <= 3
    assert len(faults.calls) <= len(searches) + 2  # serverInfo, and the names of the fields


def _raised(client: Client, label: str) -> str:
    fields = {
        "project": {"key": "SPC"},
        "issuetype": {"name": "Change Request"},
        "summary": "Install",
        "labels": [label],
    }
    return str(client.post("issue", {"fields": fields}, "an issue")["key"])


def test_appointments_that_were_not_kept_are_made_up_for(cases: CaseStore) -> None:
    late, soon = NOW - GRACE - timedelta(seconds=1), NOW - timedelta(seconds=1)
    cases.save(case(1, At.CHANGE_DONE, look_at=late))
    cases.save(case(2, At.CHANGE_DONE, look_at=soon))
    cases.save(case(3, At.DONE, retire_at=late))
    cases.save(case(4, At.DONE, retire_at=soon))
    cases.save(case(5, At.DONE))
    cases.save(case(6, At.WITH_AGENT, look_at=late))

    assert looked_at(sweeper(cases).hints(Part.DUE, None, NOW)) == [1, 3]


def test_step_of_the_bots_own_that_broke_off_is_taken_up(cases: CaseStore) -> None:
    cases.save(case(1, At.CERTIFICATE_HELD))
    cases.save(case(2, At.CERTIFICATE_WANTED))

    assert sweeper(cases).hints(Part.DUE, None, datetime.now(UTC)) == ()
    later = datetime.now(UTC) + STUCK
    [hint] = sweeper(cases).hints(Part.DUE, None, later)
    assert (hint.ticket, sweeper(cases).hints(Part.DUE, None, later)) == (1, (hint,))


def test_cursor_only_moves_on(database: Engine) -> None:
    sweeps = Sweeps(database)
    assert sweeps.swept_to("tickets") is None

    sweeps.save("tickets", NOW)
    sweeps.save("tickets", NOW - timedelta(hours=1))
    sweeps.save("issues", NOW - timedelta(hours=2))

    assert sweeps.swept_to("tickets") == NOW
    assert sweeps.swept_to("issues") == NOW - timedelta(hours=2)
