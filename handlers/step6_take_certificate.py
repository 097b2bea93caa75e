"""Step 6: the brand replies with the certificate its CA has signed.

The reply's text and every attached file are searched.  A certificate that was
issued for our CSR moves the case on; anything else is answered with what is
wrong, and the case stays where it is.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.errors import NeedsHuman
from bot.events import BrandReplied
from bot.ports import Context, TicketUpdate
from bot.reading import reply
from bot.wording import agent, brand
from bot.x509 import judging
from bot.x509.checks import Verdict
from bot.x509.details import Details, Field
from handlers import verdicts


def take(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Keep the certificate out of the reply, or say why it cannot be used."""
    assert case.details is not None, "step 2 judged the details"
    found = ctx.intake.gather(case.ticket, event.comment)
    verdict = verdicts.on(case, found, ctx)
    if verdict.leaf is None and not verdict.findings:
        # What came along by chance, as the certificate of a signed mail does, is no answer.
        return _without_certificate(case, case.details, event.comment.text, ctx)
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
    return case.with_(offer=verdicts.offer(verdict) if doubtful else None)


def _without_certificate(case: Case, details: Details, text: str, ctx: Context) -> Case:
    """Wait on, unless the brand wants another CSR than the one it was sent."""
    known = {Field(field): value for field, value in case.answers}
    said = reply.read(text, known)
    judged = judging.judge(known | dict(said.fields), ctx.policy.reached)
    if said.fields and judged.details and judged.details != details:
        raise NeedsHuman(
            "The brand has written other details than those in the CSR. Please clear with the "
            "brand whether a new CSR is wanted; the macro that sets ssl_new_csr makes one."
        )
    # "Thanks, we will send it next week" is a reply too.
    return case
