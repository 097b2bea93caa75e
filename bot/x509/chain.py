"""Orders and completes the chain of a certificate, and says whether browsers trust it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification

from bot.x509.findings import Finding, Severity

DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Built:
    """Intermediates in order, the leaf's issuer first, and what was mended or is wrong."""

    intermediates: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def build(
    leaf: bytes,
    given: Sequence[bytes],
    live: Sequence[bytes],
    anchors: Sequence[bytes],
    now: datetime,
) -> Built:
    """The chain from the leaf to a trusted root, out of what was given and what the site serves."""
    trusted = [*_loaded(anchors), *_public_roots()]
    start = x509.load_der_x509_certificate(leaf)
    sent = [c for c in _loaded(given) if c != start]
    path, complete = _walk(start, [*sent, *_loaded(live)], trusted)
    findings = [*_on_shape(path, sent), *_on_trust(start, path, trusted, now, complete=complete)]
    if path and min(c.not_valid_after_utc for c in path) < start.not_valid_after_utc:
        findings.append(_EXPIRES_FIRST)
    return Built(tuple(c.public_bytes(Encoding.DER) for c in path), tuple(findings))


_EXPIRES_FIRST: Final = Finding(
    "CHAIN_EXPIRES_FIRST",
    Severity.INFO,
    "An intermediate certificate ends before your certificate does.",
    "an intermediate's not-after is before the leaf's",
)


def _walk(
    start: x509.Certificate, pool: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]
) -> tuple[list[x509.Certificate], bool]:
    """The intermediates up to a trusted root (left out), and whether one was reached."""
    path: list[x509.Certificate] = []
    at = start
    while len(path) < DEEPEST:
        if _issuer(at, trusted):
            return path, True
        issuer = _issuer(at, [c for c in pool if c not in (*path, start)])
        if issuer is None or issuer.subject == issuer.issuer:
            return path, False
        path.append(issuer)
        at = issuer
    return path, False


def _issuer(child: x509.Certificate, pool: Sequence[x509.Certificate]) -> x509.Certificate | None:
    return next((c for c in pool if c.subject == child.issuer and _signed(child, c)), None)


def _signed(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except Exception:  # bad signature, unknown algorithm, malformed key: not the issuer
        return False
    return True


def _on_shape(path: Sequence[x509.Certificate], sent: Sequence[x509.Certificate]) -> list[Finding]:
    findings = []
    used = [c for c in sent if c in path]
    if [c for c in path if c in sent] != used:
        what = "We have put the intermediate certificates into the right order."
        findings.append(_fixed("CHAIN_REORDERED", what, "order mended"))
    if len(used) < len(sent):
        what = "We have left out certificates that do not belong into the chain."
        findings.append(_fixed("CHAIN_EXTRA", what, f"{len(sent) - len(used)} left out"))
    if len(used) < len(path):
        what = "We have added a missing intermediate certificate."
        findings.append(_fixed("CHAIN_COMPLETED", what, "taken from the live site"))
    return findings


def _on_trust(
    start: x509.Certificate,
    path: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
    *,
    complete: bool,
) -> list[Finding]:
    if complete:
        return [] if _verified(start, path, trusted, now) else [_UNTRUSTED]
    last = path[-1] if path else start
    if last.subject == last.issuer:
        return [_UNTRUSTED]
    issuer = last.issuer.rfc4514_string()[:150]
    return [
        Finding(
            "CHAIN_MISSING",
            Severity.BLOCK,
            f"The certificate of its issuer is missing ({issuer}); please send the intermediate "
            "certificates (chain, CA bundle) as well.",
            f"no certificate of {issuer} given, served or trusted",
        )
    ]


_UNTRUSTED: Final = Finding(
    "CHAIN_UNTRUSTED",
    Severity.ACK,
    "The certificate does not come from an authority that browsers trust; please have it issued by "
    "a public one.",
    "the chain does not verify up to a trusted root",
)


def _verified(
    start: x509.Certificate,
    path: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> bool:
    """By the library's verifier, at a time when the leaf is valid; time has its own findings."""
    at = min(max(now, start.not_valid_before_utc), start.not_valid_after_utc)
    policy = verification.ExtensionPolicy.permit_all()
    authorities = policy.require_present(
        x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
    )
    leaves = policy.require_present(
        x509.SubjectAlternativeName, verification.Criticality.AGNOSTIC, None
    )
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(trusted)))
        .time(at)
        .extension_policies(ca_policy=authorities, ee_policy=leaves)
        .build_client_verifier()
    )
    try:
        verifier.verify(start, list(path))
    except Exception:  # VerificationError, or whatever a malformed certificate raises
        return False
    return True


def _loaded(ders: Sequence[bytes]) -> list[x509.Certificate]:
    """Those that can be read, each once."""
    read: dict[bytes, x509.Certificate] = {}
    for data in ders:
        try:
            certificate = x509.load_der_x509_certificate(data)
            _ = (certificate.subject, certificate.issuer, certificate.public_key())
        except Exception:  # noqa: S112 - one from outside may raise anything, at any attribute
            continue
        read.setdefault(data, certificate)
    return list(read.values())


@cache
def _public_roots() -> tuple[x509.Certificate, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some old roots have serial numbers that are not positive
        return tuple(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def _fixed(code: str, brand: str, agent: str) -> Finding:
    return Finding(code, Severity.FIXED, brand, agent)
