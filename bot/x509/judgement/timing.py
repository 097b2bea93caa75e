"""The certificate's time: now, what is left, and how long it may live at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.x509 import rules
from bot.x509.catalogue import finding
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding

SHORT: Final = 3
"""Under one in so many parts of its life left, a certificate is due for renewal already."""


def on_time(leaf: CertificateFacts, now: datetime) -> Iterator[Finding]:
    """Expired, too early, soon over, too long."""
    life = leaf.not_after - leaf.not_before
    days = rules.validity(leaf.not_before, leaf.not_after)
    if leaf.not_after <= now:
        yield finding(
            "EXPIRED",
            f"The certificate expired on {leaf.not_after:%Y-%m-%d}; please send the new one.",
            f"not after {leaf.not_after:%Y-%m-%dT%H:%M:%SZ}",
        )
    elif leaf.not_before > now + rules.CLOCK_TOLERANCE:
        yield finding(
            "NOT_YET_VALID",
            f"The certificate is only valid from {leaf.not_before:%Y-%m-%d}; please send one that "
            "is valid now, or reply again on that day.",
            f"not before {leaf.not_before:%Y-%m-%dT%H:%M:%SZ}",
        )
    elif leaf.not_after - now < life / SHORT:
        yield finding(
            "SHORT_REMAINING",
            f"The certificate ends soon, on {leaf.not_after:%Y-%m-%d}; please have a new one "
            "issued.",
            f"not after {leaf.not_after:%Y-%m-%dT%H:%M:%SZ}, under a third of its {days} days",
        )
    rule = rules.validity_rule(leaf.not_before)
    if days > rule.limit:
        yield finding(
            "TOO_LONG_VALIDITY",
            f"The certificate is valid for {days} days, but browsers accept {rule.limit} at most; "
            "please have it issued for a shorter time.",
            f"{days} days, at most {rule.limit} when issued on {leaf.not_before:%Y-%m-%d}",
            rule=rule.source,
            since=rule.since,
        )
