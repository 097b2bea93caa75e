"""Outside the seven steps: the roll-back window is over, the bot forgets the private key.

From here on the key lives only where the SaaS team installed it.  The receipt stands in the
audit, in the change and, unless it is closed by then, on the ticket.
"""

from __future__ import annotations

from bot.case import Case
from bot.events import RollbackOver
from bot.ports import Context, TicketUpdate
from bot.wording import agent, jira


def retire(case: Case, event: RollbackOver, ctx: Context) -> Case:
    """Destroy every key of the case, and leave the receipts."""
    window = f"{ctx.policy.key_retention.days} days after the site was verified"
    spkis = ctx.keys.destroy(case.ticket, window)
    if spkis:
        ctx.tracker.comment(case.change_issue, jira.keys_destroyed(spkis))
        if not event.closed:
            note = agent.keys_destroyed(spkis)
            ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
    return case.with_(retire_at=None)
