"""Cuts a mended text into its blocks: between BEGIN and END lines, and naked base64.

A certificate knows its own length, so that base64 is read as far as that, whatever
stands behind it: a lost END line, a signature, the next block.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.x509.intake import asn1

_NOUN: Final = (
    r"(?:CERTIFICATE(?:[ _]{0,2}(?:REQUEST|CHAIN))?|CERTIFICATION[ _]{1,2}REQUEST"
    r"|(?:PRIVATE|PUBLIC)[ _]{0,2}KEY(?:[ _]{1,2}BLOCK)?|PKCS[ _]{0,2}#?(?:7|12)|X509[ _]{1,2}CRL"
    r"|CMS|(?:RSA|DSA|EC|DH)[ _]{1,2}(?:KEY|PARAMETERS)"
    r"|PGP[ _](?:MESSAGE|SIGNATURE|SIGNED MESSAGE))"
)
_MARK: Final = re.compile(
    rf"(BEGIN|END)[ _\n]{{0,3}}((?:[A-Z0-9]{{1,12}}[ _]{{1,3}}){{0,3}}?{_NOUN})(?![A-Za-z])"
    r"(?: SIGNED DATA)?[ ]{0,3}[-=*]{0,16}",
    re.IGNORECASE,
)
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=]+")
_WORD: Final = re.compile(r"[A-Za-z0-9+/]+")
_HEADER: Final = re.compile(r"^[> ]*[A-Za-z][A-Za-z0-9-]{1,40}: .*$", re.MULTILINE)
# How base64 of DER, PEM, ZIP and OpenSSH's keys begins.
_START: Final = re.compile(
    r"(?<![A-Za-z0-9+/=])(?:M[A-Za-z0-9+/]|LS0tL|UEsDB|b3BlbnNzaC1r)[A-Za-z0-9+/]{22}"
)
_MOST_STARTS: Final = 2000
_MOST_READ: Final = 200
_SHORTEST: Final = 64
"""Base64 characters of the smallest thing that is sent."""
_SHORTEST_WORD: Final = 16
"""Characters of a word that is base64 and not speech."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A BEGIN or END line."""

    begins: bool
    label: str
    start: int
    stop: int
    dashed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two marks, or naked (`label` is then empty).

    `data` is empty when it is no base64; `size` counts the characters that surely are.
    """

    label: str
    start: int
    stop: int
    data: bytes = field(repr=False)
    size: int
    quoted: bool = False
    closed: bool = False


def marks(text: str) -> Iterator[Mark]:
    """Every BEGIN and END line, with its dashes."""
    for found in _MARK.finditer(text):
        before = text[max(0, found.start() - 16) : found.start()]
        start = found.start() - len(before) + len(before.rstrip("-=* "))
        label = " ".join(found.group(2).upper().replace("_", " ").split())
        dashed = "-" in text[start : found.start()] or found.group().endswith("-")
        yield Mark(found.group(1).upper() == "BEGIN", label, start, found.end(), dashed)


def blocks(text: str) -> Iterator[Block]:
    """Every block that a BEGIN line opens, and those that have only their END line left."""
    found = list(marks(text))
    for number, mark in enumerate(found):
        earlier = found[number - 1] if number else None
        later = found[number + 1] if number + 1 < len(found) else None
        if mark.begins:
            stop = later.start if later else len(text)
            closed = later is not None and not later.begins
            end = later.stop if later and closed else stop
            yield _block(text, mark, mark.start, mark.stop, stop, end, closed)
        elif earlier is None or not earlier.begins:
            start = earlier.stop if earlier else 0
            yield _block(text, mark, start, start, mark.start, mark.stop, False)


def _block(
    text: str, mark: Mark, start: int, body: int, stop: int, end: int, closed: bool
) -> Block:
    line = text[max(0, mark.start - 12) : mark.start].rsplit("\n", maxsplit=1)[-1]
    inside = text[body:stop]
    data, size = decoded(inside)
    if not _ends(data):
        naked_ = next(naked(inside), None)
        data = naked_.data if naked_ and _ends(naked_.data) else data
    return Block(mark.label, start, end, data, size, ">" in line, closed)


def decoded(body: str) -> tuple[bytes, int]:
    """The bytes behind base64 with quote marks, blanks, headers; and its length in characters."""
    plain = _HEADER.sub("", body)
    packed = _packed(plain)
    data = _bytes(packed)
    if not _ends(data) and " " in body:
        other = _bytes(_packed(_pluses(plain)))
        data = other if _ends(other) else data
    size = sum(len(word) for word in _WORD.findall(plain) if len(word) >= _SHORTEST_WORD)
    return (data if len(packed) >= _SHORTEST else b""), size


def naked(text: str) -> Iterator[Block]:
    """Base64 without BEGIN and END lines that holds something of ours."""
    at = reads = 0
    for _ in range(_MOST_STARTS):
        found = _START.search(text, at)
        if found is None or reads == _MOST_READ:
            return
        at = found.end()
        head = _bytes(found.group()[:24])
        if head[:1] == b"0" and not _plausible(head):
            continue
        reads += 1
        block = _measured(text, found.start(), head) or _run(text, found.start())
        at = block.stop
        yield block


def _plausible(head: bytes) -> bool:
    """Whether the bytes may begin a structure: a SEQUENCE with something known in it."""
    top = asn1.element(head)
    within = asn1.element(head, top.start) if top else None
    known = (asn1.SEQUENCE, asn1.INTEGER, asn1.OID)
    return within is not None and within.tag in known


def _measured(text: str, start: int, head: bytes) -> Block | None:
    """As many characters as the structure says that it has."""
    width = head[1] & 0x7F if head[1] > 0x80 else 0
    if head[:1] != b"0" or head[1] == 0x80 or width > 3:
        return None
    length = 2 + width + (int.from_bytes(head[2 : 2 + width], "big") if width else head[1])
    wanted = -(-length * 4 // 3)
    packed: list[str] = []
    stop = start
    limit = start + 2 * wanted + 200
    dashes = text.find("--", start, limit)
    for word in _WORD.finditer(text, start, limit if dashes < 0 else dashes):
        packed.append(word.group()[:wanted])
        stop = word.start() + len(packed[-1])
        wanted -= len(packed[-1])
        if not wanted:
            break
    joined = "".join(packed)
    return Block("", start, stop, _bytes(joined), len(joined))


def _run(text: str, start: int) -> Block:
    """Lines of the first one's length, and a shorter last one."""
    packed: list[str] = []
    stop = start
    for word in _WORD.finditer(text, start):
        if packed and len(word.group()) > len(packed[0]):
            break
        packed.append(word.group())
        stop = word.end()
        if len(word.group()) < len(packed[0]):
            break
    joined = "".join(packed)
    return Block("", start, stop, _bytes(joined), len(joined))


def _ends(data: bytes) -> bool:
    """Whether the first structure is all there."""
    found = asn1.element(data)
    return found is not None and found.tag == asn1.SEQUENCE and found.whole


def _pluses(body: str) -> str:
    """Plus signs for blanks: a form that was sent over the web turns them round."""
    lines = body.split("\n")
    width = max(len(line.strip()) for line in lines)
    return "\n".join(line[:width].replace(" ", "+") for line in lines if line.strip())


def _packed(body: str) -> str:
    return _NOT_BASE64.sub("", body).split("=", maxsplit=1)[0]


def _bytes(packed: str) -> bytes:
    """What base64 without its padding says: one character too many costs nothing else."""
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    return base64.b64decode(packed + "=" * (-len(packed) % 4))
