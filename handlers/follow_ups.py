"""Outside the seven steps: the renewal goes on in another ticket.

Zendesk makes a new ticket of a reply to a closed one, and agents merge tickets.  An unfinished
renewal goes on there, with its keys and issues; a finished one does not begin anew by itself.
"""

from __future__ import annotations

from dataclasses import replace

from bot import asking
from bot.case import At, Case
from bot.events import FollowedUp, Ticket
from bot.ports import Context, TicketUpdate
from bot.wording import tickets
from bot.wording.letter import Letter

_TAKEN = frozenset({At.STOPPED, At.WITH_AGENT})


def take_over(case: Case, event: FollowedUp, ctx: Context) -> Case:
    """Go on with the earlier ticket's case, begin anew, or leave it to the agents."""
    earlier = ctx.history.find(event.earlier)
    if earlier is None:
        return case
    if not _same_brand(earlier, event.ticket):
        return _left(case, tickets.followed_by_others(event.earlier), ctx)
    if earlier.at is At.DONE:
        first = event.ticket.comments[0].text if event.ticket.comments else ""
        if asking.asks("", first, ()):
            return case  # another renewal, asked for in a reply to the last one
        return _left(case, tickets.followed_after_the_end(event.earlier), ctx)
    if earlier.at is At.STOPPED and not earlier.ended:
        return _left(case, tickets.followed_after_a_stop(event.earlier), ctx)
    return _moved(case, earlier, event.ticket, ctx)


def _moved(case: Case, earlier: Case, ticket: Ticket, ctx: Context) -> Case:
    back = earlier.resume_at if earlier.at in _TAKEN else earlier.at
    back = back or At.DETAILS_WANTED
    ctx.keys.transfer(earlier.ticket, case.ticket)
    for issue in filter(None, (earlier.csr_issue, earlier.change_issue)):
        ctx.tracker.link(issue, case.ticket)
    note = tickets.goes_on_here(earlier.ticket, back)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=back))
    # The reply that has made a new ticket is an answer; what stood in a ticket that another one
    # was merged into is none.
    read_to = 0 if ticket.follows is not None else case.read_to
    goes_on = replace(
        earlier,
        ticket=case.ticket,
        requester=case.requester,
        requester_name=case.requester_name,
        organization=case.organization,
        version=case.version,
        read_to=read_to,
        scanned_to=0,
    )
    return goes_on.moved(back, ended=False, resume_at=None, retire_at=None)


def _same_brand(earlier: Case, ticket: Ticket) -> bool:
    """Whoever was copied in can reply to a closed ticket, and is its new requester then."""
    if ticket.requester == earlier.requester:
        return True
    return ticket.organization is not None and ticket.organization == earlier.organization


def _left(case: Case, note: Letter, ctx: Context) -> Case:
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=At.STOPPED))
    return case.moved(At.STOPPED)
