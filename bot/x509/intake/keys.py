"""Masks the private keys of a text, and says which passages are to be redacted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.x509.intake import text as texts
from bot.x509.intake.key_text import Passage, passages

MASK: Final = "[private key removed]"


def mask_keys(text: str) -> tuple[str, bool]:
    """The text with every private key in it replaced, and whether there was one."""
    pieces: list[str] = []
    at = 0
    found = _places(text)
    for start, stop in found:
        pieces += [text[at:start], MASK]
        at = stop
    return "".join((*pieces, text[at:])), bool(found)


def key_passages(text: str) -> tuple[str, ...]:
    """The literal passages of the text that hold key material, each once, for redacting them."""
    return tuple(dict.fromkeys(text[start:stop] for start, stop in _places(text)))


def without_keys(plain: str, found: Sequence[Passage]) -> str:
    """A mended text without its keys."""
    pieces: list[str] = []
    at = 0
    for passage in found:
        pieces.append(plain[at : passage.start])
        at = passage.stop
    return "\n".join((*pieces, plain[at:]))


def _places(text: str) -> list[tuple[int, int]]:
    mended = texts.traced(text)
    found = []
    for passage in passages(mended.text):
        start, stop = mended.original(passage.start, passage.stop)
        tail = text[stop : stop + 2]
        found.append((start, stop + len(tail) - len(tail.lstrip("="))))
    return found
