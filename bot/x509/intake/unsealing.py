"""Opens what is encrypted with a password: PBES2 (RFC 8018) and the older ways of RFC 7292."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from bot.x509.intake import asn1, rc2
from bot.x509.intake.asn1 import Element
from bot.x509.intake.limits import Budget

_PBES2: Final = bytes.fromhex("2a864886f70d01050d")
_DES3_CBC: Final = bytes.fromhex("2a864886f70d0307")
_AES_CBC: Final = {
    bytes.fromhex("60864801650304" + last): size
    for last, size in (("0102", 16), ("0116", 24), ("012a", 32))
}
_OLD: Final = {  # the cipher and the bytes of its key
    bytes.fromhex("2a864886f70d010c01" + last): found
    for last, found in (("03", ("3des", 24)), ("05", ("rc2", 16)), ("06", ("rc2", 5)))
}
_RC2_BLOCK: Final = 100  # rounds' worth of one block of RC2
_HMAC: Final = {
    bytes.fromhex("2a864886f70d02" + last): name
    for last, name in (
        ("07", "sha1"), ("08", "sha224"), ("09", "sha256"), ("0a", "sha384"), ("0b", "sha512"),
    )
}  # fmt: skip
_SLOWER: Final = 8  # what a round costs that is not run inside one call


@dataclass(frozen=True, slots=True)
class _Scheme:
    key: bytes
    start: bytes  # the CBC's initialization vector
    cipher: str


def unseal(algorithm: Element, sealed: bytes, password: str | None, budget: Budget) -> bytes | None:
    """The plain bytes, None when they don't open; raises Exhausted."""
    oid, parameters = asn1.inner(algorithm, 0), asn1.inner(algorithm, 1)
    if oid is None or parameters is None or not sealed or len(sealed) % 8:
        return None
    if oid.content == _PBES2:
        scheme = _modern(parameters, (password or "").encode("utf-8", "replace"), budget)
    elif oid.content in _OLD:
        scheme = _old(*_OLD[oid.content], parameters, password, budget)
    else:
        return None
    if scheme and scheme.cipher == "rc2":
        budget.derive(_RC2_BLOCK * len(sealed) // rc2.BLOCK)
    return _decrypted(scheme, sealed) if scheme else None


def _decrypted(scheme: _Scheme, sealed: bytes) -> bytes | None:
    try:
        padded = _padded(scheme, sealed)
        unpadder = PKCS7(8 * (16 if scheme.cipher == "aes" else 8)).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (ValueError, UnsupportedAlgorithm):  # another password, or broken
        return None


def _padded(scheme: _Scheme, sealed: bytes) -> bytes:
    if scheme.cipher == "rc2":
        return rc2.decrypted(scheme.key, scheme.start, sealed)
    block = algorithms.AES(scheme.key) if scheme.cipher == "aes" else TripleDES(scheme.key)
    decryptor = Cipher(block, modes.CBC(scheme.start)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def _modern(parameters: Element, password: bytes, budget: Budget) -> _Scheme | None:
    """PBKDF2 and a cipher."""
    derivation, cipher = asn1.inner(parameters, 0, 1), asn1.inner(parameters, 1)
    name, start = asn1.inner(cipher, 0), asn1.inner(cipher, 1)
    salt = asn1.inner(derivation, 0)
    rounds = asn1.number(asn1.inner(derivation, 1))
    if derivation is None or name is None or start is None or salt is None or not rounds:
        return None
    size = 24 if name.content == _DES3_CBC else _AES_CBC.get(name.content)
    digest = _digest(derivation)
    if not size or not digest or rounds < 1:
        return None
    budget.derive(rounds)
    key = hashlib.pbkdf2_hmac(digest, password, salt.content, rounds, size)
    return _Scheme(key, start.content, "3des" if name.content == _DES3_CBC else "aes")


def _digest(derivation: Element) -> str | None:
    """The hash of PBKDF2: named last, SHA-1 when left out."""
    last = list(asn1.children(derivation, 4))[-1]
    if last.tag != asn1.SEQUENCE:
        return "sha1"
    oid = asn1.inner(last, 0)
    return _HMAC.get(oid.content) if oid is not None else None


def _old(
    cipher: str, size: int, parameters: Element, password: str | None, budget: Budget
) -> _Scheme | None:
    salt, rounds = asn1.inner(parameters, 0), asn1.number(asn1.inner(parameters, 1))
    if salt is None or not rounds or rounds < 1:
        return None
    budget.derive(2 * _SLOWER * rounds)
    # RFC 7292, appendix B.1: big-endian with a zero at the end, or nothing at all.
    secret = b"" if password is None else (password + "\0").encode("utf-16-be", "replace")
    key = _derived(1, secret, salt.content, rounds, size)
    return _Scheme(key, _derived(2, secret, salt.content, rounds, 8), cipher)


def _derived(purpose: int, secret: bytes, salt: bytes, rounds: int, size: int) -> bytes:
    """RFC 7292, appendix B.2, with SHA-1."""
    block = 64
    spread = b"".join(_filled(part, block) for part in (salt, secret))
    made = b""
    while len(made) < size:
        digest = bytes([purpose]) * block + spread
        for _ in range(rounds):
            digest = hashlib.sha1(digest, usedforsecurity=False).digest()
        made += digest
        step = int.from_bytes(_filled(digest, block)[:block], "big") + 1
        spread = b"".join(
            ((int.from_bytes(spread[at : at + block], "big") + step) % (1 << 8 * block)).to_bytes(
                block, "big"
            )
            for at in range(0, len(spread), block)
        )
    return made[:size]


def _filled(part: bytes, block: int) -> bytes:
    """The bytes over and over until they fill whole blocks."""
    size = -(-len(part) // block) * block
    return (part * (size // len(part) + 1))[:size] if part else b""
