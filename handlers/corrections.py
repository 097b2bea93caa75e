"""Outside the seven steps: the brand corrects its details after they were settled.

A correction behind its label is taken at its word: while the CSR is being made the request is
corrected, afterwards a new key and CSR are made.  What could mean something else goes to an
agent, and so does a brand that corrects again and again.
"""

from __future__ import annotations

from typing import Final

from bot.case import At, Case, Source
from bot.errors import NeedsHuman
from bot.events import BrandReplied, Comment
from bot.ports import Context, TicketUpdate
from bot.reading import reply
from bot.reading.reply import Reply
from bot.wording import brand, jira
from bot.x509.judging import Judged
from handlers import other_replies, settling

MOST_CSRS: Final = 4
"""How many CSRs a brand has made by corrections before a person looks."""


def while_ordered(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """ITOps is making the CSR: it hears of the correction in its own request."""
    said, found = _read(case, event.comment, ctx)
    if not _differs(case, said, found):
        return other_replies.passed_on(case, event.comment, said, ctx)
    if found.details is None or not said.labelled:
        raise _unclear()
    answers = settling.answers_so_far(case) | dict(said.fields)
    case = case.with_(
        answers=tuple(answers.items()),
        details=found.details,
        host=found.details.common_name,
        source=Source.BRAND,
        answered=(),
    )
    ctx.tracker.comment(case.csr_issue, jira.csr_corrected(found.details, ctx.policy))
    letter = brand.csr_ordered(case.requester_name, found.details)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.CSR_ORDERED))
    return case


def after_the_csr(case: Case, comment: Comment, ctx: Context) -> Case:
    """The CSR was sent: another one follows, or the brand has said something else."""
    said, found = _read(case, comment, ctx)
    if not _differs(case, said, found):
        return other_replies.passed_on(case.heard(), comment, said, ctx)
    if not said.labelled or len(case.requests) >= MOST_CSRS:
        raise _unclear()
    answers = settling.answers_so_far(case) | dict(said.fields)
    settled = settling.settled(case, answers, found, ctx)
    if settled is None:
        raise _unclear()
    return settled


def _read(case: Case, comment: Comment, ctx: Context) -> tuple[Reply, Judged]:
    known = settling.answers_so_far(case)
    said = reply.read(comment.text, known)
    return said, settling.judged(case, known | dict(said.fields), ctx)


def _differs(case: Case, said: Reply, found: Judged) -> bool:
    """Whether the reply would make another CSR; values that cannot be right are no wish."""
    if not said.fields or said.out_of_office:
        return False
    return found.only_doubtful or (found.details is not None and found.details != case.details)


def _unclear() -> NeedsHuman:
    return NeedsHuman(
        "The brand has written other details than those in the CSR. Please clear with the "
        "brand whether a new CSR is wanted; the macro that sets ssl_new_csr makes one."
    )
