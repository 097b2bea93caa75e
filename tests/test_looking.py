"""A look reads what is new, oldest first, and does nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.case import At
from bot.errors import TryLater
from bot.events import Command, Order
from bot.looking import unread
from bot.ports import Served
from bot.worker import after_conflict
from sandbox.ca import Authority
from tests.conftest import the_case
from tests.fakes import AGENT, BRAND, STRANGER, TICKET, FakeSites, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT, certificate_wanted, details_wanted, replies


def test_second_look_finds_nothing_to_do(world: FakeWorld) -> None:
    case = details_wanted(world)
    said = len(world.helpdesk.updates)

    assert world.look() == case
    assert len(world.helpdesk.updates) == said


def test_replies_are_read_oldest_first_each_once(world: FakeWorld, authority: Authority) -> None:
    case = certificate_wanted(world)
    assert case.csr is not None
    leaf = authority.sign(case.csr.pem, days=199)
    world.helpdesk.writes(TICKET, authority.chain_pem, BRAND)
    world.helpdesk.writes(TICKET, leaf + authority.chain_pem, BRAND)

    world.look()

    assert the_case(world).at is At.CHANGE_OPEN
    refused, raised = world.helpdesk.said()[-2:]
    assert "[FMT_ONLY_CA_CERTS]" in refused
    assert "is in order" in raised


def test_step_that_always_fails_does_not_keep_a_stop_from_being_heard(world: FakeWorld) -> None:
    case = certificate_wanted(world)
    world.cases.save(replace(case, at=At.CERTIFICATE_HELD))  # and holds none: the step must fail
    with pytest.raises(AssertionError):
        world.look()

    world.helpdesk.tags("ssl_stop")
    world.look()

    assert the_case(world).at is At.STOPPED


def test_ticket_that_is_gone_is_none_of_ours(world: FakeWorld) -> None:
    assert world.look(404) is None


@pytest.mark.parametrize("status", ["closed", "deleted"])
def test_replies_on_an_ended_ticket_are_left_alone(world: FakeWorld, status: str) -> None:
    case = details_wanted(world)
    world.helpdesk.writes(TICKET, FORM, BRAND)
    ticket = world.helpdesk.tickets[TICKET]
    world.helpdesk.tickets[TICKET] = replace(ticket, status=status)

    world.look()

    assert the_case(world).at is At.STOPPED
    assert the_case(world).read_to == case.read_to


@pytest.mark.parametrize("tag", ["ssl_start", "ssl_use_live_details"])
def test_agents_command_alone_opens_a_case(world: FakeWorld, tag: str) -> None:
    world.helpdesk.opens("Hello", "Please call me back about www.brand.com")
    world.helpdesk.tags(tag)

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    assert tag not in world.helpdesk.tickets[TICKET].tags


def test_end_users_command_opens_nothing_and_is_removed(world: FakeWorld) -> None:
    world.helpdesk.opens("Hello", "Please call me back")
    world.helpdesk.tags("ssl_start", by=BRAND)

    assert world.look() is None
    assert "ssl_start" not in world.helpdesk.tickets[TICKET].tags
    assert "Only agents" in world.helpdesk.said(public=False)[-1]


def test_solved_ticket_opens_no_case(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, FORM, status="solved")

    assert world.look() is None


def test_agents_strangers_and_notes_move_nothing(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.helpdesk.writes(TICKET, FORM, AGENT)
    world.helpdesk.writes(TICKET, FORM, STRANGER)
    world.helpdesk.writes(TICKET, FORM, BRAND, public=False)

    world.look()

    assert the_case(world).at is case.at


def test_reply_while_a_person_decides_is_read_when_handed_back(world: FakeWorld) -> None:
    details_wanted(world)
    for _ in range(3):
        replies(world, "What?")
    assert the_case(world).at is At.WITH_AGENT
    replies(world, FORM)
    assert the_case(world).at is At.WITH_AGENT

    world.helpdesk.tags("ssl_resume")
    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED


class Unreachable(FakeSites):
    """Nothing can be looked at now."""

    def served(self, host: str) -> Served:
        raise TryLater("no answer")


def test_work_that_broke_off_between_two_steps_goes_on_at_the_next_look(
    world: FakeWorld, authority: Authority
) -> None:
    case = certificate_wanted(world)
    stopped = replace(case, at=At.CSR_MADE)
    world.cases.kept[TICKET] = stopped

    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED


def test_case_is_not_saved_when_a_step_fails(world: FakeWorld) -> None:
    world.sites = Unreachable()
    world.helpdesk.opens(SUBJECT, f"The SSL certificate of {HOST} expires")

    with pytest.raises(TryLater):
        world.look()

    assert world.cases.find(TICKET) is None


def test_unread_comments_are_found_though_the_last_one_is_gone(world: FakeWorld) -> None:
    case = details_wanted(world)
    ticket = world.helpdesk.tickets[TICKET]
    last = world.helpdesk.writes(TICKET, "hello", BRAND)
    ticket = replace(ticket, comments=(last,))

    assert unread(replace(case, read_to=last.id - 1), ticket) == (last,)


def test_order_from_the_dashboard_is_obeyed_as_a_macro_is(world: FakeWorld) -> None:
    details_wanted(world)

    world.look(order=Order(Command.STOP, "Olga Operator", "details_wanted"))

    assert the_case(world).at is At.STOPPED
    assert "Olga Operator" in world.helpdesk.said(public=False)[-1]


def test_order_for_a_stage_that_is_over_changes_nothing_and_is_told(world: FakeWorld) -> None:
    case = certificate_wanted(world)

    world.look(order=Order(Command.RESEND, "Olga Operator", "details_wanted"))

    assert the_case(world) == case
    assert "saw the case at details_wanted" in world.helpdesk.said(public=False)[-1]


def test_stop_is_heard_wherever_the_case_has_come_meanwhile(world: FakeWorld) -> None:
    certificate_wanted(world)

    world.look(order=Order(Command.STOP, "Olga Operator", "details_wanted"))

    assert the_case(world).at is At.STOPPED


def test_order_made_before_a_new_csr_does_not_count_after_it(world: FakeWorld) -> None:
    case = certificate_wanted(world)
    assert case.csr is not None
    order = Order(Command.NEW_CSR, "Olga Operator", "certificate_wanted", csr=case.csr.spki)

    world.look(order=order)
    after = the_case(world)
    assert (after.at, len(after.requests)) == (At.CERTIFICATE_WANTED, 2)
    world.look(order=order)  # of a page that stood open all the while

    assert the_case(world).requests == after.requests
    assert "moved on meanwhile" in world.helpdesk.said(public=False)[-1]


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"ticket": 35}, "look"),
        ({"ticket": 35, "sweep": True}, "look"),
        ({"ticket": 35, "order": {"command": "ssl_stop"}}, "order"),
        ({"ticket": 35, "order": {"command": "ssl_resend"}}, "look"),
        ({"ticket": 35, "rolled_back": "…"}, "rolled_back"),
    ],
)
def test_order_outlives_a_conflict_unless_it_would_be_said_twice(
    payload: dict[str, object], kind: str
) -> None:
    found, again = after_conflict(35, payload)

    assert found == kind
    assert again == ({"ticket": 35} if kind == "look" else payload)


def test_acceptance_of_what_was_not_seen_is_not_taken(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, FORM.replace(HOST, "www.stranger-shop.org"))
    world.helpdesk.organizations[70] = ("nordlicht-store.com",)
    world.look()
    doubtful = the_case(world)
    assert doubtful.to_accept

    world.look(order=Order(Command.ACCEPT, "Olga", "with_agent", "www.other.example.org"))
    assert the_case(world).at is At.WITH_AGENT

    world.look(order=Order(Command.ACCEPT, "Olga", "with_agent", doubtful.to_accept))
    assert the_case(world).at is At.CERTIFICATE_WANTED
