"""What one ASN.1 structure is, by its shape; cut-off ones are still named."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    load_ssh_private_key,
)

from bot.x509.intake import asn1
from bot.x509.intake.asn1 import Element


class Kind(Enum):
    """The structures that people send."""

    CERTIFICATE = auto()
    DAMAGED_CERTIFICATE = auto()
    CSR = auto()
    CRL = auto()
    KEY = auto()
    PUBLIC_KEY = auto()
    PKCS7 = auto()
    PKCS12 = auto()
    SEALED_MAIL = auto()
    OTHER = auto()


PKCS7: Final = bytes.fromhex("2a864886f70d0107")
SIGNED_DATA: Final = PKCS7 + b"\x02"
NETSCAPE_SEQUENCE: Final = bytes.fromhex("6086480186f8420205")
_SEALED: Final = (PKCS7 + b"\x03", PKCS7 + b"\x04", PKCS7 + b"\x06")
_PASSWORD_BASED: Final = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))
OPENSSH: Final = b"openssh-key-v1\0"
_ARMOUR: Final = b"-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
_LARGEST_KEY: Final = 16 * 1024


def kind(data: bytes) -> Kind | None:
    """What the structure at the start of `data` is; None when there is none."""
    top = asn1.element(data)
    if top is None or top.tag != asn1.SEQUENCE:
        return None
    kids = list(asn1.children(top, 12))
    if not kids:
        return None
    match kids[0].tag:
        case asn1.OID:
            return _content(kids)
        case asn1.INTEGER:
            return _numbered(kids)
        case asn1.SEQUENCE:
            return _nested(top, kids)
    return Kind.OTHER


def whole(data: bytes) -> bool:
    """Whether the first structure is all there."""
    top = asn1.element(data)
    return top is not None and top.whole


def first(data: bytes) -> bytes:
    """The first structure without what follows it, such as OpenSSL's trust settings."""
    top = asn1.element(data)
    return data if top is None else top.encoded


def is_certificate(data: bytes) -> bool:
    """Whether the library can read it as a certificate."""
    return _loads(x509.load_der_x509_certificate, data)


def key_spki(data: bytes, password: bytes | None = None) -> str | None:
    """SPKI SHA-256 (hex) of a private key as DER, PEM or OpenSSH; None when it is sealed."""
    if len(data) > _LARGEST_KEY:
        return None
    if data.startswith(OPENSSH):
        data = _ARMOUR % base64.b64encode(data)
    elif data.startswith(b"0"):
        data = first(data)  # base64 without its END line may have read on
    for load in (_from_der, _from_pem, load_ssh_private_key):
        try:
            public = load(data, password).public_key()
            der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except Exception:  # noqa: S112 - hostile bytes may raise anything, and must not be repeated
            continue
        return hashlib.sha256(der).hexdigest()
    return None


def _content(kids: list[Element]) -> Kind:
    oid = kids[0].content
    if oid in (SIGNED_DATA, NETSCAPE_SEQUENCE):
        return Kind.PKCS7
    return Kind.SEALED_MAIL if oid in _SEALED else Kind.OTHER


def _numbered(kids: list[Element]) -> Kind:
    """PKCS#8, PKCS#1, SEC1, PFX: all begin with a version."""
    version = asn1.number(kids[0])
    second = kids[1].tag if len(kids) > 1 else None
    named = asn1.inner(kids[1], 0) if second == asn1.SEQUENCE else None
    oid = named.content if named is not None and named.tag == asn1.OID else b""
    if version == 3 and oid.startswith(PKCS7):
        return Kind.PKCS12
    if version in (0, 1) and (oid or second == asn1.OCTET_STRING):
        return Kind.KEY
    if version in (0, 1) and second == asn1.INTEGER:
        return Kind.KEY  # PKCS#1 and DSA; a modulus is never 0 or 1
    return Kind.PUBLIC_KEY if [k.tag for k in kids] == [asn1.INTEGER] * 2 else Kind.OTHER


def _nested(top: Element, kids: list[Element]) -> Kind:
    """Certificates, CSRs, CRLs; public keys and sealed private ones begin with an algorithm."""
    named = asn1.inner(kids[0], 0)
    oid = named.content if named is not None and named.tag == asn1.OID else b""
    second = kids[1].tag if len(kids) > 1 else None
    if oid and second == asn1.OCTET_STRING:
        return Kind.KEY if oid.startswith(_PASSWORD_BASED) else Kind.OTHER
    if oid:
        return Kind.PUBLIC_KEY if second == asn1.BIT_STRING else Kind.OTHER
    for found, load in _SIGNED:
        if _loads(load, top.encoded):
            return found
    within = [k.tag for k in asn1.children(kids[0], 8)]
    return Kind.DAMAGED_CERTIFICATE if _like_certificate(within) else Kind.OTHER


def _like_certificate(within: list[int]) -> bool:
    """Whether tags look like a certificate's beginning, as far as it is there."""
    if within[:1] == [asn1.TAGGED_0]:
        return within[1:2] == [asn1.INTEGER]
    return within[:4] == [asn1.INTEGER, *[asn1.SEQUENCE] * 3]


def _from_der(data: bytes, password: bytes | None) -> Any:
    # The library's check of an RSA key takes a quarter of a second, and nobody uses this key.
    return load_der_private_key(data, password, unsafe_skip_rsa_key_validation=True)


def _from_pem(data: bytes, password: bytes | None) -> Any:
    return load_pem_private_key(data, password, unsafe_skip_rsa_key_validation=True)


def _loads(load: Callable[[bytes], object], data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load(data)
    except Exception:  # hostile bytes may raise anything
        return False
    return True


_SIGNED: Final[tuple[tuple[Kind, Callable[[bytes], object]], ...]] = (
    (Kind.CERTIFICATE, x509.load_der_x509_certificate),
    (Kind.CSR, x509.load_der_x509_csr),
    (Kind.CRL, x509.load_der_x509_crl),
)
