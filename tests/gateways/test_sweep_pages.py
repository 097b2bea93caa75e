"""A sweep reads every page of both searches, however many tickets and issues have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from bot.gateways.zendesk import Zendesk
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.conftest import EMAIL, TOKEN
from tests.gateways.jira_place import FLAVOURS, change, sides

MANY = 1_203


@pytest.fixture
def since() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=10)


def opened(sandbox: Sandbox, count: int) -> list[int]:
    return [sandbox.brand_opens(sandbox.brand_user, f"Question {n}", "Hello") for n in range(count)]


def test_more_tickets_than_a_search_gives_are_found_by_two_calls(
    sandbox: Sandbox, zendesk: Zendesk, since: datetime
) -> None:
    tickets = opened(sandbox, MANY)

    found = zendesk.changes.changed(since)

    assert [ticket.number for ticket in found] == tickets
    assert [call.path for call in sandbox.faults.calls] == ["/api/v2/search/export.json"] * 2


def test_plain_search_would_end_at_a_thousand(sandbox: Sandbox) -> None:
    opened(sandbox, MANY)
    http = requests.Session()
    http.auth = (f"{EMAIL}/token", TOKEN)
    asked = {"query": "type:ticket", "per_page": 100}

    tenth = http.get(f"{sandbox.url}/api/v2/search.json", params={**asked, "page": 10}, timeout=9)
    beyond = http.get(f"{sandbox.url}/api/v2/search.json", params={**asked, "page": 11}, timeout=9)

    assert (tenth.json()["count"], len(tenth.json()["results"])) == (MANY, 100)
    assert tenth.json()["next_page"]
    assert (beyond.status_code, beyond.json()["error"]) == (422, "invalid")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_page_of_changed_issues_is_read(flavour: str) -> None:
    with sides(flavour) as both:
        keys = [both.tracker.raise_issue(change(ticket=n)) for n in range(1, 121)]
        both.faults.calls.clear()

        found = both.tracker.changes.changed(10)

        assert [issue.key for issue in found] == keys
        assert len([call for call in both.faults.calls if "/search" in call.path]) > 1
