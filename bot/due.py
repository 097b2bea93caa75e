"""What is due for a case: an issue to look at, a site, a brand to remind, keys to destroy."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.case import At, Case
from bot.errors import Gone
from bot.events import (
    ChangeResolved,
    CsrRequestSeen,
    Event,
    LookDue,
    ReminderDue,
    Role,
    RollbackOver,
    Ticket,
    WaitBegan,
)
from bot.ports import Context, Tracker

_ASKING: Final = frozenset({At.DETAILS_WANTED, At.CERTIFICATE_WANTED})
_OVER: Final = frozenset({At.DONE, At.STOPPED})


def event(case: Case, ticket: Ticket, ctx: Context) -> Event | None:
    """What has happened in Jira or by the clock; one at most at each stage."""
    if case.at is At.CSR_ORDERED:
        return _request_seen(case, ctx.tracker)
    if case.at is At.CHANGE_OPEN:
        state = ctx.tracker.state(case.change_issue)
        return ChangeResolved(state.status, state.resolution) if state.done else None
    if case.at is At.CHANGE_DONE:
        return LookDue() if case.look_at and case.look_at <= ctx.now else None
    if case.at in _ASKING and case.reminding:
        return _reminder(case, ticket, ctx.now)
    return retirement(case, ctx.now, closed=False)


def retirement(case: Case, now: datetime, *, closed: bool) -> Event | None:
    """The end of the roll-back window; it comes also when the ticket is closed by then."""
    over = case.at in _OVER and case.retire_at is not None and case.retire_at <= now
    return RollbackOver(closed) if over else None


def _request_seen(case: Case, tracker: Tracker) -> CsrRequestSeen:
    try:
        state = tracker.state(case.csr_issue)
    except Gone:
        return CsrRequestSeen(gone=True)
    return CsrRequestSeen(state.done, state.status, state.resolution)


def _reminder(case: Case, ticket: Ticket, now: datetime) -> Event | None:
    if case.remind_at is None:
        return WaitBegan()
    return ReminderDue(_last_word(ticket)) if case.remind_at <= now else None


def _last_word(ticket: Ticket) -> datetime | None:
    """When brand or agent wrote last in public."""
    spoke = (Role.BRAND, Role.AGENT)
    said = (c.made for c in ticket.comments if c.public and c.author.role in spoke)
    return max(said, default=None)
