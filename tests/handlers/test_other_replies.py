"""The brand writes while others are at work, or after the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.case import At
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import HOST, certificate_wanted, change_open, done, replies


def reopened(world: FakeWorld) -> None:
    """As Zendesk does with each reply."""
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="open")


def notes(world: FakeWorld) -> int:
    return len(world.helpdesk.said(public=False))


@pytest.mark.parametrize("text", ["Thank you!", "I am out of the office until Monday."])
def test_thanks_and_autoresponders_go_by(world: FakeWorld, authority: Authority, text: str) -> None:
    change_open(world, authority)
    reopened(world)
    public, internal = len(world.helpdesk.said()), notes(world)

    case = replies(world, text)

    assert case.at is At.CHANGE_OPEN
    assert world.helpdesk.tickets[TICKET].status == "hold"
    assert (len(world.helpdesk.said()), notes(world)) == (public, internal)


def test_question_is_for_the_agents_and_the_renewal_goes_on(
    world: FakeWorld, authority: Authority
) -> None:
    change_open(world, authority)
    reopened(world)

    case = replies(world, "When will it be installed?")

    assert case.at is At.CHANGE_OPEN
    assert world.helpdesk.tickets[TICKET].status == "open"
    assert "“When will it be installed?”" in world.helpdesk.said(public=False)[-1]


def test_thanks_with_a_file_are_looked_at(world: FakeWorld, authority: Authority) -> None:
    change_open(world, authority)
    before = notes(world)

    replies(world, "Thanks", authority.chain_pem)

    assert notes(world) == before + 1


def test_each_reply_is_noted_once(world: FakeWorld, authority: Authority) -> None:
    change_open(world, authority)
    replies(world, "Please stop the installation.")
    before = notes(world)

    world.look()

    assert notes(world) == before


def test_question_while_a_certificate_is_awaited_is_for_the_agents(world: FakeWorld) -> None:
    certificate_wanted(world)

    case = replies(world, "Which certificate authority do you recommend?")

    assert case.at is At.CERTIFICATE_WANTED
    assert "asks: “Which certificate" in world.helpdesk.said(public=False)[-1]


def test_thanks_after_the_end_leave_the_ticket_solved(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    reopened(world)

    case = replies(world, "Thank you so much!")

    assert case.at is At.DONE
    assert world.helpdesk.tickets[TICKET].status == "solved"


def test_word_after_the_end_is_for_the_agents_when_the_site_is_well(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    reopened(world)

    case = replies(world, "Our other shop needs one as well.")

    assert case.at is At.DONE
    assert world.helpdesk.tickets[TICKET].status == "open"
    assert "needs a person" in world.helpdesk.said(public=False)[-1]


def test_site_that_lost_its_certificate_is_taken_up_again(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    reopened(world)
    _, old = authority.issue([HOST], days=5)
    world.sites.serves(HOST, der(old))

    case = replies(world, "We see the old certificate again.")

    assert (case.at, case.resume_at) == (At.WITH_AGENT, At.CHANGE_DONE)
    assert "[SITE_OLD_CERTIFICATE]" in world.helpdesk.said(public=False)[-1]
    world.helpdesk.tags("ssl_resume")
    world.look()
    assert the_case(world).at is At.CHANGE_DONE, "it is watched again"
