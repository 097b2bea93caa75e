"""Updates are counted before they are sent, and corrected by what Zendesk says of its limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request

from bot.errors import TryLater
from bot.gateways.sessions import session
from bot.gateways.zendesk import Zendesk
from bot.gateways.zendesk_limits import ZendeskMeter
from bot.ports import TicketUpdate
from bot.storage.budgets import Budgets
from bot.storage.database import connect
from bot.storage.migrate import upgrade
from bot.wording.letter import Letter, Paragraph
from sandbox.faults import Faults
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.server import serving


@pytest.fixture
def meter(tmp_path: Path) -> Iterator[ZendeskMeter]:
    """On a file of the test's own."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    yield ZendeskMeter(Budgets(connect(url)))
    connect(url).dispose()


def answering(headers: dict[str, str], status: int = 200) -> Flask:
    """A server that says this about its limits, on updates alone."""
    app = Flask("limited")

    @app.route("/<path:_>", methods=["GET", "PUT"])
    def answer(_: str) -> Response:
        said = headers if request.method == "PUT" else {}
        return Response("{}", status, said, content_type="application/json")

    return app


def updates(meter: ZendeskMeter, headers: dict[str, str], tickets: list[int]) -> int:
    """How many updates reach the server before the first one that has to wait."""
    faults = Faults()
    with serving(answering(headers), faults) as url:
        http = session(meter=meter)
        for ticket in tickets:
            try:
                http.put(f"{url}/api/v2/tickets/{ticket}.json", json={}, timeout=5)
            except TryLater:
                break
    return len(faults.calls)


def test_ticket_takes_thirty_updates_in_ten_minutes(meter: ZendeskMeter) -> None:
    assert updates(meter, {}, [7] * 31) == 30
    assert updates(meter, {}, [8]) == 1


def test_account_takes_a_hundred_updates_a_minute(meter: ZendeskMeter) -> None:
    assert updates(meter, {}, list(range(110))) == 100


@pytest.mark.parametrize(
    "headers",
    [
        {"zendesk-rate-limit-tickets-update": "total=20; remaining=0; resets=59"},
        {"zendesk-ratelimit-per-ticket-updates": "total=30; remaining=0; resets=468"},
        {"ratelimit-limit": "700", "ratelimit-remaining": "0", "ratelimit-reset": "30"},
        {"X-Rate-Limit": "200", "X-Rate-Limit-Remaining": "0"},
    ],
)
def test_nothing_is_sent_once_the_headers_say_that_nothing_is_left(
    meter: ZendeskMeter, headers: dict[str, str]
) -> None:
    assert updates(meter, headers, [7, 7]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"zendesk-rate-limit-tickets-update": "total=0; remaining=0; resets=59"},
        {"zendesk-rate-limit-tickets-update": "remaining=0"},
        {"zendesk-ratelimit-per-ticket-updates": "total=x; remaining=-1; resets=1e9"},
        {"ratelimit-limit": "many", "ratelimit-remaining": "0"},
        {"ratelimit-limit": "700", "ratelimit-remaining": "9" * 400},
    ],
)
def test_header_that_cannot_be_read_changes_nothing(
    meter: ZendeskMeter, headers: dict[str, str]
) -> None:
    assert updates(meter, headers, [7, 7]) == 2


def test_refusal_for_too_many_calls_corrects_the_count_too(meter: ZendeskMeter) -> None:
    said = {"ratelimit-limit": "700", "ratelimit-remaining": "0", "ratelimit-reset": "9"}
    faults = Faults()
    with serving(answering(said, 429), faults) as url:
        with pytest.raises(Exception, match="429"):
            session(meter=meter).put(f"{url}/api/v2/tickets/1.json", json={}, timeout=5)
        with pytest.raises(TryLater, match="zendesk requests is spent"):
            session(meter=meter).get(f"{url}/api/v2/users/me.json", timeout=5)

    assert len(faults.calls) == 1


def test_account_that_tells_its_limit_never_has_to_refuse(meter: ZendeskMeter) -> None:
    faults = Faults()
    zendesk = Sandbox(faults, email="bot@symphony.example", token="token")
    try:
        zendesk._account.limits.total = 5
        gateway = Zendesk(zendesk.url, "bot@symphony.example", "token", meter)
        update = TicketUpdate(Letter((Paragraph("Hello"),)))
        tickets = [zendesk.brand_opens(zendesk.brand_user, "x", "y") for _ in range(8)]

        waiting = []
        for ticket in tickets:
            try:
                gateway.update(ticket, update)
            except TryLater as later:
                waiting.append(later)
    finally:
        zendesk.close()

    assert sum(call.writes for call in faults.calls) == 5
    assert [str(later) for later in waiting] == ["the limit zendesk updates is spent"] * 3
    assert all(50 < later.after <= 60 for later in waiting)
