"""Judges a certificate against our CSRs, the wanted names, the dated rules and the live site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from bot.x509 import chain, names, rules
from bot.x509.facts import CertificateFacts, facts
from bot.x509.findings import Finding, Severity, blocking
from bot.x509.intake import Found

_TEST_CA: Final = ("(staging)", "fake le", "test ca", "do not trust")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The certificate to install (None when none is ours), its intermediates, all findings."""

    leaf: bytes | None
    intermediates: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether something keeps the certificate from being installed."""
        return self.leaf is None or blocking(self.findings)


@dataclass(frozen=True, slots=True)
class _Candidate:
    der: bytes
    facts: CertificateFacts


def against_requests(
    found: Found,
    requests: Sequence[tuple[str, str]],
    wanted: Sequence[str],
    *,
    now: datetime,
    anchors: Sequence[bytes] = (),
    live: Sequence[bytes] = (),
) -> Verdict:
    """The verdict on everything found.

    `requests` are (PEM, SPKI SHA-256 hex) of every CSR of the case, newest last; `anchors`
    are extra roots and `live` is the chain that the site serves, leaf first, all DER.
    """
    read = [_Candidate(der, seen) for der in found.certificates if (seen := _facts(der))]
    spkis = [spki for _, spki in requests]
    ours = [c for c in read if c.facts.spki in spkis]
    if not ours:
        return Verdict(None, (), (*found.findings, *_none_of_ours(read, found)))
    leaf = max(ours, key=lambda c: (spkis.index(c.facts.spki), c.facts.not_after))
    findings = [
        # Another file that holds nothing of use does not spoil the one that does, a key does.
        f if f.code == "FMT_IS_KEY" else replace(f, severity=Severity.INFO)
        for f in found.findings
    ]
    if leaf.facts.spki != spkis[-1]:
        findings.append(_block("KEY_MATCHES_OLDER_CSR", _OLDER_CSR, "SPKI of an older CSR"))
    findings += _on_names(leaf.facts, wanted)
    findings += _on_time(leaf.facts, now)
    findings += _on_profile(leaf)
    findings += _on_live(leaf, live, now)
    built = chain.build(leaf.der, [c.der for c in read], live, anchors, now)
    return Verdict(leaf.der, built.intermediates, (*findings, *built.findings))


_OLDER_CSR: Final = (
    "The certificate was made with an older CSR of this ticket; please use the latest one."
)


def _facts(der: bytes) -> CertificateFacts | None:
    try:
        return facts(der)
    except Exception:  # a certificate from outside may raise anything, at any attribute
        return None


def _none_of_ours(read: Sequence[_Candidate], found: Found) -> Iterator[Finding]:
    leaves = [c for c in read if not c.facts.is_ca]
    if read and not leaves:
        yield _block(
            "FMT_ONLY_CA_CERTS",
            "We found only certificates of the certificate authority itself, but not the one for "
            "your website; please send that one as well.",
            "only CA certificates",
        )
    for candidate in leaves:
        issued = candidate.facts
        yield _block(
            "KEY_MISMATCH",
            f"The certificate for {issued.title} was not made with the CSR that we sent you; please"
            " have it issued again with that CSR.",
            f"serial {issued.serial} has SPKI {issued.spki[:16]}, none of the case's",
        )
    if not read and found.certificates:
        yield _block(
            "FMT_UNKNOWN",
            "The certificate is damaged and cannot be read; please send it again.",
            "certificate does not parse",
        )


def _on_names(leaf: CertificateFacts, wanted: Sequence[str]) -> Iterator[Finding]:
    held = {name.lower() for name in leaf.names}
    missing = [n for n in wanted if n not in held and not any(names.covers(h, n) for h in held)]
    if missing:
        shown = ", ".join(names.display(name) for name in missing)
        yield _block(
            "SAN_MISSING",
            f"The certificate does not cover {shown}; please have it issued for all the names in "
            "the CSR.",
            f"missing among the SANs: {', '.join(missing)}",
        )
    added = sorted(held - set(wanted))
    if added:
        yield Finding(
            "SAN_ADDED",
            Severity.INFO,
            f"The certificate also covers {', '.join(added[:10])}.",
            f"SANs not in the CSR: {', '.join(added[:100])}",
        )
    if leaf.common_name and leaf.common_name.lower() not in held:
        yield Finding(
            "CN_NOT_IN_SAN",
            Severity.ACK,
            "The certificate's common name is not among its domain names; please have it issued "
            "again.",
            f"CN {leaf.common_name[:100]} is no SAN (BR 7.1.4.3)",
        )


def _on_time(leaf: CertificateFacts, now: datetime) -> Iterator[Finding]:
    life = leaf.not_after - leaf.not_before
    if leaf.not_after <= now:
        yield _block(
            "EXPIRED",
            f"The certificate expired on {leaf.not_after:%Y-%m-%d}; please send the new one.",
            f"not after {leaf.not_after:%Y-%m-%dT%H:%M:%SZ}",
        )
    elif leaf.not_before > now + timedelta(minutes=5):
        yield _block(
            "NOT_YET_VALID",
            f"The certificate is only valid from {leaf.not_before:%Y-%m-%d}; please send one that "
            "is valid now, or reply again on that day.",
            f"not before {leaf.not_before:%Y-%m-%dT%H:%M:%SZ}",
        )
    elif leaf.not_after - now < life / 3:
        yield Finding(
            "SHORT_REMAINING",
            Severity.ACK,
            f"The certificate ends soon, on {leaf.not_after:%Y-%m-%d}; please have a new one "
            "issued.",
            f"under a third of its {rules.validity(leaf.not_before, leaf.not_after)} days remain",
        )
    limit = rules.longest_validity(leaf.not_before)
    days = rules.validity(leaf.not_before, leaf.not_after)
    if days > limit:
        yield Finding(
            "TOO_LONG_VALIDITY",
            Severity.ACK,
            f"The certificate is valid for {days} days, but browsers accept {limit} at most.",
            f"{days} days, limit {limit} when issued (BR 6.3.2)",
        )


def _on_profile(leaf: _Candidate) -> Iterator[Finding]:
    seen = leaf.facts
    if seen.is_ca:
        yield _block(
            "IS_CA", "The certificate is one of an authority, not of a website.", "CA:TRUE"
        )
    if seen.issuer == seen.subject:
        yield _block(
            "SELF_SIGNED",
            "The certificate is self-signed; please have it issued by a certificate authority.",
            "issuer equals subject",
        )
    if any(mark in seen.issuer.lower() for mark in _TEST_CA):
        yield _block(
            "TEST_CA",
            "The certificate comes from a test authority that browsers do not trust.",
            f"issuer {seen.issuer[:100]}",
        )
    yield from _on_cryptography(leaf.der)


def _on_cryptography(der: bytes) -> Iterator[Finding]:
    certificate = x509.load_der_x509_certificate(der)
    key = certificate.public_key()
    weak_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size < rules.SMALLEST_RSA
    strange = not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    other_curve = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name not in rules.CURVES
    if weak_rsa or strange or other_curve:
        yield _block("WEAK_KEY", "The certificate's key is too weak.", "key (BR 6.1.5)")
    digest = certificate.signature_hash_algorithm
    if digest is None or digest.name in ("md5", "sha1"):
        yield _block(
            "WEAK_SIGNATURE",
            "The certificate is signed with a method that browsers no longer accept.",
            f"signature hash {digest.name if digest else 'none'} (BR 7.1.3.2.1)",
        )
    if not _for_servers(certificate):
        yield _block(
            "NO_SERVERAUTH",
            "The certificate is not meant for websites; please order one for a web server.",
            "extended key usage lacks serverAuth (BR 7.1.2.7.10)",
        )
    if _poisoned(certificate):
        yield _block(
            "FMT_UNKNOWN",
            "This is a pre-certificate, which cannot be installed; please send the final one.",
            "CT poison extension",
        )


def _for_servers(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage


def _poisoned(certificate: x509.Certificate) -> bool:
    return any(e.oid == ExtensionOID.PRECERT_POISON for e in certificate.extensions)


def _on_live(leaf: _Candidate, live: Sequence[bytes], now: datetime) -> Iterator[Finding]:
    served = _facts(live[0]) if live else None
    if served is None:
        return
    if served.sha256 == leaf.facts.sha256:
        yield _block(
            "SAME_AS_LIVE",
            "This is the certificate that the website uses already; please send the new one.",
            f"fingerprint {served.sha256[:16]} is served now",
        )
    elif served.not_after > now and leaf.facts.not_after < served.not_after:
        yield _block(
            "OLDER_THAN_LIVE",
            f"The certificate ends on {leaf.facts.not_after:%Y-%m-%d}, before the one that the "
            "website uses now; please send the new one.",
            f"served until {served.not_after:%Y-%m-%d}",
        )


def _block(code: str, brand: str, agent: str) -> Finding:
    return Finding(code, Severity.BLOCK, brand, agent)
