"""Outside the seven steps: the brand writes where nothing was asked of it.

Thanks and autoresponders go by, and the ticket waits on.  Whatever else is said is for the
agents: the ticket stays open, with a note, and the renewal goes on meanwhile.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import BrandReplied, Comment
from bot.ports import Context, TicketUpdate
from bot.reading import reply
from bot.reading.reply import Reply
from bot.routing import put_back, with_agent
from bot.wording import agent
from handlers import step7_verify_site


def meanwhile(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """While others are at work."""
    return passed_on(case, event.comment, reply.read(event.comment.text, {}), ctx)


def after_the_end(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """The renewal is done.  When the site has lost the certificate, it is taken up again."""
    said = reply.read(event.comment.text, {})
    if _needs_nobody(event.comment, said) or case.held is None:
        return passed_on(case, event.comment, said, ctx)
    wrong = step7_verify_site.not_yet(ctx.sites.served(case.site), case.held)
    if not wrong:
        return passed_on(case, event.comment, said, ctx)
    what = f"The brand has written after the renewal was done, and {wrong}"
    return with_agent(case.moved(At.CHANGE_DONE, looks=0), what, ctx)


def passed_on(case: Case, comment: Comment, said: Reply, ctx: Context) -> Case:
    """The ticket back to its status, or open and with a note for the agents."""
    if _needs_nobody(comment, said):
        return put_back(case, ctx)
    note = agent.brand_wrote(case.at, said.question)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
    return case


def _needs_nobody(comment: Comment, said: Reply) -> bool:
    return said.out_of_office or (said.courtesy and not comment.attachments)
