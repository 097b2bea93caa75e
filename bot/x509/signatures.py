"""Whether one certificate signed another."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

WEAK: Final = ("md5", "sha1")


def issued(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key made the child's signature, and the names fit."""
    try:
        if child.issuer != issuer.subject:
            return False
        _verify(child, issuer)
    except Exception:  # bad signature, unknown algorithm, malformed key: not the issuer
        return False
    return True


def _verify(child: x509.Certificate, issuer: x509.Certificate) -> None:
    digest = child.signature_hash_algorithm
    key = issuer.public_key()
    if digest is None or digest.name not in WEAK:
        child.verify_directly_issued_by(issuer)
    # The library refuses these out of hand.  The chain is followed all the same, so that the
    # brand hears of the weak signature and not of a missing intermediate.
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(child.signature, child.tbs_certificate_bytes, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(child.signature, child.tbs_certificate_bytes, ec.ECDSA(digest))
    else:
        raise TypeError(f"no such signatures by {type(key).__name__}")
