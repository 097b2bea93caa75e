"""A ticket that was read is read again before its update only where a change could hide."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.case import At
from bot.errors import NeedsHuman
from bot.gateways.zendesk import Zendesk
from bot.ports import TicketUpdate
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.test_zendesk import HELLO

APART = 2.1


@pytest.fixture
def number(sandbox: Sandbox) -> int:
    return sandbox.brand_opens(sandbox.brand_user, "SSL", "It expires", tags=("vip",))


def reads(sandbox: Sandbox, number: int, work: Callable[[], object]) -> int:
    """How often the ticket itself was read meanwhile."""
    before = len(sandbox.faults.calls)
    work()
    path = f"/api/v2/tickets/{number}.json"
    calls = sandbox.faults.calls[before:]
    return sum((call.method, call.path) == ("GET", path) for call in calls)


def updated(zendesk: Zendesk, number: int) -> Callable[[], None]:
    return lambda: zendesk.update(number, TicketUpdate(HELLO, stage=At.CSR_ORDERED))


def test_ticket_that_rested_is_not_read_again(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    time.sleep(APART)
    zendesk.ticket(number)

    assert reads(sandbox, number, updated(zendesk, number)) == 0
    assert {"vip", "ssl_csr_ordered"} <= set(sandbox.ticket(number)["tags"])


def test_ticket_that_has_just_changed_is_read_again(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    zendesk.ticket(number)

    assert reads(sandbox, number, updated(zendesk, number)) == 1


def test_what_was_read_is_good_for_one_update(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    time.sleep(APART)
    zendesk.ticket(number)
    updated(zendesk, number)()

    assert reads(sandbox, number, updated(zendesk, number)) == 1


def test_change_since_the_reading_is_not_lost(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    time.sleep(APART)
    zendesk.ticket(number)
    sandbox.agent_tags(number, "urgent")

    updated(zendesk, number)()

    assert {"vip", "urgent", "ssl_csr_ordered"} <= set(sandbox.ticket(number)["tags"])
    assert len(sandbox.comments(number)) == 2


def test_ticket_that_was_closed_since_the_reading_needs_a_person(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    time.sleep(APART)
    zendesk.ticket(number)
    sandbox.agent_sets(number, "closed")

    with pytest.raises(NeedsHuman, match="closed"):
        updated(zendesk, number)()
