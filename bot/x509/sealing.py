"""Seals a private key for named people: CMS, AES-256, opened with the openssl command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

SMALLEST: Final = 2048
"""Bits of a recipient's RSA key; CMS with EC recipients is not offered by the library."""

STRONG: Final = 3072
"""A recipient's key of fewer bits is weaker than what it opens may be."""


def seal(pkcs8_pem: bytes, recipients: Sequence[x509.Certificate]) -> bytes:
    """CMS EnvelopedData in PEM armour; each recipient alone can open it.

    CBC has no integrity of its own: the receiver compares the key's fingerprint.
    Raises ValueError without a recipient.
    """
    if not recipients:
        raise ValueError("nobody could open the key: no recipient is configured")
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(pkcs8_pem)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    for certificate in recipients:
        builder = builder.add_recipient(certificate)
    # Binary: without it line ends would come back changed.
    return builder.encrypt(Encoding.PEM, [pkcs7.PKCS7Options.Binary])


def load_recipients(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The recipients of a PEM file; raises ValueError naming the one that cannot be used."""
    found = tuple(x509.load_pem_x509_certificates(pem))
    for certificate in found:
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST:
            raise ValueError(f"{_name(certificate)}: RSA of {SMALLEST} bits or more is needed")
    return found


def weak(recipients: Sequence[x509.Certificate]) -> tuple[str, ...]:
    """Who has a key that is weaker than it should be."""
    keys = [(who, who.public_key()) for who in recipients]
    return tuple(
        _name(who)
        for who, key in keys
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < STRONG
    )


def recipient_names(recipients: Sequence[x509.Certificate]) -> tuple[str, ...]:
    """Who the recipients are."""
    return tuple(_name(certificate) for certificate in recipients)


def _name(certificate: x509.Certificate) -> str:
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else certificate.subject.rfc4514_string()
