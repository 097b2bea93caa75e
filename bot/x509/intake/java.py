"""Java's own key stores (JKS, JCEKS): the certificates in them, and whether they hold a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.x509.intake import der
from bot.x509.intake.limits import MOST_CERTIFICATES

MAGIC: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_HEAD: Final = 12  # magic, version, number of entries
_KEY, _CERTIFICATE = 1, 2


@dataclass(frozen=True, slots=True)
class Store:
    """What stands in a store in clear.  A key is always sealed in it."""

    certificates: tuple[bytes, ...]
    key: bool


def read(data: bytes) -> Store:
    """As far as the store can be walked."""
    walk = _Walk(data)
    certificates: list[bytes] = []
    key = False
    for tag in walk.entries():
        key = key or tag != _CERTIFICATE
        if tag == _KEY:
            walk.block(4)
            for _ in range(min(walk.number(4), MOST_CERTIFICATES)):
                certificates.append(walk.certificate())
        elif tag == _CERTIFICATE:
            certificates.append(walk.certificate())
        else:
            break
    return Store(tuple(c for c in certificates if der.is_certificate(c)), key)


class _Walk:
    """Reads on and on; behind the end there are only zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = _HEAD

    def entries(self) -> Iterator[int]:
        count = int.from_bytes(self._data[8:_HEAD], "big")
        for _ in range(min(count, MOST_CERTIFICATES)):
            if self._at >= len(self._data):
                return
            tag = self.number(4)
            self.block(2)  # alias
            self.number(8)  # time
            yield tag

    def certificate(self) -> bytes:
        self.block(2)  # always X.509
        return self.block(4)

    def block(self, width: int) -> bytes:
        size = self.number(width)
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def number(self, width: int) -> int:
        found = self._data[self._at : self._at + width]
        self._at += width
        return int.from_bytes(found, "big")
