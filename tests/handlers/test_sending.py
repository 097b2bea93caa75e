"""What the brand did not get is sent again, by macro or from the dashboard."""

from __future__ import annotations

from bot.case import At
from tests.conftest import the_case
from tests.fakes import AGENT, TICKET, FakeWorld
from tests.handlers.play import HOST, certificate_wanted, details_wanted


def test_csr_is_sent_again(world: FakeWorld) -> None:
    case = certificate_wanted(world)
    first = world.helpdesk.updates[-1]
    world.helpdesk.tags("ssl_resend")

    world.look()

    again = world.helpdesk.updates[-1]
    assert (again.letter, again.files, again.public) == (first.letter, first.files, True)
    assert the_case(world).requests == case.requests
    assert AGENT.name in world.helpdesk.said(public=False)[-1]
    assert "ssl_resend" not in world.helpdesk.tickets[TICKET].tags


def test_form_is_sent_again_with_what_is_known_and_counts_no_round(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.helpdesk.tags("ssl_resend")

    world.look()

    assert HOST in world.helpdesk.said()[-1]
    assert len(world.helpdesk.said()) == 2
    assert the_case(world).at is At.DETAILS_WANTED
    assert the_case(world).asked == case.asked
    assert world.helpdesk.tickets[TICKET].status == "pending"


def test_nothing_is_sent_again_while_a_person_has_the_case(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    world.helpdesk.tags("ssl_resend")

    world.look()

    assert len(world.helpdesk.said()) == 1
    assert "Only ssl_resume" in world.helpdesk.said(public=False)[-1]
