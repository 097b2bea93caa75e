"""Step 6: the brand replies with the certificate its CA has signed.

The reply's text and every attached file are searched.  A certificate that was
issued for our CSR moves the case on; anything else is answered with what is
wrong, and the case stays where it is.
"""

from __future__ import annotations

from bot.case import At, Case, Held
from bot.events import BrandReplied
from bot.ports import Context, TicketUpdate
from bot.wording import agent, brand
from bot.x509 import checks, facts
from bot.x509.intake import Found


def take(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Keep the certificate out of the reply, or say why it cannot be used."""
    assert case.details is not None, "step 2 judged the details"
    found = ctx.intake.gather(case.ticket, event.comment)
    if not found.certificates and not found.findings:
        # "Thanks, we will send it next week" is a reply too: wait on.
        return case

    verdict = checks.against_requests(
        found,
        [(request.pem, request.spki) for request in case.requests],
        case.details.names,
        now=ctx.now,
        anchors=ctx.trust_anchors,
        live=_served_now(case, found, ctx),
        details=case.details,
    )
    if verdict.leaf is None and not verdict.findings:
        # What came along by chance, as the certificate of a signed mail does, is no answer.
        return case
    if _posted_key(found):
        return _key_posted(case, found, ctx)
    if verdict.blocked or verdict.leaf is None:
        letter = brand.certificate_refused(case.requester_name, verdict.findings)
        ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.CERTIFICATE_WANTED))
        return case

    return case.moved(
        At.CERTIFICATE_HELD,
        held=_held(verdict.leaf, verdict.intermediates),
        findings=tuple(f for f in verdict.findings),
    )


def _served_now(case: Case, found: Found, ctx: Context) -> tuple[bytes, ...]:
    """The chain that the site serves, to compare with; nothing when it cannot be read."""
    if not found.certificates:
        return ()
    for endpoint in ctx.sites.served(case.host.removeprefix("*.")).endpoints:
        if endpoint.chain:
            return endpoint.chain
    return ()


def _posted_key(found: Found) -> bool:
    return any(f.code == "FMT_IS_KEY" for f in found.findings)


def _key_posted(case: Case, found: Found, ctx: Context) -> Case:
    """Tell the brand, call an agent: a key in a ticket is an incident."""
    letter = brand.certificate_refused(case.requester_name, found.findings)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter))
    note = agent.key_posted(found.findings)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=At.WITH_AGENT))
    return case.moved(At.WITH_AGENT, resume_at=At.CERTIFICATE_WANTED)


def _held(leaf: bytes, intermediates: tuple[bytes, ...]) -> Held:
    read = facts.facts(leaf)
    return Held(
        leaf=facts.pem(leaf),
        intermediates=tuple(facts.pem(der) for der in intermediates),
        expires=read.not_after,
        fingerprint=read.sha256,
    )
