"""Step 7: the change is done; does the site serve the new certificate?

Nodes and caches lag behind, so an old certificate is looked at again with
growing pauses before anybody is alarmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.case import At, Case, Held
from bot.errors import NeedsHuman
from bot.events import ChangeResolved, LookDue, Reached
from bot.ports import Context, Endpoint, Served, TicketUpdate
from bot.wording import brand, jira
from bot.x509 import facts, names
from handlers import resolutions

PAUSES: Final = tuple(
    timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
)
MOST_NAMES: Final = 50
MOST_SAID: Final = 8


def change_resolved(case: Case, event: ChangeResolved, ctx: Context) -> Case:  # noqa: ARG001
    """Go and look when the team has installed it; call an agent when it has not."""
    if resolutions.declined(event.status, event.resolution):
        raise NeedsHuman(
            f"The change {case.change_issue} was closed without installing the certificate "
            f"({event.status}, {event.resolution or 'no resolution'}). Please clear it with the "
            "SaaS team."
        )
    return case.moved(At.CHANGE_DONE, looks=0, look_at=None)


def verify(case: Case, event: Reached | LookDue, ctx: Context) -> Case:  # noqa: ARG001
    """Solve the ticket when every address serves the new certificate, else look again later."""
    assert case.held is not None, "step 6 took the certificate"
    site, *others = ctx.sites.survey(_names(case, case.held))
    wrong = not_yet(site, case.held) or _left_behind(case, case.held, others)
    if not wrong:
        letter = brand.renewed(case.requester_name, case.host, case.held.expires)
        ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DONE))
        retire_at = ctx.now + ctx.policy.key_retention
        ctx.later.look_again(case.ticket, retire_at)
        return case.moved(At.DONE, look_at=None, retire_at=retire_at)

    if case.looks >= len(PAUSES):
        ctx.tracker.comment(case.change_issue, jira.site_unchanged(case, wrong))
        raise NeedsHuman(
            f"{case.change_issue} is done, but {case.host} still does not serve the new "
            f"certificate: {wrong} The SaaS team was told in the change."
        )
    look_at = ctx.now + PAUSES[case.looks]
    ctx.later.look_again(case.ticket, look_at)
    return case.with_(looks=case.looks + 1, look_at=look_at)


def not_yet(served: Served, held: Held) -> str:
    """What is still wrong with the site, address by address; empty when all is well."""
    if served.fault:
        return f"{served.host} could not be looked at [{served.fault}]."
    wrong = [said for endpoint in served.endpoints if (said := _wrong(endpoint, held))]
    if wrong and len(wrong) < len(served.endpoints):
        right = len(served.endpoints) - len(wrong)
        total = len(served.endpoints)
        wrong.insert(0, f"{right} of {total} answers are right [SITE_PARTIAL].")
    return _listed(wrong)


def _names(case: Case, held: Held) -> tuple[str, ...]:
    """The site, and the certificate's other names that can be looked at."""
    read = facts.facts(facts.der(held.leaf))
    others = [name for name in read.names if "*" not in name and name != case.site]
    return (case.site, *others[:MOST_NAMES])


def _left_behind(case: Case, held: Held, others: Sequence[Served]) -> str:
    """Where the certificate's other names still serve the one before.

    A name that cannot be reached, or that serves a certificate of its own, is not where
    this one is installed.
    """
    return _listed(
        [
            f"{served.host} at {endpoint.address} still serves the certificate before "
            "[SITE_PARTIAL]."
            for served in others
            for endpoint in served.endpoints
            if endpoint.chain and _is_before(facts.facts(endpoint.chain[0]), case, held)
        ]
    )


def _listed(wrong: Sequence[str]) -> str:
    more = len(wrong) - MOST_SAID
    return " ".join([*wrong[:MOST_SAID], *([f"And {more} more."] if more > 0 else [])])


def _is_before(served: facts.CertificateFacts, case: Case, held: Held) -> bool:
    shared = any(names.covers(pattern.lower(), case.site) for pattern in served.names)
    return shared and served.sha256 != held.fingerprint and served.not_after < held.expires


def _wrong(endpoint: Endpoint, held: Held) -> str:
    if endpoint.fault or not endpoint.chain:
        return f"{endpoint.address} could not be looked at [{endpoint.fault or 'SITE_REFUSED'}]."
    if facts.facts(endpoint.chain[0]).sha256 != held.fingerprint:
        return f"{endpoint.address} serves another certificate [SITE_OLD_CERTIFICATE]."
    if held.intermediates and len(endpoint.chain) == 1:
        return f"{endpoint.address} serves no intermediate certificates [SITE_CHAIN_INCOMPLETE]."
    return ""
