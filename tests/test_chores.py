"""What an agent is told of an event that failed for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bot.case import At
from bot.chores import Telling
from bot.engine.inbox import Inbox
from bot.engine.journal import Does, Journal
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import SUBJECT, certificate_wanted, details_wanted

FAILED: dict[str, object] = {"ticket": TICKET, "why": "the roof is on fire", "event": "e-1"}


class PlainJournal:
    """Makes each call at once, and keeps nothing."""

    def step(self, name: str, call: Callable[[], Any], does: Does = Does.LOOK) -> Any:
        return call()


@dataclass
class Box:
    """Remembers what was put in, each id once."""

    events: dict[str, dict[str, object]] = field(default_factory=dict)

    def put(self, name: str, ticket: int, kind: str, payload: dict[str, object]) -> None:
        self.events.setdefault(name, payload)


def told(world: FakeWorld, times: int = 1) -> Box:
    """An event of the ticket fails, and what is put in is worked through."""
    box, journal = Box(), cast("Journal", PlainJournal())
    telling = Telling(world.helpdesk, world.cases, cast("Inbox", box))
    for _ in range(times):
        telling.find(FAILED, journal)
    for event in box.events.values():
        telling.tell(event, journal)
    return box


def test_failed_event_goes_to_an_agent_with_its_reason_and_the_way_on(world: FakeWorld) -> None:
    certificate_wanted(world)

    told(world, times=2)

    [note] = world.helpdesk.said(public=False)
    assert "the roof is on fire" in note
    assert "python -m bot replay e-1" in note
    assert "ssl_with_agent" in world.helpdesk.tickets[TICKET].tags


def test_ticket_that_asks_and_could_not_be_opened_is_told_too(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, "Our SSL certificate expires")

    told(world)

    assert len(world.helpdesk.said(public=False)) == 1


def test_ticket_that_asks_for_nothing_is_left_alone(world: FakeWorld) -> None:
    world.helpdesk.opens("Invoice", "Where is it?")

    assert told(world).events == {}
    assert not world.helpdesk.updates


@pytest.mark.parametrize("at", [At.WITH_AGENT, At.STOPPED, At.DONE])
def test_case_that_a_person_has_is_not_told_of_again(world: FakeWorld, at: At) -> None:
    world.cases.kept[TICKET] = details_wanted(world).moved(at)
    said = len(world.helpdesk.updates)

    told(world)

    assert len(world.helpdesk.updates) == said
