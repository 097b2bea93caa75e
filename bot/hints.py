"""Which hints of webhooks are worth a look at the ticket.

Both sides tell of everything, most of all of what the bot has done there itself, and a look costs
a call of Zendesk, which are scarce.  What is left out here by mistake is found by a sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.case import At, Case
from bot.errors import Gone
from bot.ports import Helpdesk, Tracker


class Book(Protocol):
    """The cases, to look up."""

    def find(self, ticket: int) -> Case | None:
        """The case of the ticket."""
        ...

    def by_issue(self, key: str) -> Case | None:
        """The case that has raised the issue."""
        ...


def own_changes(helpdesk: Helpdesk) -> Callable[[Mapping[str, object]], bool]:
    """Tells by a hint's payload whether it is about the bot's own last change of a ticket."""

    def own(payload: Mapping[str, object]) -> bool:
        ticket, actor, stamp = (str(payload.get(key, "")) for key in ("ticket", "actor", "stamp"))
        return bool(actor) and helpdesk.is_own(int(ticket), actor, stamp)

    return own


def case_of(payload: Mapping[str, object], book: Book) -> Case | None:
    """The case of the ticket that an issue names, else of the issue itself."""
    ticket = payload.get("ticket")
    named = book.find(int(str(ticket))) if ticket is not None else None
    return named or book.by_issue(str(payload["issue"]))


def waited_for(case: Case, tracker: Tracker) -> bool:
    """Whether the case waits for just what may have become of one of its issues."""
    if case.at is not At.CHANGE_OPEN:
        return case.at is At.CSR_ORDERED
    try:
        return tracker.state(case.change_issue).done
    except Gone:
        return True
