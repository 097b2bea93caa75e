"""What kind of certificate it is: usage, key, signature, authority, subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.x509 import rules
from bot.x509.catalogue import finding
from bot.x509.details import Details
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding, Severity
from bot.x509.key_facts import KeyFacts
from bot.x509.printable import listed, printable

_SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string
_TEST: Final = re.compile(
    # Let's Encrypt's staging (letsencrypt.org/docs/staging-environment) and its predecessor,
    # its test server Pebble, tools for developers, and interception proxies.
    r"\(STAGING\)|\bFake LE\b|happy hacker fake|\bPebble (?:Root|Intermediate)|\bminica\b"
    r"|\bmkcert\b|do[ _]not[ _]trust|\bInternet Widgits\b",
    re.IGNORECASE,
)
_PROBABLY_TEST: Final = re.compile(
    # "DigiCert Test Root CA", "Sectigo Test Intermediate": words, so that "Attest" is none.
    r"\btest(?:ing)?\b[^,+]{0,40}\b(?:CA|root|issuing|intermediate|authority)\b"
    r"|\b(?:CA|root|authority)\b[^,+]{0,40}\btest\b",
    re.IGNORECASE,
)


def from_test_authority(issuers: Iterable[str], *, trusted: bool = False) -> str:
    """The issuer's name that marks a test authority, or nothing.

    Under a root that the operator chose to trust, the mere word "test" is no mark.
    """
    for issuer in issuers:
        shown = issuer[:500]
        if _TEST.search(shown) or (not trusted and _PROBABLY_TEST.search(shown)):
            return issuer
    return ""


def on_kind(leaf: CertificateFacts, *, private: bool) -> Iterator[Finding]:
    """Whether it is a website's certificate at all; `private`: under a root of the operator's."""
    if leaf.is_ca or leaf.signs_certificates:
        yield finding(
            "IS_CA",
            "The certificate is one of an authority, not of a website; please send the website's.",
            "CA:TRUE" if leaf.is_ca else "key usage keyCertSign",
            rule="BR 7.1.2.7.8",
        )
    if leaf.self_issued:
        yield finding(
            "SELF_SIGNED",
            "The certificate is self-signed; please have it issued by a certificate authority.",
            "issuer equals subject",
        )
    if leaf.poisoned:
        yield finding(
            "FMT_UNKNOWN",
            "This is a pre-certificate, which cannot be installed; please send the final one.",
            "CT poison extension",
            rule="RFC 6962 3.1",
        )
    yield from _on_usage(leaf, private=private)


def on_strength(certificate: CertificateFacts, what: str) -> Iterator[Finding]:
    """Key and signature; `what` is how to call the certificate, "The certificate"."""
    fault = _key_fault(certificate.key)
    if fault:
        yield finding(
            "WEAK_KEY",
            f"{what} has a key that browsers do not accept ({certificate.key.title}); please have "
            "it issued again.",
            f"{what}: {fault}",
            rule=rules.SMALLEST_RSA.source,
            since=rules.SMALLEST_RSA.since,
        )
    if certificate.signature_hash not in rules.SIGNATURE_HASHES:
        weak = rules.WEAK_HASHES.get(certificate.signature_hash)
        yield finding(
            "WEAK_SIGNATURE",
            f"{what} is signed with a method that browsers do not accept; please have it issued "
            "again with SHA-256.",
            f"{what}: signature hash {certificate.signature_hash or 'none'}",
            rule=weak.source if weak else "BR 7.1.3.2",
            since=weak.since if weak else None,
        )


def on_authority(
    leaf: CertificateFacts, issuers: Iterable[str], *, public: bool, trusted: bool
) -> Iterator[Finding]:
    """A test authority, and too few SCTs under a public root."""
    if public:
        wanted = rules.wanted_scts(rules.validity(leaf.not_before, leaf.not_after))
        if leaf.scts < wanted:
            yield finding(
                "SCT_MISSING",
                "The certificate carries fewer proofs of public logging than some browsers want.",
                f"{leaf.scts} embedded SCTs, Chrome wants {wanted}",
                rule="Chrome CT policy",
            )
        return
    test = from_test_authority((leaf.issuer, *issuers), trusted=trusted)
    if test:
        yield finding(
            "TEST_CA",
            "The certificate comes from a test authority that browsers do not trust; please have "
            "it issued by the authority's real service.",
            f"issuer {printable(test)}",
        )


def private(root: CertificateFacts) -> Finding:
    """The chain leads to a root of the operator's choice, which browsers do not know."""
    return finding(
        "PRIVATE_CA",
        "The certificate comes from a private authority; visitors who do not know that authority "
        "see a warning.",
        f"root {printable(root.subject)} is among the configured ones, not a public one",
    )


def on_subject(leaf: CertificateFacts, details: Details) -> Iterator[Finding]:
    """Fields that are there and differ; DV certificates have none of them (BR 7.1.2.7.2)."""
    pairs = (
        ("organization", leaf.organization, details.organization),
        ("locality", leaf.locality, details.locality),
        ("state", leaf.state, details.state),
        ("country", leaf.country, details.country),
    )
    changed = [
        f"{field} “{printable(there)}” instead of “{printable(asked)}”"
        for field, there, asked in pairs
        if there and asked and _folded(there) != _folded(asked)
    ]
    if changed:
        yield finding(
            "SUBJECT_CHANGED",
            f"The certificate names you differently from the CSR: {listed(changed, 4)}.",
            f"subject differs: {'; '.join(changed)}",
        )


def _on_usage(leaf: CertificateFacts, *, private: bool) -> Iterator[Finding]:
    if leaf.usages is not None and _SERVER in leaf.usages:
        return
    unsaid = leaf.usages is None
    # Private authorities often leave the usage out, and browsers let that pass.
    mild = Severity.INFO if private else Severity.ACK
    yield finding(
        "NO_SERVERAUTH",
        "The certificate is not meant for websites; please order one for a web server."
        if not unsaid
        else "The certificate does not say that it is meant for websites, and some browsers refuse "
        "it; please have it issued for a web server.",
        "no extended key usage" if unsaid else "extended key usage lacks serverAuth",
        severity=mild if unsaid else None,
        rule=rules.SERVER_AUTH.source,
        since=rules.SERVER_AUTH.since,
    )


def _key_fault(key: KeyFacts) -> str:
    if key.kind == "EC":
        return "" if key.curve in rules.CURVES else f"curve {key.curve}"
    if key.kind != "RSA":
        return f"{key.kind} key"
    if key.bits < rules.SMALLEST_RSA.limit:
        return f"RSA of {key.bits} bits"
    if key.bits % rules.RSA_MULTIPLE:
        return f"RSA modulus of {key.bits} bits, no multiple of {rules.RSA_MULTIPLE}"
    if key.exponent < rules.SMALLEST_EXPONENT or key.exponent % 2 == 0:
        return f"RSA exponent {key.exponent}"
    return ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
