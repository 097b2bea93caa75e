"""What others change within the second that Zendesk cannot tell apart is not lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import attempt
from bot.case import At
from bot.errors import TryLater
from bot.events import Role
from bot.gateways.zendesk import Zendesk
from bot.gateways.zendesk_hidden import Hidden
from bot.ports import TicketUpdate
from sandbox.faults import Fault, Kind
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.test_zendesk import HELLO

STAGE = TicketUpdate(HELLO, stage=At.DETAILS_WANTED)


@pytest.fixture(autouse=True)
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens in the same second: no stamp ever differs."""
    now = datetime.now(UTC).replace(microsecond=0)
    monkeypatch.setattr("sandbox.zendesk.account._seconds", lambda: now)


@pytest.fixture
def number(sandbox: Sandbox, zendesk: Zendesk) -> int:
    made = sandbox.brand_opens(sandbox.brand_user, "SSL", "It expires", tags=("vip", "eu"))
    zendesk.ticket(made)
    return made


def test_tag_set_unseen_is_put_back(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_tags(number, "urgent"))

    zendesk.update(number, STAGE)

    tags = set(sandbox.ticket(number)["tags"])
    assert tags == {"vip", "eu", "urgent", "ssl_renewal", "ssl_details_wanted"}
    assert len(sandbox.comments(number)) == 2


def test_tag_removed_unseen_stays_removed(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_untags(number, "eu"))

    zendesk.update(number, STAGE)

    tags = set(sandbox.ticket(number)["tags"])
    assert tags == {"vip", "ssl_renewal", "ssl_details_wanted"}


def test_command_that_was_put_back_is_still_its_agents(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_tags(number, "ssl_stop"))

    zendesk.update(number, STAGE)

    seen = zendesk.ticket(number)
    assert "ssl_stop" in seen.tags
    assert not zendesk.is_own(number, str(zendesk.me()), seen.stamp), "it is to be looked at"
    [(_, person)] = zendesk.who_tagged(number, ("ssl_stop",))
    assert person.role is Role.AGENT


def test_ticket_solved_unseen_stays_solved_by_its_agent(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_sets(number, "solved"))

    zendesk.update(number, STAGE)

    assert sandbox.ticket(number)["status"] == "solved"
    assert zendesk.who_ended(number).role is Role.AGENT


def test_ticket_known_as_solved_is_opened_again_where_the_stage_says_so(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.agent_sets(number, "solved")
    zendesk.ticket(number)

    zendesk.update(number, STAGE)

    assert sandbox.ticket(number)["status"] == "pending"


def test_answer_lost_before_it_could_tell_is_made_up_for_by_the_next_try(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_tags(number, "urgent"))
    sandbox.faults.plan(Fault(Kind.RESET_AFTER), method="PUT")
    with attempt.of("job.1", again=False), pytest.raises(TryLater):
        zendesk.update(number, STAGE)
    assert "urgent" not in sandbox.ticket(number)["tags"]

    with attempt.of("job.1", again=True):
        zendesk.update(number, STAGE)

    assert "urgent" in sandbox.ticket(number)["tags"]
    assert len(sandbox.comments(number)) == 2


def test_putting_back_that_failed_is_tried_again(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.before_next_update(lambda: sandbox.agent_tags(number, "urgent"))
    sandbox.faults.plan(Fault(Kind.STATUS, status=503), method="PUT", path="/tags")
    with attempt.of("job.1", again=False), pytest.raises(TryLater):
        zendesk.update(number, STAGE)

    with attempt.of("job.1", again=True):
        zendesk.update(number, STAGE)

    assert "urgent" in sandbox.ticket(number)["tags"]


def changed(name: str, before: object, now: object, **more: Any) -> dict[str, Any]:
    return {"type": "Change", "field_name": name, "previous_value": before, "value": now, **more}


@pytest.mark.parametrize(
    ("event", "hidden"),
    [
        (changed("tags", ["vip", "urgent"], ["vip", "ours"]), Hidden(frozenset({"urgent"}))),
        (changed("tags", "vip urgent", "vip ours"), Hidden(frozenset({"urgent"}))),
        (changed("tags", ["vip"], ["vip", "eu"]), Hidden(stray=frozenset({"eu"}))),
        (changed("tags", ["vip", "ours"], ["vip"]), Hidden()),
        (changed("tags", None, ["ours"]), Hidden()),
        (changed("tags", ["vip"], [], via={"channel": "rule"}), Hidden()),
        (changed("status", "solved", "pending"), Hidden(solved=True)),
        (changed("status", "open", "pending"), Hidden()),
        (changed("subject", "vip", "x"), Hidden()),
        ({"type": "Notification"}, Hidden()),
    ],
)
def test_what_an_audit_tells(event: dict[str, Any], hidden: Hidden) -> None:
    assert Hidden.of({"events": [event]}, {"ours"}, "open") == hidden
