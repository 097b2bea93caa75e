"""Certificates that no builder makes: the signed part is changed, and signed again."""

from __future__ import annotations

from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.x509.making import Key


def resigned(der: bytes, signer: Key, change: Callable[[bytes], bytes], digest: str = "") -> bytes:
    """The certificate with its signed part changed, and signed again.

    The library does not make such certificates; people's authorities do.
    """
    read = x509.load_der_x509_certificate(der)
    tbs = change(read.tbs_certificate_bytes)
    algorithm = change(_algorithm(der, read))
    if isinstance(signer, rsa.RSAPrivateKey):
        weak = {"": hashes.SHA256(), "sha1": hashes.SHA1(), "md5": hashes.MD5()}[digest]
        signature = signer.sign(tbs, padding.PKCS1v15(), weak)
    else:
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        weak_ec = hashes.SHA1() if digest else hashes.SHA256()
        signature = signer.sign(tbs, ec.ECDSA(weak_ec))
    return tlv(0x30, tbs + algorithm + tlv(0x03, b"\0" + signature))


def tlv(tag: int, content: bytes) -> bytes:
    """One DER value."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _algorithm(der: bytes, read: x509.Certificate) -> bytes:
    rest = der[der.index(read.tbs_certificate_bytes) + len(read.tbs_certificate_bytes) :]
    return rest[: 2 + rest[1]]
