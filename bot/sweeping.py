"""What no webhook told: tickets and issues that changed, appointments that were not kept.

A sweep asks both sides what changed since the last one, with a margin for search indexes
that lag, and names the looks to take.  The same change names the same look, however often
it is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot import asking
from bot.case import Case
from bot.routing import Procedure, goes_on

LAG: Final = timedelta(minutes=10)
"""How far a search index may be behind; Zendesk says "up to a few minutes"."""

FIRST: Final = timedelta(hours=1)
"""How far the very first sweep looks back; on what is older, agents are at work already."""

BACK: Final = timedelta(days=1)
"""How far to look back when a clock was set back behind what it has told before."""

EARLY: Final = timedelta(seconds=30)
"""A ticket changed so lately may change again within the second that its stamp tells, unseen;
clocks of both sides may differ by most of it."""

GRACE: Final = timedelta(minutes=5)
"""How late an appointment may be before it counts as lost."""

STUCK: Final = timedelta(minutes=10)
"""How long the bot's own next step may take before it is looked for."""


class Part(StrEnum):
    """The three sweeps; each has its own turn and its own cursor."""

    TICKETS = "tickets"
    ISSUES = "issues"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Hint:
    """A look to take at a ticket, once for each id."""

    id: str
    ticket: int


@dataclass(frozen=True, slots=True)
class ChangedTicket:
    """A ticket as a search shows it; `text` is its first comment."""

    number: int
    updated: str
    status: str
    subject: str
    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedIssue:
    """An issue as a search shows it."""

    key: str
    updated: str


class Tickets(Protocol):
    """Zendesk's search."""

    def changed(self, since: datetime) -> tuple[ChangedTicket, ...]:
        """Every ticket that was changed at that time or later, as far as the index knows."""
        ...


class Issues(Protocol):
    """Jira's search."""

    def changed(self, minutes: int) -> tuple[ChangedIssue, ...]:
        """The bot's issues that were changed in the last minutes, as far as the index knows."""
        ...


class CaseBook(Protocol):
    """The cases, to compare with."""

    def known(self, tickets: Iterable[int]) -> frozenset[int]:
        """Those of the tickets that have a case."""
        ...

    def with_change(self, keys: Iterable[str]) -> dict[str, int]:
        """The tickets whose open change is one of these issues, by issue."""
        ...

    def moving(self, due: datetime) -> tuple[tuple[Case, datetime], ...]:
        """Cases that wait for no person or are due by then, and when each was saved."""
        ...


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Finds the looks that nobody asked for."""

    procedure: Procedure
    tickets: Tickets
    issues: Issues
    cases: CaseBook
    every: timedelta = timedelta()
    """Between two sweeps: a clock may have been ahead by so much without anybody noticing."""

    def hints(self, part: Part, since: datetime | None, now: datetime) -> tuple[Hint, ...]:
        """The looks to take; `since` is when the last sweep of this part began."""
        start = (since or now - FIRST) - LAG - self.every
        if part is Part.TICKETS:
            return self._tickets(start, now)
        if part is Part.ISSUES:
            return self._issues(int((now - start).total_seconds() // 60) + 1)
        return self._due(now)

    def _tickets(self, since: datetime, now: datetime) -> tuple[Hint, ...]:
        found = self.tickets.changed(since)
        known = self.cases.known(ticket.number for ticket in found)
        return tuple(
            Hint(f"sweep-ticket-{ticket.number}-{_change(ticket, now)}", ticket.number)
            for ticket in found
            if ticket.number in known or _asks(ticket)
        )

    def _issues(self, minutes: int) -> tuple[Hint, ...]:
        found = self.issues.changed(minutes)
        ticket_of = self.cases.with_change(issue.key for issue in found)
        return tuple(
            Hint(f"sweep-issue-{issue.key}-{issue.updated}", ticket_of[issue.key])
            for issue in found
            if issue.key in ticket_of
        )

    def _due(self, now: datetime) -> tuple[Hint, ...]:
        """By the case's version: a look that found nothing to do is not taken again."""
        moving = self.cases.moving(now - GRACE)
        return tuple(
            Hint(f"sweep-due-{case.ticket}-{case.version}", case.ticket)
            for case, saved in moving
            if self._overdue(case, saved, now)
        )

    def _overdue(self, case: Case, saved: datetime, now: datetime) -> bool:
        if case.due:
            return case.due + GRACE <= now
        return goes_on(self.procedure, case) and saved + STUCK <= now


def _change(ticket: ChangedTicket, now: datetime) -> str:
    """Names the change; one that is looked at early is looked at once more by a later sweep."""
    early = datetime.fromisoformat(ticket.updated) > now - EARLY
    return f"{ticket.updated}-early" if early else ticket.updated


def _asks(ticket: ChangedTicket) -> bool:
    if ticket.status in asking.FINISHED:
        return False
    commanded = bool(asking.OPENING & set(ticket.tags))
    return commanded or asking.asks(ticket.subject, ticket.text, ticket.tags)
