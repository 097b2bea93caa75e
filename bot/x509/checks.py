"""Judges a certificate against our CSRs, the wanted names, the dated rules and the live site."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from bot.x509 import chain, facts, findings, revocation
from bot.x509.details import Details
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding, Severity
from bot.x509.intake import Found
from bot.x509.judgement import live as on_live
from bot.x509.judgement import match, naming, profile, timing
from bot.x509.judgement.match import Candidate
from bot.x509.printable import printable


@dataclass(frozen=True, slots=True)
class Verdict:
    """The certificate to install (None when none is ours), its intermediates, all findings.

    `accepted` are the acceptances that an agent has given.
    """

    leaf: bytes | None
    intermediates: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()
    accepted: frozenset[str] = frozenset()
    fingerprint: str = ""

    @property
    def acceptance(self) -> str:
        """What an agent must accept: bound to this certificate and exactly these findings.

        Empty when there is nothing to accept.
        """
        return findings.acceptance(self.fingerprint, self.findings)

    @property
    def blocked(self) -> bool:
        """Whether something keeps the certificate from being installed."""
        if self.leaf is None or any(f.severity is Severity.BLOCK for f in self.findings):
            return True
        asked = self.acceptance
        return bool(asked) and asked not in self.accepted


def against_requests(
    found: Found,
    requests: Sequence[tuple[str, str]],
    wanted: Sequence[str],
    *,
    now: datetime,
    anchors: Sequence[bytes] = (),
    live: Sequence[bytes] = (),
    known: Sequence[bytes] = (),
    details: Details | None = None,
    crls: Sequence[bytes] = (),
    accepted: frozenset[str] = frozenset(),
) -> Verdict:
    """The verdict on everything found.

    `requests` are (PEM, SPKI SHA-256 hex) of every CSR of the case, newest last; `anchors`
    are extra roots, `live` is the chain that the site serves, leaf first, `known` are
    intermediates seen before or fetched, all DER; `details` are what the CSR was made from;
    `crls` are revocation lists to look into; `accepted` are acceptances given by agents.
    """
    with warnings.catch_warnings():
        # A certificate from outside is judged, whatever the library thinks of its encoding.
        warnings.simplefilter("ignore")
        read = [Candidate(der, seen) for der in found.certificates if (seen := facts.read(der))]
        spkis = [spki for _, spki in requests]
        leaf = match.ours(read, spkis)
        if leaf is None:
            damaged = len(found.certificates) - len(read)
            why = match.none_of_ours(read, damaged, wanted)
            return Verdict(None, (), (*found.findings, *why))
        given = [c.der for c in read]
        built = chain.build(leaf.der, given, live, anchors, now, known=known, names=wanted)
        said = (
            *map(_beside_a_certificate, found.findings),
            *match.on_age(leaf.facts, spkis),
            *naming.on_names(leaf.facts, wanted),
            *timing.on_time(leaf.facts, now),
            *_on_profile(leaf.facts, built, details),
            *_on_live(leaf.facts, live, wanted, now),
            *built.findings,
            *_on_revocation(leaf.der, built, crls, now),
        )
    return Verdict(leaf.der, built.intermediates, said, accepted, leaf.facts.sha256)


def _beside_a_certificate(finding: Finding) -> Finding:
    """Another file that holds nothing of use does not spoil the one that does; a key does."""
    if finding.code == "FMT_IS_KEY" or finding.severity is Severity.FIXED:
        return finding
    return replace(finding, severity=Severity.INFO)


def _on_profile(
    leaf: CertificateFacts, built: chain.Built, details: Details | None
) -> Iterator[Finding]:
    private = built.root is not None and not built.public
    yield from profile.on_kind(leaf, private=private)
    yield from profile.on_strength(leaf, "The certificate")
    above = [seen for der in built.intermediates if (seen := facts.read(der))]
    for seen in above:
        yield from profile.on_strength(seen, f"The intermediate {printable(seen.subject)}")
    root = facts.read(built.root) if built.root else None
    issuers = [seen.issuer for seen in above]
    yield from profile.on_authority(
        leaf, issuers, public=built.public, trusted=built.root is not None
    )
    if root and private:
        yield profile.private(root)
    if details:
        yield from profile.on_subject(leaf, details)


def _on_live(
    leaf: CertificateFacts, live: Sequence[bytes], wanted: Sequence[str], now: datetime
) -> Iterator[Finding]:
    served = facts.read(live[0]) if live else None
    if served:
        yield from on_live.on_live(leaf, served, wanted, now)


def _on_revocation(
    leaf: bytes, built: chain.Built, crls: Sequence[bytes], now: datetime
) -> Iterator[Finding]:
    if crls:
        ders = (leaf, *built.intermediates, *((built.root,) if built.root else ()))
        yield from revocation.on_revocation(
            [x509.load_der_x509_certificate(der) for der in ders], crls, now
        )
