"""Step 6: the brand replies with the certificate its CA has signed.

The reply's text and every attached file are searched.  A certificate that was
issued for our CSR moves the case on; anything else is answered with what is
wrong, and the case stays where it is.  A reply without a certificate may correct the details.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import BrandReplied
from bot.ports import Context, TicketUpdate
from bot.wording import agent, brand
from bot.x509.checks import Verdict
from handlers import corrections, verdicts


def take(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Keep the certificate out of the reply, or say why it cannot be used."""
    found = ctx.intake.gather(case.ticket, event.comment)
    verdict = verdicts.on(case, found, ctx)
    if verdict.leaf is None and not verdict.findings:
        # What came along by chance, as the certificate of a signed mail does, is no answer.
        return corrections.after_the_csr(case, event.comment, ctx)
    if verdict.blocked:
        return _refused(case, verdict, ctx)

    ctx.issuers.remember(verdict.intermediates)
    held = verdicts.held(verdict)
    return case.moved(At.CERTIFICATE_HELD, held=held, findings=verdict.findings, offer=None)


def _refused(case: Case, verdict: Verdict, ctx: Context) -> Case:
    """Tell the brand everything that is wrong; an agent may overrule what is only doubtful."""
    letter = brand.certificate_refused(case.requester_name, verdict.findings)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.CERTIFICATE_WANTED))
    doubtful = verdicts.only_doubtful(verdict)
    note = agent.certificate_refused(verdict.findings, doubtful=doubtful)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
    return case.heard().with_(offer=verdicts.offer(verdict) if doubtful else None)
