"""ASN.1 as far as it takes to tell structures apart: BER with indefinite lengths too.

The library reads DER alone (and warns about the rest), but PKCS#7 and PKCS#12 files
come as BER.  Lengths are clamped to the data, so that a cut-off structure can still
be named for what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
TAGGED_0: Final = 0xA0
_CONSTRUCTED: Final = 0x20
_END: Final = b"\x00\x00"
_MOST_WITHIN: Final = 10_000
"""Elements in one of indefinite length: streaming writers make a few for each certificate."""
_WIDEST: Final = 4  # bytes of a length: 4 GiB is more than any input


@dataclass(frozen=True, slots=True)
class Element:
    """One element of `data`: its content is `data[start:stop]`, and the next begins at `end`."""

    data: bytes
    tag: int
    at: int
    start: int
    stop: int
    end: int
    whole: bool

    @property
    def content(self) -> bytes:
        """The content's bytes."""
        return self.data[self.start : self.stop]

    @property
    def encoded(self) -> bytes:
        """The element with its head."""
        return self.data[self.at : self.end]


def element(data: bytes, at: int = 0, limit: int | None = None) -> Element | None:
    """The element that begins at `at`; None when there is no head of one."""
    limit = len(data) if limit is None else limit
    head = _head(data, at, limit)
    if head is None:
        return None
    start, length = head
    if length is None:
        stop, end = _close(data, start, limit)
        return Element(data, data[at], at, start, stop, end, whole=end > stop)
    stop = min(start + length, limit)
    return Element(data, data[at], at, start, stop, stop, whole=start + length <= limit)


def children(parent: Element, most: int = 1000) -> Iterator[Element]:
    """The elements in the content of `parent`, at most `most`."""
    at = parent.start
    for _ in range(most):
        child = element(parent.data, at, parent.stop)
        if child is None:
            return
        yield child
        at = child.end


def inner(parent: Element | None, *path: int) -> Element | None:
    """The child at each position of `path`, one level deeper each."""
    for position in path:
        if parent is None:
            return None
        parent = next((c for i, c in enumerate(children(parent, 16)) if i == position), None)
    return parent


def octets(parent: Element) -> bytes:
    """An OCTET STRING's bytes; BER may cut it into pieces, as Windows and Java do."""
    if not parent.tag & _CONSTRUCTED:
        return parent.content
    return b"".join(c.content for c in children(parent, 100_000) if c.tag == OCTET_STRING)


def number(found: Element | None) -> int | None:
    """A small INTEGER's value; None for anything else."""
    if found is None or found.tag != INTEGER or not 0 < found.stop - found.start <= 8:
        return None
    return int.from_bytes(found.content, "big", signed=True)


def _head(data: bytes, at: int, limit: int) -> tuple[int, int | None] | None:
    """Where the content starts and its length, which is None when indefinite."""
    if at + 2 > limit or data[at] & 0x1F == 0x1F or data[at : at + 2] == _END:
        return None
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    width = first & 0x7F
    if width == 0:
        return (at + 2, None) if data[at] & _CONSTRUCTED else None
    if width > _WIDEST or at + 2 + width > limit:
        return None
    return at + 2 + width, int.from_bytes(data[at + 2 : at + 2 + width], "big")


def _close(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """Where the content of an indefinite element stops, and where the next element begins."""
    depth = 1
    for _ in range(_MOST_WITHIN):
        if at + 2 <= limit and data[at : at + 2] == _END:
            depth -= 1
            if depth == 0:
                return at, at + 2
            at += 2
            continue
        head = _head(data, at, limit)
        if head is None:  # the end of the data, too
            break
        start, length = head
        depth += length is None
        at = start + (length or 0)
    return limit, limit
