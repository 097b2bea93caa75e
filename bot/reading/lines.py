"""A message as lines that know how deeply they are quoted, and whether they belong to a signature.

Nothing is stripped that may hold an answer: what stands in a quote is ranked lower, not left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

LONGEST_TEXT: Final = 400_000
LONGEST_LINE: Final = 10_000  # a line of a hundred long names
MOST_LINES: Final = 5_000
DEEPEST: Final = 30

_QUOTE: Final = re.compile(r"^(?:[ \t]{0,8}[>│]){1,20}|^[ \t]{0,8}\|(?=[^|]*$)")
_LONGEST_WORD: Final = 300
_LAST_WORD: Final = re.compile(r"[^\s,;]+\Z")
_BREAK: Final = re.compile(r"<br ?/?>", re.IGNORECASE)  # some helpdesks send tags as text
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SIGNATURE: Final = re.compile(r"^\s*(?:--|—|__)\s*$")
_WROTE: Final = re.compile(
    r"^(?:on|am|le|el|il|op|em|den|at)\b.{5,300}(?:wrote|schrieb.{0,120}|a écrit|escribió"
    r"|ha scritto|schreef.{0,120}|escreveu|skrev.{0,120})\s?:\s*$",
    re.IGNORECASE,
)
_ORIGINAL: Final = re.compile(
    r"^(?:-{2,}|_{2,}|#{2,})\s?-?\s?(?:original message|forwarded message|ursprüngliche nachricht"
    r"|weitergeleitete nachricht|message d'origine|message transféré|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|mensagem original|.{0,80}above this line.{0,20})",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"^\*?(?:from|von|de|da|van|fra)\s?:\*?\s+\S", re.IGNORECASE)
_SENT: Final = re.compile(
    r"^\*?(?:sent|date|gesendet|datum|envoyé|fecha|enviado|enviada em|inviato|data|verzonden)"
    r"(?: el| am)?\s?:",
    re.IGNORECASE,
)
_PEM_BEGIN: Final = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{3,40}-{4,5}")
_BASE64: Final = re.compile(r"^\s*[A-Za-z0-9+/]{1,100}={0,2}\s*$|-{4,5} ?END ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `depth` counts quotes; `signed` lines belong to a signature."""

    depth: int
    text: str
    signed: bool = False


def lines(text: str) -> list[Line]:
    """All lines up to the limits, without PEM blocks and what follows a signature mark."""
    text = _BREAK.sub("\n", text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    raw = text.split("\n", MOST_LINES)[:MOST_LINES]
    return list(_unsigned(_without_pem(_deepened(_marked(raw)))))


def _marked(raw: Iterable[str]) -> Iterator[Line]:
    """Depth by the marks in front."""
    for one in raw:
        line = _INVISIBLE.sub("", _cut(one)).replace("\u00a0", " ")
        mark = _QUOTE.match(line)
        depth = sum(mark.group().count(sign) for sign in ">|│") if mark else 0
        yield Line(min(depth, DEEPEST), line[mark.end() :] if mark else line)


def _cut(line: str) -> str:
    """Never in the middle of a name: half a host name would be another host."""
    if len(line) <= LONGEST_LINE:
        return line
    kept = line[:LONGEST_LINE]
    broken = _LAST_WORD.search(kept[-_LONGEST_WORD:])
    return kept[: len(kept) - len(broken.group())] if broken else kept


def _deepened(marked: Iterable[Line]) -> Iterator[Line]:
    """A message that is quoted without marks is one deeper from its heading on."""
    found = list(marked)
    more = 0
    for index, line in enumerate(found):
        if _opens_quote(found, index) and not _marks_follow(found, index):
            more = min(more + 1, DEEPEST)
        yield replace(line, depth=line.depth + more) if more else line


def _opens_quote(found: list[Line], index: int) -> bool:
    text = found[index].text.strip()[:500]
    if _ORIGINAL.match(text) or _WROTE.match(text):
        return True
    following = [line.text.strip()[:500] for line in found[index + 1 : index + 4]]
    if _FROM.match(text):
        return any(_SENT.match(one) for one in following)
    # Mail programs fold "On … Support <…> wrote:" after some 78 characters.
    if following and re.match(r"^(?:on|am|le|el|il|op|em)\b.{10,}", text, re.IGNORECASE):
        return len(text) <= 120 and bool(_WROTE.match(f"{text} {following[0]}"))
    return False


def _marks_follow(found: list[Line], index: int) -> bool:
    here = found[index].depth
    following = [line for line in found[index + 1 : index + 6] if line.text.strip() or line.depth]
    return any(line.depth > here for line in following[:3])


def _without_pem(found: Iterable[Line]) -> Iterator[Line]:
    inside = False
    for line in found:
        if _PEM_BEGIN.search(line.text[:200]):
            inside = True
        elif not (inside and _BASE64.search(line.text[:200])):
            inside = False
            yield line


def _unsigned(found: Iterable[Line]) -> Iterator[Line]:
    """What follows a signature mark is marked, until the depth of quoting grows."""
    signed_at: int | None = None
    for line in found:
        if signed_at is not None and line.depth > signed_at:
            signed_at = None
        if _SIGNATURE.match(line.text[:20]):
            signed_at = line.depth
        yield replace(line, signed=signed_at is not None)
