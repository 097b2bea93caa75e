"""Outside the seven steps: a ticket is solved, closed or merged before its renewal is done.

The case stops; whoever works on it in Jira hears of it, and the keys are kept only for as long
as they could be wanted back.  A ticket that is opened again goes on where it was.
"""

from __future__ import annotations

from contextlib import suppress

from bot.case import At, Case
from bot.errors import Gone, NeedsHuman
from bot.events import TicketEnded, TicketReopened
from bot.ports import Context, TicketUpdate
from bot.wording import jira, tickets


def end(case: Case, event: TicketEnded, ctx: Context) -> Case:
    """Stop, and tell everybody who would go on working."""
    retire_at = ctx.now + ctx.policy.key_retention if case.requests else None
    if case.at is At.STOPPED:
        return case.with_(retire_at=retire_at)
    if not event.closed:
        note = tickets.ended(event.by.name, case.at)
        update = TicketUpdate(note, public=False, stage=At.STOPPED, keep_status=True)
        ctx.helpdesk.update(case.ticket, update)
    if event.into is not None:
        # The other ticket may be gone or closed itself.
        with suppress(Gone, NeedsHuman):
            note = tickets.merged(case.ticket, case.at)
            ctx.helpdesk.update(event.into, TicketUpdate(note, public=False))
            ctx.later.look_again(event.into, ctx.now)  # nobody else may ever change it
    issue = open_issue(case)
    if issue:
        ctx.tracker.comment(issue, jira.ticket_ended(case.ticket))
    back = case.resume_at if case.at is At.WITH_AGENT else case.at
    return case.moved(At.STOPPED, ended=True, resume_at=back, retire_at=retire_at)


def reopen(case: Case, event: TicketReopened, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Go on where the case was."""
    back = case.resume_at or At.DETAILS_WANTED
    note = tickets.reopened(back)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=back))
    issue = open_issue(case.with_(at=back))
    if issue:
        ctx.tracker.comment(issue, jira.ticket_reopened(case.ticket))
    return case.moved(back, ended=False, resume_at=None, retire_at=None)


def open_issue(case: Case) -> str:
    """The issue that somebody in Jira is working on; empty when there is none."""
    at = case.resume_at if case.at is At.WITH_AGENT else case.at
    if at is At.CSR_ORDERED:
        return case.csr_issue
    return case.change_issue if at in (At.CHANGE_OPEN, At.CHANGE_DONE) else ""
