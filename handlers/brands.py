"""Whose a domain name is: a certificate goes to a site of the brand that owns the name.

A name belongs to the brand when it is, or lies under, a domain of the ticket's organization,
shares its registrable domain, or stood in a renewal of the same brand before.  Where the
account knows no domains of the organization there is nothing to hold a name against.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.case import Case
from bot.ports import Context, Renewal
from bot.x509 import names
from bot.x509.findings import Finding, Severity


def strangers(wanted: Iterable[str], case: Case, ctx: Context) -> tuple[str, ...]:
    """The names that belong to somebody else as far as the account knows, agents' word aside."""
    asked = [name for name in wanted if name not in case.accepted]
    if not asked or not checked(case, ctx):
        return ()
    outside = [name for name in asked if not _own(name, case, ctx)]
    if not outside:
        return ()
    before = earlier(case, ctx)
    known = {name for renewal in before for name in (renewal.host, *renewal.details.names)}
    return tuple(n for n in outside if not any(names.covers(other, n) for other in known))


def earlier(case: Case, ctx: Context) -> tuple[Renewal, ...]:
    """What the brand has had renewed before, newest first."""
    return ctx.history.renewals(case.ticket, case.requester, case.organization)


def checked(case: Case, ctx: Context) -> bool:
    """Whether there is anything to hold a name against."""
    if not ctx.policy.domain_check or case.organization is None:
        return False
    return bool(ctx.helpdesk.domains(case.organization))


def own(candidates: Iterable[str], case: Case, ctx: Context) -> str:
    """The first of the names that is known to be the brand's; empty when none is."""
    return next((name for name in candidates if _own(name, case, ctx)), "")


def finding(name: str) -> Finding:
    """What brand and agent are told of a stranger's name."""
    shown = names.display(name)
    return Finding(
        "NOT_BRANDS_DOMAIN",
        Severity.ACK,
        f"“{shown}” is not among the domains that we know as yours; we check it.",
        f"{shown} is no domain of the ticket's organization, and was not renewed for it before.",
    )


def _own(name: str, case: Case, ctx: Context) -> bool:
    """Whether the name lies under one of the organization's domains, or beside it."""
    if case.organization is None:
        return False
    plain = name.removeprefix("*.")
    for domain in ctx.helpdesk.domains(case.organization):
        holder = names.holder(domain)
        # A domain that many parties share says nothing about any one of them.
        if holder and (f".{plain}".endswith(f".{domain}") or names.holder(plain) == holder):
            return True
    return False
