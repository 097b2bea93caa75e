"""The old certificate is back: the ticket lives again, and the bot looks once it is handed back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.case import At
from bot.events import RolledBack
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import NOW, TICKET, FakeWorld
from tests.handlers.play import HOST, change_open, done

BACK = RolledBack(("192.0.2.1", "2001:db8::1"), NOW + timedelta(days=6))


def test_roll_back_opens_the_ticket_again_for_an_agent(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    assert world.helpdesk.tickets[TICKET].status == "solved"

    world.look(told=BACK)

    assert (the_case(world).at, the_case(world).resume_at) == (At.WITH_AGENT, At.CHANGE_DONE)
    assert world.helpdesk.tickets[TICKET].status == "open"
    assert "ssl_with_agent" in world.helpdesk.tickets[TICKET].tags
    said = world.helpdesk.said(public=False)[-1]
    for fact in ("192.0.2.1, 2001:db8::1", "30 November 2026", "SPC-2", "SITE_ROLLED_BACK"):
        assert fact in said


def test_handed_back_the_site_is_looked_at_as_in_step_seven(
    world: FakeWorld, authority: Authority
) -> None:
    case = done(world, authority)
    assert case.held is not None
    right = (der(case.held.leaf), *map(der, case.held.intermediates))
    world.sites.serves(HOST, der(authority.issue([HOST])[1]))
    world.look(told=BACK)

    world.helpdesk.tags("ssl_resume")
    world.look()
    assert the_case(world).at is At.CHANGE_DONE

    world.helpdesk.tickets[TICKET] = world.helpdesk.ticket(TICKET)
    world.sites.serves(HOST, *right)
    world.passes(timedelta(minutes=10))
    world.look()
    assert the_case(world).at is At.DONE
    assert world.helpdesk.tickets[TICKET].status == "solved"


@pytest.mark.parametrize("told", [2, 3])
def test_roll_back_that_is_told_again_writes_nothing(
    world: FakeWorld, authority: Authority, told: int
) -> None:
    done(world, authority)
    world.look(told=BACK)
    updates = len(world.helpdesk.updates)

    for _ in range(told):
        world.look(told=BACK)

    assert len(world.helpdesk.updates) == updates


def test_roll_back_before_the_end_means_nothing(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)

    assert world.after(case, BACK) == case
