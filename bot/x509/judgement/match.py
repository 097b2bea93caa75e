"""Which of the certificates found is ours, and what the others are when none is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.x509.catalogue import finding
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding
from bot.x509.judgement.naming import covering
from bot.x509.judgement.profile import from_test_authority

MOST_NAMED: Final = 5
_SERVERS: Final = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
    }
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate that was sent, and its facts."""

    der: bytes
    facts: CertificateFacts


def ours(candidates: Sequence[Candidate], spkis: Sequence[str]) -> Candidate | None:
    """The best certificate for one of our keys (newest last); None when there is none.

    The final certificate wins over its pre-certificate, an issued one over a self-signed
    one, then the newest key, a real authority over a test one, and the latest end.
    """

    def rank(candidate: Candidate) -> tuple[bool, bool, int, bool, float]:
        seen = candidate.facts
        return (
            not seen.poisoned,
            not seen.self_issued,
            spkis.index(seen.spki),
            not from_test_authority((seen.issuer,)),
            seen.not_after.timestamp(),
        )

    matching = [c for c in candidates if c.facts.spki in spkis]
    return max(matching, key=rank, default=None)


def on_age(leaf: CertificateFacts, spkis: Sequence[str]) -> Iterator[Finding]:
    """Whether the certificate answers the newest CSR, or which older one."""
    if leaf.spki == spkis[-1]:
        return
    number = spkis.index(leaf.spki) + 1
    yield finding(
        "KEY_MATCHES_OLDER_CSR",
        f"The certificate was made with CSR number {number} of this ticket, but number "
        f"{len(spkis)} is the latest; please have it issued with the latest one.",
        f"SPKI {leaf.spki[:16]} is that of CSR {number} of {len(spkis)}",
    )


def none_of_ours(
    read: Sequence[Candidate], damaged: int, wanted: Sequence[str]
) -> Iterator[Finding]:
    """Why there is nothing to install.

    A certificate that neither serves websites nor bears a wanted name came along by
    chance, as that of a signed mail does: it is passed over.
    """
    leaves = [c.facts for c in read if not c.facts.is_ca and _for_a_site(c.facts, wanted)]
    if any(c.facts.is_ca for c in read) and not leaves and not damaged:
        yield finding(
            "FMT_ONLY_CA_CERTS",
            "We found only certificates of the certificate authority itself, but not the one for "
            "your website; please send that one as well.",
            f"{sum(c.facts.is_ca for c in read)} CA certificates, no other",
        )
    for issued in leaves[:MOST_NAMED]:
        yield finding(
            "KEY_MISMATCH",
            f"The certificate for {issued.title} was not made with the CSR that we sent "
            "you; please have it issued again with that CSR.",
            f"serial {issued.serial[:40]} has SPKI {issued.spki[:16]}, none of the case's",
        )
    if damaged and not leaves:
        yield finding(
            "FMT_UNKNOWN",
            "The certificate is damaged and cannot be read; please send it again.",
            f"{damaged} certificates do not parse",
        )


def _for_a_site(seen: CertificateFacts, wanted: Sequence[str]) -> bool:
    if any(map(covering(seen.names), wanted)):
        return True
    return seen.usages is None or bool(seen.usages & _SERVERS)
