"""Bytes as text, and what mail programs, helpdesks and word processors do to text undone.

Every change is kept as a pair of places, so that what is found in the mended text can
be pointed at in the text as it came.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_ROUNDS: Final = 3
"""A text may be wrapped more than once: HTML in quoted-printable, JSON in HTML."""

_ALIKE: Final = (
    {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe58\ufe63\uff0d"}
    | {ord(c): " " for c in "\xa0\u202f\u205f\u3000\t" + "".join(map(chr, range(0x2000, 0x200B)))}
    | {ord(c): "\n" for c in "\r\x0b\x0c\x85\u2028\u2029"}
    | {ord(c): ascii_ for c, ascii_ in zip("\uff0b\uff0f\uff1d\u203a", "+/=>", strict=True)}
)
"""One character for one, so that no place moves."""

_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|code|em|font|i|mark|small|span|strong|tt|u|wbr|w:t|w:r)[ >/]", re.IGNORECASE
)
# XML keys of .NET are told by their tags: `keys` needs them.
_TAG: Final = r"<(?!/?(?:D|RSAKeyValue)>)[a-zA-Z/!?][^<>]{0,600}>"
_MANGLED: Final = re.compile(
    rf"(?P<tag>{_TAG})"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});)"
    r"|(?P<escape>\\(?:u[0-9a-fA-F]{4}|(?:par|line)\b ?|[nrt/\"]))"
    # Not the signs that end base64, where the next block follows.
    r"|(?P<soft>(?<!=)=[ ]{0,9}\n(?!\n|MI[A-P]))"
    r"|(?P<quoted>(?:=[0-9A-F]{2}){1,64})"
    r"|(?P<percent>(?:%[0-9A-Fa-f]{2}){1,64})"
    r"|(?P<hidden>[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\xad\x00-\x08\x0e-\x1f]{1,64})"
)
_ESCAPES: Final = {"n": "\n", "r": "\n", "t": " ", "/": "/", '"': '"'}


def characters(data: bytes) -> tuple[str, bool]:
    """The text of the bytes, and whether it was in UTF-16 (told by a mark, or by its zeros)."""
    head = data[:256]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), True
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(zeros) > 8 and zeros.count(0) * 4 >= len(zeros) * 3:
            return data.decode(name, errors="replace"), True
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return data.decode("latin-1"), False


def undone(text: str) -> str:
    """The text with the mangling undone."""
    text = _alike(text)
    for _ in range(_ROUNDS):
        text, count = _MANGLED.subn(_mended, text)
        if not count:
            break
    return text


@dataclass(frozen=True, slots=True)
class _Round:
    """Where each piece begins in the mended and in the earlier text, and which were changed."""

    mended: list[int]
    earlier: list[int]
    changed: list[bool]

    def start(self, place: int) -> int:
        """The place in the earlier text of a passage's first character."""
        piece = bisect_right(self.mended, place) - 1
        ahead = 0 if self.changed[piece] else place - self.mended[piece]
        return self.earlier[piece] + ahead

    def stop(self, place: int) -> int:
        """The place in the earlier text behind a passage's last character."""
        piece = bisect_right(self.mended, place - 1) - 1
        if self.changed[piece]:
            return self.earlier[piece + 1]
        return self.earlier[piece] + place - self.mended[piece]


@dataclass(frozen=True, slots=True)
class Traced:
    """A mended text whose passages can be found in the original."""

    text: str
    rounds: tuple[_Round, ...]

    def original(self, start: int, stop: int) -> tuple[int, int]:
        """The same passage's place in the original; it is not empty."""
        for made in reversed(self.rounds):
            start, stop = made.start(start), made.stop(stop)
        return start, stop


def traced(text: str) -> Traced:
    """As `undone`, with the way back."""
    text = _alike(text)
    rounds: list[_Round] = []
    for _ in range(_ROUNDS):
        pieces, made = _pieces(text, _MANGLED.finditer(text))
        if len(pieces) == 1:
            break
        rounds.append(made)
        text = "".join(pieces)
    return Traced(text, tuple(rounds))


def _alike(text: str) -> str:
    return text.replace("\r\n", " \n").translate(_ALIKE)


def _pieces(text: str, matches: Iterable[re.Match[str]]) -> tuple[list[str], _Round]:
    pieces: list[str] = []
    made = _Round([], [], [])
    place = at = 0

    def add(piece: str, earlier: int, *, changed: bool) -> None:
        nonlocal place
        pieces.append(piece)
        made.mended.append(place)
        made.earlier.append(earlier)
        made.changed.append(changed)
        place += len(piece)

    for match in matches:
        add(text[at : match.start()], at, changed=False)
        add(_mended(match), match.start(), changed=True)
        at = match.end()
    add(text[at:], at, changed=False)
    return pieces, made


def _mended(match: re.Match[str]) -> str:
    found = match.group()
    plain = ""
    match match.lastgroup:
        case "tag" if not _INLINE.match(found):
            plain = "\n"
        case "entity":
            plain = html.unescape(found)
        case "escape" if found[1] == "u":
            plain = chr(int(found[2:], 16))
        case "escape":
            plain = _ESCAPES.get(found[1:], "\n")
        case "quoted":
            plain = _decoded(bytes.fromhex(found.replace("=", "")))
        case "percent":
            plain = unquote(found, errors="replace")
    return plain.translate(_ALIKE)


def _decoded(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")
