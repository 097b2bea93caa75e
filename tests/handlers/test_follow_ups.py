"""A reply to a closed ticket goes on with what was not finished, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

from bot.case import At, Case
from bot.events import Ticket
from sandbox.ca import Authority
from tests.fakes import AGENT, BRAND, TICKET, FakeWorld
from tests.handlers.play import SUBJECT, certificate_wanted, change_open, details_wanted, done

NEXT = 77


def follows(world: FakeWorld, text: str, *files: str, requester: int = BRAND.id) -> Case | None:
    """The brand replies to the closed ticket, and Zendesk makes a new one with its tags."""
    closed = replace(world.helpdesk.tickets[TICKET], status="closed")
    world.helpdesk.tickets[TICKET] = closed
    world.look()
    organization = 70 if requester == BRAND.id else None
    world.helpdesk.tickets[NEXT] = Ticket(
        NEXT, f"Re: {SUBJECT}", "new", closed.tags, requester, "Ada Brand", organization,
        (), (), "stamp", follows=TICKET,
    )  # fmt: skip
    attached = tuple((f"file{i}.pem", pem.encode()) for i, pem in enumerate(files))
    world.helpdesk.writes(NEXT, text, replace(BRAND, id=requester), files=attached)
    return world.look(NEXT)


def test_certificate_sent_to_a_closed_ticket_is_taken_in_the_new_one(
    world: FakeWorld, authority: Authority
) -> None:
    before = certificate_wanted(world)
    assert before.csr is not None
    leaf = authority.sign(before.csr.pem, days=199)

    case = follows(world, "Here it is", leaf, authority.chain_pem)

    assert case is not None
    assert (case.ticket, case.at, case.csr) == (NEXT, At.CHANGE_OPEN, before.csr)
    assert set(world.keys.made) == {(NEXT, 1)}
    assert ("ITOPS-1", NEXT, "") in world.tracker.links
    assert "goes on here" in world.helpdesk.said(public=False)[-1]


def test_open_change_is_followed_from_the_new_ticket(
    world: FakeWorld, authority: Authority
) -> None:
    change_open(world, authority)

    case = follows(world, "Any news?")

    assert case is not None
    assert (case.at, case.change_issue) == (At.CHANGE_OPEN, "SPC-2")
    assert ("SPC-2", NEXT, "") in world.tracker.links


def test_thanks_to_a_finished_renewal_begin_nothing(world: FakeWorld, authority: Authority) -> None:
    done(world, authority)

    case = follows(world, "Thank you for your help last time!")

    assert case is not None
    assert case.at is At.STOPPED
    assert "does not ask for another one" in world.helpdesk.said(public=False)[-1]
    assert world.look(NEXT) == case


def test_next_renewal_asked_for_in_a_reply_begins(world: FakeWorld, authority: Authority) -> None:
    done(world, authority)

    case = follows(world, "Our SSL certificate expires again.")

    assert case is not None
    assert case.at is At.DETAILS_WANTED
    assert case.requests == ()


def test_case_that_an_agent_had_taken_stays_with_the_agents(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()

    case = follows(world, "Common Name: www.brand.com")

    assert case is not None
    assert case.at is At.STOPPED
    assert "an agent had taken over" in world.helpdesk.said(public=False)[-1]


def test_agent_has_a_new_renewal_begun_in_the_follow_up(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    follows(world, "Thank you for your help last time!")
    ticket = world.helpdesk.tickets[NEXT]
    world.helpdesk.tickets[NEXT] = replace(ticket, tags=(*ticket.tags, "ssl_resume"))
    world.helpdesk.taggers["ssl_resume"] = AGENT

    case = world.look(NEXT)

    assert case is not None
    assert case.at is At.DETAILS_WANTED
    assert "Common Name" in world.helpdesk.said(public=True)[-1], "the brand gets the form"
    assert "ssl_resume" not in world.helpdesk.tickets[NEXT].tags


def test_stranger_who_was_copied_in_gets_nothing_of_the_case(world: FakeWorld) -> None:
    certificate_wanted(world)

    case = follows(world, "I am new here", requester=10)

    assert case is not None
    assert (case.at, case.requests, case.csr_issue) == (At.STOPPED, (), "")
    assert "does not belong to the brand" in world.helpdesk.said(public=False)[-1]
    assert set(world.keys.made) == {(TICKET, 1)}


def test_follow_up_of_a_ticket_without_a_case_is_read_like_any_other(world: FakeWorld) -> None:
    world.helpdesk.opens("Invoice", "Where is it?")
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="closed")
    world.helpdesk.tickets[NEXT] = Ticket(
        NEXT, SUBJECT, "new", (), BRAND.id, BRAND.name, 70, (), (), "stamp", follows=TICKET
    )
    world.helpdesk.writes(NEXT, "Our SSL certificate expires", BRAND)

    case = world.look(NEXT)

    assert case is not None
    assert case.at is At.DETAILS_WANTED
