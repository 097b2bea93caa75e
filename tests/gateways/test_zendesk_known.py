"""A look reads a ticket whole in one call, and an update rests on what is known already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot import attempt
from bot.case import At
from bot.errors import Gone, NeedsHuman
from bot.gateways import zendesk_reading as reading
from bot.gateways.zendesk import Zendesk
from bot.ports import TicketUpdate
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.test_zendesk import HELLO


@pytest.fixture
def number(sandbox: Sandbox) -> int:
    return sandbox.brand_opens(sandbox.brand_user, "SSL", "It expires", tags=("vip",))


@pytest.fixture(autouse=True)
def introduced(zendesk: Zendesk) -> None:
    """Who the bot is has been asked before."""
    zendesk.me()


def calls(sandbox: Sandbox, work: Callable[[], object]) -> list[str]:
    """What was asked for meanwhile."""
    before = len(sandbox.faults.calls)
    work()
    return [
        f"{call.method} {call.path.removeprefix('/api/v2/')}"
        for call in sandbox.faults.calls[before:]
    ]


def updated(zendesk: Zendesk, number: int) -> Callable[[], None]:
    return lambda: zendesk.update(number, TicketUpdate(HELLO, stage=At.DETAILS_WANTED))


def test_look_is_one_call(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    sandbox.agent_writes(number, "hm", public=False)

    asked = calls(sandbox, lambda: zendesk.ticket(number))

    assert asked == [f"GET tickets/{number}/audits.json"]


def test_account_that_tells_in_parts_is_read_in_parts_alike(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.agent_writes(number, "hm", public=False)
    sandbox.brand_writes(number, "here", files=[("c.crt", b"bytes", "application/x")])
    whole = zendesk.ticket(number)
    sandbox.audits_bring_tickets = False

    assert zendesk.ticket(number) == whole
    assert calls(sandbox, lambda: zendesk.ticket(number)) == [
        f"GET tickets/{number}.json",
        f"GET tickets/{number}/comments.json",
    ]


@pytest.mark.parametrize("together", [True, False])
def test_ticket_that_is_not_there_is_gone(
    sandbox: Sandbox, zendesk: Zendesk, together: bool
) -> None:
    sandbox.audits_bring_tickets = together

    with pytest.raises(Gone):
        zendesk.ticket(404)


def test_update_after_a_look_reads_nothing(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    zendesk.ticket(number)

    assert calls(sandbox, updated(zendesk, number)) == [f"PUT tickets/{number}.json"]
    assert {"vip", "ssl_details_wanted"} <= set(sandbox.ticket(number)["tags"])


def test_update_after_an_update_rests_on_its_answer(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    zendesk.ticket(number)
    updated(zendesk, number)()

    assert calls(sandbox, updated(zendesk, number)) == [f"PUT tickets/{number}.json"]


def test_update_that_may_have_been_written_looks_first(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    zendesk.ticket(number)

    with attempt.of("job.1", again=True):
        asked = calls(sandbox, updated(zendesk, number))

    assert asked[0] == f"GET tickets/{number}/audits.json"
    assert asked[-1] == f"PUT tickets/{number}.json"


def test_ticket_that_was_closed_since_the_reading_needs_a_person(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    zendesk.ticket(number)
    sandbox.agent_sets(number, "closed")

    with pytest.raises(NeedsHuman, match="closed"):
        updated(zendesk, number)()


def test_own_change_is_known_by_who_and_when(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    updated(zendesk, number)()
    stamp, me = sandbox.ticket(number)["updated_at"], str(zendesk.me())

    assert calls(sandbox, lambda: zendesk.is_own(number, me, stamp)) == []
    assert zendesk.is_own(number, me, stamp)
    assert not zendesk.is_own(number, str(sandbox.brand_user), stamp)
    assert not zendesk.is_own(number, me, "2026-01-01T00:00:00Z")
    assert not zendesk.is_own(number + 1, me, stamp)


def said(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "Comment", "author_id": 7, "public": True, **more}


def audit(*events: dict[str, Any]) -> dict[str, Any]:
    return {"created_at": "2026-11-25T10:00:00Z", "metadata": {"custom": {}}, "events": events}


def test_comment_that_was_made_private_later_is_private() -> None:
    made = {"type": "CommentPrivacyChange", "comment_id": 1, "public": False}
    other = {"type": "CommentPrivacyChange", "comment_id": 99, "public": False}

    found = reading.comments_of([audit(said(1), said(2)), audit(made, other)])

    assert [(one["id"], one["public"]) for one in found] == [(1, False), (2, True)]


def test_comments_of_audits_know_when_they_were_made_and_leave_out_pictures_in_the_text() -> None:
    files = [{"id": 5, "inline": True}, {"id": 6, "inline": False}, {"id": 7}]

    [found] = reading.comments_of([audit({"type": "Change"}, said(1, attachments=files))])

    assert found["created_at"] == "2026-11-25T10:00:00Z"
    assert [one["id"] for one in found["attachments"]] == [6, 7]
