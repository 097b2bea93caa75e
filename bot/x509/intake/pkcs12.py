"""PKCS#12 (PFX, P12), RFC 7292: its certificates, and whether a private key is in it.

The file is opened here and not by the library, which runs as many rounds of a
password's derivation as the file asks for: two thousand million take a quarter of an
hour.  Here each derivation is paid for out of the budget first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.x509.intake import asn1, der, unsealing
from bot.x509.intake.asn1 import Element
from bot.x509.intake.limits import MOST_CERTIFICATES, Budget, Exhausted

_BAG: Final = bytes.fromhex("2a864886f70d010c0a01")
_DATA: Final = der.PKCS7 + b"\x01"
_ENCRYPTED: Final = der.PKCS7 + b"\x06"
_DEEPEST: Final = 3


@dataclass(slots=True)
class Pfx:
    """What could be read.  `key`: there is one; `exposed`: it can be opened; `shut`: a part cannot.

    `keys` are SPKI SHA-256 of the keys that could be opened.
    """

    certificates: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    key: bool = False
    exposed: bool = False
    shut: bool = False


def read(data: bytes, passwords: Sequence[str], budget: Budget) -> Pfx:
    """Everything that opens without a password, with an empty one, or with one of those given."""
    pfx = Pfx()
    tried = (None, "", *passwords)
    safes = list(_safes(data))
    pfx.shut = not safes
    for safe in safes:
        try:
            _safe(safe, tried, budget, pfx)
        except Exhausted:
            pfx.shut = True
    return pfx


def _safes(data: bytes) -> Iterator[Element]:
    """The parts of the file: some plain, some encrypted."""
    content = _plain(asn1.inner(asn1.element(data), 1))
    listed = asn1.element(content) if content else None
    yield from asn1.children(listed, 16) if listed is not None else ()


def _plain(info: Element | None) -> bytes:
    """What a ContentInfo of type `data` wraps."""
    oid, value = asn1.inner(info, 0), asn1.inner(info, 1, 0)
    if oid is None or value is None or oid.content != _DATA:
        return b""
    return asn1.octets(value)


def _safe(safe: Element, tried: Sequence[str | None], budget: Budget, pfx: Pfx) -> None:
    oid = asn1.inner(safe, 0)
    if oid is None or oid.content != _ENCRYPTED:
        _bags(_plain(safe), tried, budget, pfx, 0)
        return
    content = asn1.inner(safe, 1, 0, 1)
    algorithm, sealed = asn1.inner(content, 1), asn1.inner(content, 2)
    opened = None
    if algorithm is not None and sealed is not None:
        opened = _opened(algorithm, asn1.octets(sealed), tried, budget)
    if opened is None:
        pfx.shut = True
        return
    _bags(opened, tried, budget, pfx, 0)


def _opened(
    algorithm: Element, sealed: bytes, tried: Sequence[str | None], budget: Budget
) -> bytes | None:
    for password in tried:
        opened = unsealing.unseal(algorithm, sealed, password, budget)
        # A wrong password may end in a fitting padding; then it is no SEQUENCE of its own size.
        if opened and opened[0] == asn1.SEQUENCE and der.whole(opened):
            return opened
    return None


def _bags(
    content: bytes, tried: Sequence[str | None], budget: Budget, pfx: Pfx, depth: int
) -> None:
    listed = asn1.element(content)
    for bag in asn1.children(listed, MOST_CERTIFICATES) if listed is not None else ():
        oid, value = asn1.inner(bag, 0), asn1.inner(bag, 1, 0)
        if oid is None or value is None or not oid.content.startswith(_BAG):
            continue
        match oid.content[len(_BAG) :]:
            case b"\x01":
                pfx.key = pfx.exposed = True
                pfx.keys += _spki(value.encoded)
            case b"\x02":
                pfx.key = True
                _shrouded(value, tried, budget, pfx)
            case b"\x03":
                _certificate(value, pfx)
            case b"\x06" if depth < _DEEPEST:
                _bags(value.encoded, tried, budget, pfx, depth + 1)


def _shrouded(value: Element, tried: Sequence[str | None], budget: Budget, pfx: Pfx) -> None:
    algorithm, sealed = asn1.inner(value, 0), asn1.inner(value, 1)
    opened = None
    if algorithm is not None and sealed is not None:
        opened = _opened(algorithm, asn1.octets(sealed), tried, budget)
    if opened is None:
        pfx.shut = True
        return
    pfx.exposed = True
    pfx.keys += _spki(opened)


def _certificate(value: Element, pfx: Pfx) -> None:
    wrapped = asn1.inner(value, 1, 0)
    encoded = asn1.octets(wrapped) if wrapped is not None else b""
    if der.is_certificate(encoded):
        pfx.certificates.append(encoded)


def _spki(key: bytes) -> list[str]:
    spki = der.key_spki(key)
    return [spki] if spki else []
