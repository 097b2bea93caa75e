"""Who signed what, with methods that the library itself refuses too."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from bot.x509 import signatures
from tests.x509.judged import CA1, ROOT, codes, good, judged
from tests.x509.making import Ca, authority, key
from tests.x509.resigning import resigned

ECDSA = bytes.fromhex("2a8648ce3d0403")


def sha1(der: bytes, signer: Ca) -> bytes:
    """ECDSA with SHA-1: its OID is one octet shorter, so the lengths around it change."""

    def change(part: bytes) -> bytes:
        old, new = b"\x30\x0a\x06\x08" + ECDSA + b"\x02", b"\x30\x09\x06\x07" + ECDSA[:-1] + b"\x01"
        if part == old:
            return new
        size = len(part) - 4 - 1
        return b"\x30\x82" + size.to_bytes(2, "big") + part[4:].replace(old, new, 1)

    assert signer.key is not None
    return resigned(der, signer.key, change, "sha1")


def test_ecdsa_with_sha1_is_followed_and_called_weak() -> None:
    verdict = judged([sha1(good(), CA1), CA1.der])

    assert codes(verdict) == {"WEAK_SIGNATURE", "CHAIN_UNTRUSTED", "PRIVATE_CA"}


def test_issuer_needs_the_name_and_the_key() -> None:
    leaf = x509.load_der_x509_certificate(good())
    twin = authority("Nord TLS CA 1", ROOT, signer=key("twin"))

    assert signatures.issued(leaf, CA1.certificate)
    assert not signatures.issued(leaf, ROOT.certificate)
    assert not signatures.issued(leaf, twin.certificate)


def test_weak_signature_by_a_key_that_makes_none_is_no_signature() -> None:
    odd = authority("Nord TLS CA 1", ROOT, signer=ed25519.Ed25519PrivateKey.generate())
    weak = x509.load_der_x509_certificate(sha1(good(), CA1))

    assert signatures.issued(weak, CA1.certificate)
    assert not signatures.issued(weak, odd.certificate)
