"""Revocation lists: believed only when the issuer signed them and they are in date."""

from __future__ import annotations

from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding

from bot.x509.revocation import on_revocation
from tests.fakes import NOW
from tests.x509.judged import CA1, CA2, ROOT, codes, good, judged
from tests.x509.making import DAY, HOUR, Ca, key

LEAF = good(CA2)
SENT = [LEAF, CA2.der, CA1.der]


def crl(
    issuer: Ca = CA2,
    revoked: bytes = LEAF,
    *,
    since: datetime = NOW - HOUR,
    until: datetime = NOW + 7 * DAY,
    extension: x509.ExtensionType | None = None,
    reason: x509.ReasonFlags | None = None,
    signer: ec.EllipticCurvePrivateKey | None = None,
    encoding: Encoding = Encoding.DER,
) -> bytes:
    """A list that names one certificate."""
    number = x509.load_der_x509_certificate(revoked).serial_number
    entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(NOW - HOUR)
    if reason:
        entry = entry.add_extension(x509.CRLReason(reason), critical=False)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(since)
        .next_update(until)
        .add_revoked_certificate(entry.build())
    )
    if extension:
        builder = builder.add_extension(extension, critical=True)
    own = signer or issuer.key
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    return builder.sign(own, hashes.SHA256()).public_bytes(encoding)


def scope(**how: bool) -> x509.IssuingDistributionPoint:
    given = {
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
        **how,
    }
    return x509.IssuingDistributionPoint(None, None, only_some_reasons=None, **given)


@pytest.mark.parametrize(
    ("data", "revoked"),
    [
        (crl(), True),
        (crl(encoding=Encoding.PEM), True),
        (crl(CA1, CA2.der), True),
        (crl(ROOT, CA1.der), True),
        (crl(reason=x509.ReasonFlags.key_compromise), True),
        (crl(extension=scope(only_contains_user_certs=True)), True),
        (crl(reason=x509.ReasonFlags.remove_from_crl), False),
        (crl(revoked=CA1.der), False),
        (crl(CA1), False),
        (crl(signer=key("forger")), False),
        (crl(since=NOW - 9 * DAY, until=NOW - DAY), False),
        (crl(since=NOW + DAY), False),
        (crl(extension=scope(indirect_crl=True)), False),
        (crl(extension=x509.DeltaCRLIndicator(1)), False),
        (b"rubbish", False),
        (b"-----BEGIN X509 CRL-----\nrubbish", False),
    ],
    ids=[
        *("leaf", "PEM", "intermediate", "intermediate by the root", "with a reason", "user list"),
        *("lifted", "another serial", "another issuer", "forged", "out of date", "ahead of time"),
        *("indirect", "delta", "no list", "no PEM"),
    ],
)
def test_list_is_believed(data: bytes, revoked: bool) -> None:
    verdict = judged(SENT, crls=[data])

    assert ("REVOKED" in codes(verdict)) is revoked
    assert verdict.blocked is revoked


def test_list_of_an_issuer_with_a_key_that_cannot_sign_lists_says_nothing() -> None:
    # A key for key agreement alone is no key for signatures: asking it raises.
    agreeing = x25519.X25519PrivateKey.generate().public_key()
    shell = (
        x509.CertificateBuilder()
        .subject_name(CA2.certificate.subject)
        .issuer_name(CA1.certificate.subject)
        .public_key(agreeing)
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + DAY)
        .sign(key("x"), hashes.SHA256())
    )
    chain = [x509.load_der_x509_certificate(LEAF), shell]

    assert list(on_revocation(chain, [crl()], NOW)) == []


def test_two_lists_say_it_once() -> None:
    findings = judged(SENT, crls=[crl(), crl()]).findings

    assert [f.code for f in findings].count("REVOKED") == 1


def test_chain_without_a_root_is_looked_up_as_far_as_it_goes() -> None:
    assert "REVOKED" in codes(judged(SENT, anchors=[], crls=[crl()]))
