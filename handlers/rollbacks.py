"""Beside the steps: the expiry watch sees the old certificate again, soon after the end.

The ticket lives again and is an agent's; handed back, the bot looks at the site as in step 7.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import RolledBack
from bot.ports import Context, TicketUpdate
from bot.wording import agent, watch


def call_agent(case: Case, event: RolledBack, ctx: Context) -> Case:
    """Open the ticket again, with what was seen."""
    said = watch.rolled_back(case.host, event.addresses, event.until, case.change_issue)
    note = agent.decision_wanted(said, At.CHANGE_DONE)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=At.WITH_AGENT))
    return case.moved(At.WITH_AGENT, resume_at=At.CHANGE_DONE, looks=0, look_at=None)
