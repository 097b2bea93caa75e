"""Facts of a certificate are read at once, or not at all."""

from __future__ import annotations

import warnings

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.x509 import facts
from bot.x509.anchors import public_roots
from tests.x509.judged import CA1, OURS, ROOT, good, judged
from tests.x509.making import APEX, HOST, leaf, name, rsa_key, spki
from tests.x509.resigning import resigned

AIA = "http://aia.example.net/ca.der"
CRL = "http://crl.example.net/1.crl"
POINT = x509.CRLDistributionPoints(
    [
        x509.DistributionPoint(
            [x509.UniformResourceIdentifier(CRL), x509.UniformResourceIdentifier("ldap://x")],
            None,
            None,
            None,
        )
    ]
)


def test_facts_are_what_the_certificate_says() -> None:
    subject = name(HOST, O="Nordlicht", L="Kiel", ST="SH", C="DE")
    der = good(subject=subject, names=(HOST, APEX, "192.0.2.7"), aia=AIA, extra=((POINT, False),))

    read = facts.facts(der)

    assert read.names == (HOST, APEX, "192.0.2.7")
    assert read.title == HOST
    assert read.common_names == (HOST,)
    assert (read.organization, read.locality, read.state, read.country) == (
        "Nordlicht",
        "Kiel",
        "SH",
        "DE",
    )
    assert read.spki == spki(OURS)
    assert read.key.title == "secp256r1"
    assert read.signature_hash == "sha256"
    assert read.usages == {"1.3.6.1.5.5.7.3.1"}
    assert read.issuer_urls == (AIA,)
    assert read.crl_urls == (CRL,)
    assert not read.is_ca
    assert not read.poisoned
    assert not read.self_issued
    assert facts.der(facts.pem(der)) == der


def test_title_falls_back_to_the_common_name_and_the_subject() -> None:
    assert facts.facts(good(names=(), subject=name("only.cn"))).title == "only.cn"
    assert facts.facts(good(names=(), subject=name(O="Org"))).title == "O=Org"


def test_keys_are_called_as_people_call_them() -> None:
    assert facts.facts(leaf(CA1, rsa_key(2048))).key.title == "RSA 2048"
    assert facts.facts(leaf(CA1, ed25519.Ed25519PrivateKey.generate())).key.title == "Ed25519"


def test_roots_are_self_issued_authorities() -> None:
    read = facts.facts(ROOT.der)

    assert read.is_ca
    assert read.self_issued
    assert all(facts.read(root.public_bytes(facts.Encoding.DER)) for root in public_roots())


def test_rubbish_gives_no_facts() -> None:
    assert facts.read(b"") is None
    assert facts.read(b"0\x80\0\0") is None


def test_certificate_that_loads_and_raises_later_gives_no_facts() -> None:
    # A key type that nobody knows: the certificate loads, its key does not.
    unknown = resigned(
        good(),
        CA1.key,
        lambda b: b.replace(bytes.fromhex("2a8648ce3d0201"), b"\x2a\x86\x48\xce\x3d\x02\x7f"),
    )
    assert x509.load_der_x509_certificate(unknown).serial_number

    assert facts.read(unknown) is None
    assert judged([unknown, CA1.der]).leaf is None


def test_negative_serial_number_warns_nobody() -> None:
    negative = resigned(
        good(serial=1),
        CA1.key,
        lambda b: b.replace(bytes.fromhex("a003020102020101"), bytes.fromhex("a0030201020201ff")),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert facts.read(negative) is not None
        assert judged([negative, CA1.der]).leaf == negative


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_never_an_exception(at: int, value: int) -> None:
    der = bytearray(SAMPLE)
    der[at % len(der)] = value

    verdict = judged([bytes(der), CA1.der])

    assert verdict.leaf in (None, bytes(der))


SAMPLE = good(aia=AIA, extra=((POINT, False),))
