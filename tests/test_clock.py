"""The machine's clock is set forward or back: no wait is lost, and nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

from bot.case import At
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import FakeWorld
from tests.handlers.play import HOST, change_open, details_wanted

DAY = timedelta(days=1)


def test_clock_set_back_only_makes_a_reminder_late(world: FakeWorld) -> None:
    details_wanted(world)
    world.passes(-30 * DAY)
    world.look()
    assert the_case(world).reminders == 0

    world.passes(30 * DAY + 7 * DAY)
    world.look()
    world.passes(-3 * DAY)
    world.look()

    assert the_case(world).reminders == 1
    assert len([t for t in world.helpdesk.said() if "still waiting" in t]) == 1


def test_clock_set_forward_by_mistake_asks_once_and_goes_on(world: FakeWorld) -> None:
    details_wanted(world)
    world.passes(365 * DAY)
    world.look()
    assert the_case(world).reminders == 1

    world.passes(-365 * DAY)
    world.look()
    world.look()

    assert the_case(world).reminders == 1
    assert the_case(world).at is At.DETAILS_WANTED


def test_site_is_looked_at_again_whatever_the_clock_did_meanwhile(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)
    assert case.held is not None
    world.tracker.resolve(case.change_issue)
    world.look()
    assert the_case(world).look_at is not None
    world.sites.serves(HOST, *(der(pem) for pem in (case.held.leaf, *case.held.intermediates)))

    world.passes(-DAY)
    world.look()
    assert the_case(world).at is At.CHANGE_DONE, "it is not time yet, as far as the bot knows"
    world.passes(DAY + timedelta(minutes=1))
    world.look()

    assert the_case(world).at is At.DONE
    assert len([t for t in world.helpdesk.said() if "Good news" in t]) == 1
