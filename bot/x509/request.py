"""Keys and CSRs."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from bot.x509.details import Details, KeyKind

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

LONGEST_COMMON_NAME: Final = 64
"""RFC 5280, ub-common-name; a longer name stands among the SANs alone."""

_DRAW: Final[dict[KeyKind, Callable[[], PrivateKey]]] = {
    KeyKind.RSA_2048: lambda: rsa.generate_private_key(65537, 2048),
    KeyKind.RSA_3072: lambda: rsa.generate_private_key(65537, 3072),
    KeyKind.RSA_4096: lambda: rsa.generate_private_key(65537, 4096),
    KeyKind.P256: lambda: ec.generate_private_key(ec.SECP256R1()),
    KeyKind.P384: lambda: ec.generate_private_key(ec.SECP384R1()),
}


def draw(kind: KeyKind) -> PrivateKey:
    """A new private key."""
    return _DRAW[kind]()


def sign(key: PrivateKey, details: Details) -> str:
    """The CSR as PEM, signed with SHA-256."""
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_subject(details))
        .add_extension(
            x509.SubjectAlternativeName([general_name(name) for name in details.names]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )


def spki(key: PublicKey) -> str:
    """SHA-256 of the key's SubjectPublicKeyInfo, hex."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def general_name(name: str) -> x509.GeneralName:
    """A name as it stands among the SANs."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def pem(csr: x509.CertificateSigningRequest) -> str:
    """The CSR as PEM."""
    return csr.public_bytes(Encoding.PEM).decode()


def dump(key: PrivateKey) -> bytes:
    """PKCS#8 PEM in clear: only for sealing at once."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load(pem: bytes) -> PrivateKey:
    """A key that the bot made itself: its costly check is left out."""
    key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey), "made by draw"
    return key


def _subject(details: Details) -> x509.Name:
    texts = (
        (NameOID.COUNTRY_NAME, details.country),
        (NameOID.STATE_OR_PROVINCE_NAME, details.state),
        (NameOID.LOCALITY_NAME, details.locality),
        (NameOID.ORGANIZATION_NAME, details.organization),
        (NameOID.COMMON_NAME, details.common_name),
    )
    return x509.Name(
        [
            x509.NameAttribute(oid, text)
            for oid, text in texts
            if text and (oid != NameOID.COMMON_NAME or len(text) <= LONGEST_COMMON_NAME)
        ]
    )
