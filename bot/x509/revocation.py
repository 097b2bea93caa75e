"""Whether an authority has revoked a certificate, by its revocation list (CRL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509

from bot.x509 import rules
from bot.x509.catalogue import finding
from bot.x509.findings import Finding
from bot.x509.printable import printable

_PARTIAL: Final = (
    # Lists that speak for part of an authority's certificates, or for others' as well.
    x509.DeltaCRLIndicator,
)


def on_revocation(
    chain: Sequence[x509.Certificate], crls: Sequence[bytes], now: datetime
) -> Iterator[Finding]:
    """A finding for each certificate of the chain (leaf first, root last) that a list names.

    A list that is not the issuer's, not signed by it, out of date or partial says nothing.
    """
    lists = [crl for data in crls if (crl := _read(data))]
    for certificate, issuer in pairwise(chain):
        for crl in lists:
            since = _revoked(certificate, issuer, crl, now)
            if since:
                yield finding(
                    "REVOKED",
                    "The authority has revoked the certificate; please have a new one issued."
                    if certificate is chain[0]
                    else "An intermediate certificate was revoked by its authority; please have "
                    "a new certificate issued.",
                    f"{printable(certificate.subject.rfc4514_string())}, serial "
                    f"{certificate.serial_number:x}: revoked {since:%Y-%m-%dT%H:%M:%SZ}",
                    rule="BR 4.9.1.1",
                )
                break


def _read(data: bytes) -> x509.CertificateRevocationList | None:
    try:
        return (
            x509.load_pem_x509_crl(data)
            if data.lstrip().startswith(b"-----BEGIN")
            else x509.load_der_x509_crl(data)
        )
    except Exception:  # from outside: unreadable in whatever way
        return None


def _revoked(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crl: x509.CertificateRevocationList,
    now: datetime,
) -> datetime | None:
    try:
        if crl.issuer != issuer.subject or not _current(crl, now) or _partial(crl):
            return None
        if not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            return None
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        return entry.revocation_date_utc if entry and not _lifted(entry) else None
    except Exception:  # any attribute of a malformed list may raise
        return None


def _current(crl: x509.CertificateRevocationList, now: datetime) -> bool:
    until = crl.next_update_utc
    return crl.last_update_utc <= now + rules.CLOCK_TOLERANCE and (until is None or now <= until)


def _partial(crl: x509.CertificateRevocationList) -> bool:
    if any(isinstance(e.value, _PARTIAL) for e in crl.extensions):
        return True
    scope = [e.value for e in crl.extensions if isinstance(e.value, x509.IssuingDistributionPoint)]
    return any(s.indirect_crl or s.only_contains_attribute_certs for s in scope)


def _lifted(entry: x509.RevokedCertificate) -> bool:
    reasons = [e.value for e in entry.extensions if isinstance(e.value, x509.CRLReason)]
    return any(r.reason is x509.ReasonFlags.remove_from_crl for r in reasons)
