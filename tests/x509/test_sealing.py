"""A sealed key opens for each recipient, with the openssl command line, and for nobody else."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bot.x509 import sealing
from tests.fakes import NOW
from tests.x509.making import DAY, name, rsa_key

CLEAR = b"-----BEGIN PRIVATE KEY-----\nMIG\n\nline ends stay as they are\r\n-----END-----\n"


@cache
def person(common: str, bits: int = 3072) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """A member of the SaaS team: a self-signed certificate and its key."""
    own = rsa_key(bits, 65537) if bits < 3072 else _team(common)
    return _certificate(common, own), own


@cache
def _team(common: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


def _certificate(
    common: str, own: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(name(common) if common else name(O="Team"))
        .issuer_name(name(common) if common else name(O="Team"))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + DAY)
        .sign(own, hashes.SHA256())
    )


def pem(*certificates: x509.Certificate) -> bytes:
    """As the file of recipients holds them."""
    return b"".join(c.public_bytes(Encoding.PEM) for c in certificates)


def opened(
    sealed: bytes, who: tuple[x509.Certificate, rsa.RSAPrivateKey], at: Path
) -> subprocess.CompletedProcess[bytes]:
    """What the command in the change's description gives."""
    certificate, own = who
    (at / "me.crt").write_bytes(pem(certificate))
    (at / "me.key").write_bytes(
        own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (at / "f.p7m").write_bytes(sealed)
    command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "PEM", "-in", "f.p7m"]
    return subprocess.run(
        [*command, "-inkey", "me.key", "-recip", "me.crt"],
        cwd=at,
        capture_output=True,
        check=False,
        timeout=20,
    )


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_each_recipient_alone_opens_it_and_nobody_else(tmp_path: Path) -> None:
    sam, sue, eve = person("Sam Deploy"), person("Sue Deploy"), person("Eve Else")

    sealed = sealing.seal(CLEAR, [sam[0], sue[0]])

    for who in (sam, sue):
        assert opened(sealed, who, tmp_path).stdout == CLEAR
    assert opened(sealed, eve, tmp_path).stdout != CLEAR


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_sealed_with_aes_256_in_pem_armour() -> None:
    sealed = sealing.seal(CLEAR, [person("Sam Deploy")[0]])

    assert sealed.startswith(b"-----BEGIN ")
    assert CLEAR not in sealed
    shown = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "PEM"],
        input=sealed,
        capture_output=True,
        check=True,
        timeout=20,
    )
    assert b"aes-256-cbc" in shown.stdout


def test_sealing_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="no recipient"):
        sealing.seal(CLEAR, [])


def test_weak_recipient_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"Weak Walter: RSA of 2048"):
        sealing.load_recipients(pem(person("Sam Deploy")[0], person("Weak Walter", 1024)[0]))


def test_recipient_below_the_wanted_strength_is_told_apart() -> None:
    loaded = sealing.load_recipients(pem(person("Sam Deploy")[0], person("Short Sue", 2048)[0]))

    assert sealing.weak(loaded) == ("Short Sue",)


def test_recipient_without_rsa_is_refused_by_name() -> None:
    curve = _certificate("Elli Curve", ec.generate_private_key(ec.SECP256R1()))

    with pytest.raises(ValueError, match="Elli Curve"):
        sealing.load_recipients(pem(curve))


def test_file_without_certificates_is_refused() -> None:
    with pytest.raises(ValueError, match="PEM"):
        sealing.load_recipients(b"nothing")


def test_recipients_are_named() -> None:
    nameless = _certificate("", _team("Sam Deploy"))
    loaded = sealing.load_recipients(pem(person("Sam Deploy")[0], nameless))

    assert sealing.recipient_names(loaded) == ("Sam Deploy", "O=Team")
