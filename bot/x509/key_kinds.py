"""The number of bits as people write it: `2,048 bit`, `4096-bit RSA`, `ECC P-256`."""

from __future__ import annotations

import re
from typing import Final

from bot.x509.details import KeyKind

_BITS: Final = {
    "2048": KeyKind.RSA_2048,
    "3072": KeyKind.RSA_3072,
    "4096": KeyKind.RSA_4096,
    "p256": KeyKind.P256,
    "secp256r1": KeyKind.P256,
    "prime256v1": KeyKind.P256,
    "256": KeyKind.P256,
    "p384": KeyKind.P384,
    "secp384r1": KeyKind.P384,
    "384": KeyKind.P384,
    # 2k and 4k are how administrators say it.
    "2k": KeyKind.RSA_2048,
    "4k": KeyKind.RSA_4096,
}
_NOISE: Final = re.compile(
    r"bits?\b|\brsa|\becdsa|\becc|\bec\b|\bnist|\bcurve|\bkey|\bsize|\bplease|[\s,.:'’_()/-]", re.I
)
_PRIME: Final = re.compile(r"secp\d{3}r1|prime256v1", re.I)
_DIGITS: Final = re.compile(r"\d+")


def kind(written: str) -> KeyKind | None:
    """The kind of key that is offered under these words; None when none is."""
    curve = _PRIME.search(written[:60])
    plain = curve.group() if curve else _NOISE.sub("", written[:60].replace("RSA", "rsa "))
    found = _BITS.get(plain.lower())
    # "RSA 256" is a slip, and an elliptic curve of 2048 bits does not exist.
    if found and re.search(r"\brsa", written[:60], re.I) and not found.startswith("RSA"):
        return None
    return found


def nearest(written: str) -> KeyKind:
    """What to propose instead of a key that is not offered."""
    plain = written[:60].lower()
    number = int("".join(_DIGITS.findall(plain))[:6] or 0)
    if "ed25519" in plain or "25519" in plain:
        return KeyKind.P256
    if 384 < number <= 521:
        return KeyKind.P384
    if number > 3072:
        return KeyKind.RSA_4096
    return KeyKind.RSA_2048
