"""Which hints are worth a look: the bot's own changes are not, nor what no case waits for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.case import At, Case
from bot.errors import Gone
from bot.hints import case_of, own_changes, waited_for
from bot.ports import IssueState


def opened(ticket: int, at: At, change: str = "") -> Case:
    return Case(ticket, 1, "Ada", 70, at, change_issue=change)


class Desk:
    """Knows one change as the bot's own."""

    def is_own(self, number: int, actor: str, stamp: str) -> bool:
        return (number, actor, stamp) == (7, "9", "10:00")


class Book:
    """Two cases, one of which has an issue."""

    def __init__(self) -> None:
        self.cases = {7: opened(7, At.DONE), 8: opened(8, At.CHANGE_OPEN, "SPC-8")}

    def find(self, ticket: int) -> Case | None:
        return self.cases.get(ticket)

    def by_issue(self, key: str) -> Case | None:
        return next((c for c in self.cases.values() if key and c.change_issue == key), None)


class Tracker:
    """One issue, as it stands now."""

    def __init__(self, *, done: bool | None) -> None:
        self.done, self.asked = done, 0

    def state(self, key: str) -> IssueState:
        self.asked += 1
        if self.done is None:
            raise Gone(f"no {key}")
        return IssueState(key, self.done, "status")


@pytest.mark.parametrize(
    ("payload", "own"),
    [
        ({"ticket": 7, "actor": "9", "stamp": "10:00"}, True),
        ({"ticket": 7, "actor": "9", "stamp": "10:01"}, False),
        ({"ticket": 7, "actor": "8", "stamp": "10:00"}, False),
        ({"ticket": 8, "actor": "9", "stamp": "10:00"}, False),
        ({"ticket": 7}, False),
        ({"issue": "SPC-8", "ticket": None}, False),
    ],
)
def test_own_change_is_known_by_ticket_actor_and_time(
    payload: Mapping[str, object], own: bool
) -> None:
    assert own_changes(Desk())(payload) is own  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payload", "ticket"),
    [
        ({"issue": "SPC-8", "ticket": 8}, 8),
        ({"issue": "SPC-8", "ticket": 7}, 7),
        ({"issue": "SPC-8", "ticket": None}, 8),
        ({"issue": "SPC-8", "ticket": 99}, 8),
        ({"issue": "SPC-9", "ticket": 99}, None),
        ({"issue": "SPC-8"}, 8),
    ],
)
def test_case_is_the_tickets_or_else_the_issues(
    payload: Mapping[str, object], ticket: int | None
) -> None:
    found = case_of(payload, Book())

    assert (found and found.ticket) == ticket


@pytest.mark.parametrize("at", list(At))
def test_only_what_the_case_waits_for_is_looked_at(at: At) -> None:
    case = opened(7, at, "SPC-8")

    assert waited_for(case, Tracker(done=True)) is (at in (At.CSR_ORDERED, At.CHANGE_OPEN))  # type: ignore[arg-type]


@pytest.mark.parametrize(("done", "waited"), [(True, True), (False, False), (None, True)])
def test_change_is_asked_for_how_it_stands(done: bool | None, waited: bool) -> None:
    tracker, case = Tracker(done=done), opened(7, At.CHANGE_OPEN, "SPC-8")

    assert waited_for(case, tracker) is waited  # type: ignore[arg-type]
    assert tracker.asked == 1
