"""Outside the seven steps: the roll-back window is over, the bot forgets the private key.

From here on the key lives only where the SaaS team installed it.  The receipt stands in the
audit, in the change and, unless it is closed by then, on the ticket.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import RollbackOver
from bot.ports import Context, TicketUpdate
from bot.wording import agent, jira


def retire(case: Case, event: RollbackOver, ctx: Context) -> Case:
    """Destroy every key of the case, and leave the receipts."""
    end = "the site was verified" if case.at is At.DONE else "the ticket was ended"
    window = f"{ctx.policy.key_retention.days} days after {end}"
    spkis = ctx.keys.destroy(case.ticket, window)
    if spkis:
        if case.change_issue:
            ctx.tracker.comment(case.change_issue, jira.keys_destroyed(spkis))
        if not event.closed:
            note = agent.keys_destroyed(spkis)
            ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
    if case.at is At.DONE:
        return case.with_(retire_at=None, keys_gone=True)
    # Without the key its certificate is of no use: whoever goes on begins with a new one.
    back = At.DETAILS_KNOWN if case.details else At.DETAILS_WANTED
    return case.with_(retire_at=None, keys_gone=True, resume_at=back, held=None, offer=None)
