"""Outside the seven steps: somebody has posted a private key on the ticket.

It is removed from the ticket at once, and counts as compromised from then on.  When it is
the key of one of our CSRs, a new key and CSR are made; when a certificate was signed for it
already, the brand is asked to have that one revoked.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import KeyPosted
from bot.ports import Context, TicketUpdate
from bot.wording import agent, brand, jira

_SILENT = frozenset({At.WITH_AGENT, At.STOPPED})
_WITH_CSR = frozenset(
    {At.CSR_MADE, At.CERTIFICATE_WANTED, At.CERTIFICATE_HELD, At.CHANGE_OPEN, At.CHANGE_DONE}
)


def contain(case: Case, event: KeyPosted, ctx: Context) -> Case:
    """Redact, tell brand and agents, and begin again with a new key where it was ours."""
    redacted = ctx.helpdesk.redact_keys(case.ticket, event.comment, event.files)
    ours = bool(set(event.keys) & {request.spki for request in case.requests})
    signed = ours and (case.held is not None or event.certified)
    if case.at is not At.STOPPED:
        letter = brand.key_posted(case.requester_name, redacted=redacted, ours=ours, signed=signed)
        ctx.helpdesk.update(case.ticket, TicketUpdate(letter))
    note = agent.key_posted(event.comment.author.name, redacted=redacted, ours=ours)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
    if not ours:
        return case
    if case.change_issue and case.at is not At.DONE:
        ctx.tracker.comment(case.change_issue, jira.key_compromised())
    if case.at in _SILENT:
        # Whoever hands the case back lets the bot begin with the new key.
        return case.with_(resume_at=At.DETAILS_KNOWN, held=None, offer=None)
    if case.at in _WITH_CSR:
        return case.moved(At.DETAILS_KNOWN, held=None, offer=None)
    return case
