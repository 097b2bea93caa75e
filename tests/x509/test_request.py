"""CSRs are what CAs accept, asked of the openssl command line."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.x509 import request
from bot.x509.details import Details, KeyKind
from bot.x509.request import PrivateKey

HOST = "www.nordlicht.de"
UMLAUTS = Details(
    HOST,
    (HOST, "*.nordlicht.de", "xn--mnchen-3ya.de", "192.0.2.7", "2001:db8::7"),
    "Nörd & Söhne, Größe = 1 GmbH",
    "Köln",
    "Nordrhein-Westfalen",
    "DE",
)
MANY = Details(HOST, (HOST, *(f"shop-{n}.nordlicht.de" for n in range(202))), "Nordlicht")

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


@cache
def drawn(kind: KeyKind) -> PrivateKey:
    """A key of that kind, drawn once."""
    return request.draw(kind)


def openssl(csr: str, *wanted: str) -> str:
    """What `openssl req -verify` says; it ends with 1 for a bad signature."""
    command = ["openssl", "req", "-verify", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"]
    done = subprocess.run(
        [*command, *wanted], input=csr.encode(), capture_output=True, check=True, timeout=20
    )
    assert b"verify OK" in done.stdout + done.stderr
    return done.stdout.decode()


@needs_openssl
@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("details", [UMLAUTS, MANY], ids=["umlauts", "203 names"])
def test_openssl_verifies_the_csr_and_reads_the_same(kind: KeyKind, details: Details) -> None:
    text = openssl(request.sign(drawn(kind), details))

    assert f"CN={HOST}" in text
    assert f"O={details.organization}".replace(",", "\\,").split(" & ")[0] in text
    names = [name for name in details.names if ":" not in name and not name[0].isdigit()]
    assert all(f"DNS:{name}" in text for name in names)
    assert text.count("DNS:") == len(names)


@needs_openssl
def test_addresses_stand_as_addresses() -> None:
    text = openssl(request.sign(drawn(KeyKind.P256), UMLAUTS))

    assert "IP Address:192.0.2.7" in text
    assert "IP Address:2001:DB8:0:0:0:0:0:7" in text
    assert "L=Köln" in text


def test_keys_are_of_the_kind_asked_for() -> None:
    sizes = {kind: drawn(kind).key_size for kind in KeyKind}

    assert sizes == {
        KeyKind.RSA_2048: 2048,
        KeyKind.RSA_3072: 3072,
        KeyKind.RSA_4096: 4096,
        KeyKind.P256: 256,
        KeyKind.P384: 384,
    }
    assert isinstance(drawn(KeyKind.P384), ec.EllipticCurvePrivateKey)
    key = drawn(KeyKind.RSA_2048)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.public_key().public_numbers().e == 65537


def test_two_keys_are_never_the_same() -> None:
    assert request.spki(request.draw(KeyKind.P256).public_key()) != request.spki(
        request.draw(KeyKind.P256).public_key()
    )


def test_common_name_too_long_stands_among_the_sans_alone() -> None:
    long = f"{'a' * 60}.nordlicht.de"
    csr = x509.load_pem_x509_csr(
        request.sign(drawn(KeyKind.P256), Details(long, (long,), "Nordlicht")).encode()
    )

    assert csr.subject.rfc4514_string() == "O=Nordlicht"
    held = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert held.get_values_for_type(x509.DNSName) == [long]


def test_country_is_a_printable_string_and_empty_fields_are_left_out() -> None:
    csr = request.sign(drawn(KeyKind.P256), Details(HOST, (HOST,), country="DE"))

    read = x509.load_pem_x509_csr(csr.encode())

    assert read.subject.rfc4514_string() == f"CN={HOST},C=DE"
    assert read.is_signature_valid


def test_key_comes_back_from_its_clear_form() -> None:
    for kind in (KeyKind.P256, KeyKind.RSA_2048):
        again = request.load(request.dump(drawn(kind)))

        assert request.spki(again.public_key()) == request.spki(drawn(kind).public_key())
