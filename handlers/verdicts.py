"""What the bot makes of certificates, with all that it can find out about them.

Steps and commands judge alike: against every CSR of the case, the site as it is now, and
the intermediates that the brand left out but that can be had elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from bot.case import Case, Held, Offer
from bot.ports import Context
from bot.x509 import checks, facts
from bot.x509.checks import Verdict
from bot.x509.findings import Severity
from bot.x509.intake import Found

INCIDENT = "FMT_IS_KEY"
"""A posted private key is an incident of its own, and answered as such."""


def on(case: Case, found: Found, ctx: Context, accepted: frozenset[str] = frozenset()) -> Verdict:
    """The verdict on everything found; a missing issuer is looked for before it is asked for."""
    live = ctx.sites.served(case.site).chain if found.certificates else ()
    found = replace(found, findings=tuple(f for f in found.findings if f.code != INCIDENT))
    verdict = _judged(case, found, ctx, live, (), accepted)
    if verdict.leaf and any(f.code == "CHAIN_MISSING" for f in verdict.findings):
        above = ctx.issuers.above(verdict.leaf, verdict.intermediates)
        if above:
            verdict = _judged(case, found, ctx, live, above, accepted)
    if verdict.leaf and ctx.policy.revocation_check:
        revoked = ctx.issuers.revoked((verdict.leaf, *verdict.intermediates))
        verdict = replace(verdict, findings=(*verdict.findings, *revoked))
    return verdict


def only_doubtful(verdict: Verdict) -> bool:
    """Whether nothing but an agent's word is missing."""
    return bool(verdict.acceptance) and all(
        finding.severity is not Severity.BLOCK for finding in verdict.findings
    )


def held(verdict: Verdict) -> Held:
    """The certificate to install."""
    assert verdict.leaf is not None, "an accepted verdict has a certificate"
    read = facts.facts(verdict.leaf)
    return Held(
        leaf=facts.pem(verdict.leaf),
        intermediates=tuple(facts.pem(der) for der in verdict.intermediates),
        expires=read.not_after,
        fingerprint=read.sha256,
    )


def offer(verdict: Verdict) -> Offer:
    """What an agent may accept: this certificate, with exactly these findings."""
    made = held(verdict)
    return Offer(made.leaf, made.intermediates, verdict.acceptance, verdict.findings)


def offered(given: Offer) -> Found:
    """The certificates of an offer, to be judged again."""
    return Found(tuple(facts.der(pem) for pem in (given.leaf, *given.intermediates)))


def _judged(
    case: Case,
    found: Found,
    ctx: Context,
    live: tuple[bytes, ...],
    known: tuple[bytes, ...],
    accepted: frozenset[str],
) -> Verdict:
    assert case.details is not None, "step 2 judged the details"
    return checks.against_requests(
        found,
        [(request.pem, request.spki) for request in case.requests],
        case.details.names,
        now=ctx.now,
        anchors=ctx.trust_anchors,
        live=live,
        known=known,
        details=case.details,
        accepted=accepted,
    )
