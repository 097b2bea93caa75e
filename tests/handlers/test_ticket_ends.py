"""A ticket that ends too early ends its case, however it ends; reopened, it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.case import At, Case
from bot.events import Person, Role, Ticket
from bot.policy import Policy
from sandbox.ca import Authority
from tests.conftest import the_case
from tests.fakes import BOT, BRAND, TICKET, FakeWorld
from tests.handlers.play import FORM, SUBJECT, certificate_wanted, change_open, details_wanted, done

MERGED_INTO = 36


def becomes(world: FakeWorld, status: str, *tags: str) -> Case:
    ticket = world.helpdesk.tickets[TICKET]
    tags = (*ticket.tags, *tags)
    world.helpdesk.tickets[TICKET] = replace(ticket, status=status, tags=tags)
    world.look()
    return the_case(world)


def test_solved_ticket_stops_its_case_and_stays_solved(
    world: FakeWorld, authority: Authority
) -> None:
    change_open(world, authority)

    case = becomes(world, "solved")

    assert (case.at, case.resume_at, case.ended) == (At.STOPPED, At.CHANGE_OPEN, True)
    ticket = world.helpdesk.tickets[TICKET]
    assert ticket.status == "solved"
    assert "ssl_stopped" in ticket.tags
    assert "Agnes Agent has solved the ticket" in world.helpdesk.said(public=False)[-1]
    assert world.tracker.comments[-1][0] == "SPC-2"
    assert "not follow this issue" in world.tracker.comments[-1][1]


def test_case_ends_once(world: FakeWorld) -> None:
    certificate_wanted(world)
    becomes(world, "solved")
    said = len(world.helpdesk.updates)

    world.look()

    assert len(world.helpdesk.updates) == said


def test_ticket_that_the_bot_has_solved_itself_has_not_ended_early(
    world: FakeWorld, authority: Authority
) -> None:
    """Its update was sent, and the case not yet saved."""
    case = change_open(world, authority)
    world.helpdesk.ended_by = BOT

    assert becomes(world, "solved").at is case.at


def test_done_case_is_not_touched(world: FakeWorld, authority: Authority) -> None:
    case = done(world, authority)

    assert world.look() == case


def test_closed_ticket_ends_its_case_without_a_word_on_it(
    world: FakeWorld, authority: Authority
) -> None:
    change_open(world, authority)
    said = len(world.helpdesk.updates)

    case = becomes(world, "closed")

    assert (case.at, case.ended) == (At.STOPPED, True)
    assert len(world.helpdesk.updates) == said
    assert "was ended" in world.tracker.comments[-1][1]


def test_deleted_ticket_ends_its_case(world: FakeWorld) -> None:
    world.policy = Policy(csr_source="itops")
    world.helpdesk.opens(SUBJECT, FORM)
    world.look()
    world.helpdesk.tickets.clear()

    case = world.look()

    assert case is not None
    assert (case.at, case.ended, case.resume_at) == (At.STOPPED, True, At.CSR_ORDERED)
    assert world.tracker.comments[-1][0] == "ITOPS-1"


def test_case_that_waited_for_an_agent_ends_and_goes_on_where_it_was(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.cases.kept[TICKET] = case.moved(At.WITH_AGENT, resume_at=At.DETAILS_WANTED)

    assert becomes(world, "solved").resume_at is At.DETAILS_WANTED


def test_reply_on_a_solved_ticket_takes_the_case_up_again(
    world: FakeWorld, authority: Authority
) -> None:
    before = certificate_wanted(world)
    becomes(world, "solved")
    assert before.csr is not None
    leaf = authority.sign(before.csr.pem, days=199)
    files = (("new.pem", (leaf + authority.chain_pem).encode()),)
    world.helpdesk.writes(TICKET, "Here it is, sorry for the delay", BRAND, files=files)

    case = becomes(world, "open")

    assert (case.at, case.ended, case.retire_at) == (At.CHANGE_OPEN, False, None)
    assert any("opened again" in note for note in world.helpdesk.said(public=False))


def test_reopened_change_is_told_to_the_saas_team(world: FakeWorld, authority: Authority) -> None:
    change_open(world, authority)
    becomes(world, "solved")

    assert becomes(world, "open").at is At.CHANGE_OPEN
    assert world.tracker.comments[-1] == (
        "SPC-2",
        "The ticket ZD-35 was opened again: the bot follows this issue as before.",
    )


def test_stopped_case_stays_stopped_when_its_ticket_is_opened_again(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()

    ended = becomes(world, "solved")

    assert (ended.at, ended.ended) == (At.STOPPED, False)
    assert ended.retire_at is not None, "its keys are not kept for ever"
    assert becomes(world, "open").at is At.STOPPED


def test_keys_of_an_ended_case_are_destroyed_in_the_end(world: FakeWorld) -> None:
    before = certificate_wanted(world)
    becomes(world, "solved")
    world.passes(timedelta(days=31))

    world.look()

    case = the_case(world)
    assert (case.resume_at, case.retire_at) == (At.DETAILS_KNOWN, None)
    assert world.keys.private == {}
    assert "destroyed" in world.helpdesk.said(public=False)[-1]
    case = becomes(world, "open")
    assert (case.at, len(case.requests)) == (At.CERTIFICATE_WANTED, 2), "with a new key"
    assert case.csr != before.csr


def test_keys_of_a_stopped_case_are_destroyed_once(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    becomes(world, "solved")
    world.passes(Policy().key_retention + timedelta(days=1))
    world.look()
    assert not world.keys.private

    world.look()

    assert the_case(world).retire_at is None, "nothing is left to be done with this case"


def test_keys_of_a_deleted_ticket_are_destroyed_too(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.tickets.clear()
    world.look()
    world.passes(timedelta(days=31))

    world.look()

    assert world.keys.private == {}


def merges(world: FakeWorld) -> None:
    """An agent merges the ticket into another one."""
    other = Ticket(MERGED_INTO, "Hello", "open", (), BRAND.id, BRAND.name, 70, (), (), "stamp")
    world.helpdesk.tickets[MERGED_INTO] = other
    world.helpdesk.writes(MERGED_INTO, "Is anybody there?", BRAND)
    text = f'This request was closed and merged into request #{MERGED_INTO} "Hello".'
    world.helpdesk.writes(TICKET, text, Person(8, "Agnes Agent", Role.AGENT))
    becomes(world, "closed", "closed_by_merge")


def test_merged_case_goes_on_in_the_other_ticket(world: FakeWorld, authority: Authority) -> None:
    before = certificate_wanted(world)
    merges(world)
    assert (MERGED_INTO, world.now) in world.later.appointments

    case = world.look(MERGED_INTO)

    assert case is not None
    assert (case.ticket, case.at) == (MERGED_INTO, At.CERTIFICATE_WANTED)
    assert case.requests == before.requests
    assert set(world.keys.made) == {(MERGED_INTO, 1)}
    assert the_case(world).at is At.STOPPED


def test_merge_into_a_ticket_that_is_gone_ends_the_case_all_the_same(world: FakeWorld) -> None:
    certificate_wanted(world)
    text = "This request was closed and merged into request #99."
    world.helpdesk.writes(TICKET, text, Person(8, "Agnes Agent", Role.AGENT))

    assert becomes(world, "closed", "closed_by_merge").at is At.STOPPED


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_ticket_without_a_case_ends_nothing(world: FakeWorld, status: str) -> None:
    world.helpdesk.opens("Invoice", "Where is it?", status=status)

    assert world.look() is None
