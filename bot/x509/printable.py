"""Text out of certificates, made fit for a sentence: short, on one line, nothing invisible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

LONGEST: Final = 100
_MARK: Final = "�"


def printable(text: str, longest: int = LONGEST) -> str:
    """The text on one line, without control or direction marks, cut to `longest` characters.

    A certificate from outside may carry line ends, terminal codes or marks that turn the
    reading direction; in a letter those would change what the sentence says.
    """
    shown = "".join(c if c.isprintable() else _MARK for c in text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def listed(texts: Iterable[str], most: int = 10) -> str:
    """`a, b, c and 4 more`."""
    known: Sequence[str] = list(texts)
    shown = ", ".join(printable(text) for text in known[:most])
    return shown if len(known) <= most else f"{shown} and {len(known) - most} more"
