"""The machine's clock is set forward or back: no wait is lost, and nothing is said twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.case import At
from bot.chores import Sweeping
from bot.engine.inbox import Inbox
from bot.engine.journal import Journal
from bot.storage.budgets import Budgets
from bot.storage.database import connect
from bot.storage.migrate import upgrade
from bot.storage.sweeps import Sweeps
from bot.sweeping import LAG, Part, Sweeper
from handlers import PROCEDURE
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import FakeWorld
from tests.handlers.play import HOST, change_open, details_wanted
from tests.test_chores import Box, PlainJournal
from tests.test_outage import Book, Changes, Issues

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


@pytest.mark.parametrize(
    ("ahead", "back"), [(-5 * LAG, 5 * LAG), (LAG / 2, -LAG / 2), (365 * DAY, DAY)]
)
def test_sweep_goes_on_when_a_clock_that_was_ahead_is_set_right(
    world: FakeWorld, tmp_path: Path, ahead: timedelta, back: timedelta
) -> None:
    """The last sweep was `ahead` of now; the next asks `back` from now, or waits for its time."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    sweeps, asked, now = Sweeps(connect(url)), Changes(world, []), datetime.now(UTC)
    sweeper = Sweeper(PROCEDURE, asked, Issues([]), Book(world))
    inbox, journal = cast("Inbox", Box()), cast("Journal", PlainJournal())
    sweeping = Sweeping(sweeper, sweeps, Budgets(connect(url)), inbox)
    sweeps.save(Part.TICKETS, now + ahead)

    sweeping.sweep({"part": Part.TICKETS, "put_at": now.timestamp()}, journal)

    starts = [(now - LAG - start).total_seconds() for start in asked.since]
    if back > timedelta(0):
        assert starts == [pytest.approx(back.total_seconds(), abs=30)]
        assert sweeps.swept_to(Part.TICKETS) == pytest.approx(now, abs=timedelta(seconds=30))
    else:
        assert starts == [], "another worker's clock may be ahead by so little"
    connect(url).dispose()


@pytest.mark.parametrize("minutes", range(0, 75, 3))
def test_no_change_is_passed_over_however_far_a_clock_was_ahead(
    world: FakeWorld, tmp_path: Path, minutes: int
) -> None:
    """It was ahead at one sweep, and is right at those that follow; some of them wait."""
    every, ahead = timedelta(minutes=10), timedelta(minutes=minutes)
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    sweeps, asked, now = Sweeps(connect(url)), Changes(world, []), datetime.now(UTC)
    sweeper = Sweeper(PROCEDURE, asked, Issues([]), Book(world), every)
    inbox, journal = cast("Inbox", Box()), cast("Journal", PlainJournal())
    sweeping = Sweeping(sweeper, sweeps, Budgets(connect(url)), inbox)
    sweeps.save(Part.TICKETS, now + ahead)

    for turn in range(1, 5):
        sweeps.turn_back(Part.TICKETS, now - turn * every + ahead)
        sweeping.sweep({"part": Part.TICKETS, "put_at": now.timestamp()}, journal)
        if asked.since:
            break

    assert asked.since[0] <= now - turn * every
    connect(url).dispose()
