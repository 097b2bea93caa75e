"""The certificate against the one that the site serves now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.x509 import names
from bot.x509.catalogue import finding
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding, Severity
from bot.x509.judgement.naming import MOST_FOR_AGENTS, covering, held
from bot.x509.printable import listed


def on_live(
    leaf: CertificateFacts, served: CertificateFacts, wanted: Sequence[str], now: datetime
) -> Iterator[Finding]:
    """The same one, an older one, or one with fewer names."""
    if served.sha256 == leaf.sha256:
        yield finding(
            "SAME_AS_LIVE",
            "This is the certificate that the website uses already; please send the new one.",
            f"fingerprint {served.sha256[:16]} is served now",
        )
        return
    if wanted and not any(map(covering(served.names), wanted)):
        # A load balancer's default certificate says nothing about this site.
        return
    yield from _lost(leaf, served)
    yield from _older(leaf, served, now)


def _lost(leaf: CertificateFacts, served: CertificateFacts) -> Iterator[Finding]:
    covers = covering(leaf.names)
    lost = [name for name in held(served) if not covers(name)]
    if lost:
        yield finding(
            "SAN_LIVE_LOST",
            f"The website's present certificate also covers {listed(map(names.display, lost), 20)}"
            ", which the new one does not; please have it issued with these names, or tell us that "
            "they are no longer used.",
            f"SANs served now and not in the new one: {listed(lost, MOST_FOR_AGENTS)}",
        )


def _older(leaf: CertificateFacts, served: CertificateFacts, now: datetime) -> Iterator[Finding]:
    # One that nobody trusts, self-signed or expired, may well end later than its successor.
    if served.self_issued or served.not_after <= now or leaf.not_after >= served.not_after:
        return
    later = leaf.not_before > served.not_before
    yield finding(
        "OLDER_THAN_LIVE",
        f"The certificate ends on {leaf.not_after:%Y-%m-%d}, before the one that the website uses "
        f"now ({served.not_after:%Y-%m-%d}); please send the newest one.",
        f"served: {served.not_before:%Y-%m-%d} to {served.not_after:%Y-%m-%d}; sent: "
        f"{leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d}",
        # Issued later and ending earlier is what a replacement looks like while the longest
        # validity shrinks: an agent can say so.
        severity=Severity.ACK if later else None,
    )
