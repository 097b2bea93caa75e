"""How much is looked at, so that no file costs more than its size deserves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_TEXT: Final = 1024 * 1024
"""Bytes of a text that is read through; a longer one is no certificate."""

MOST_TEXTS: Final = 4 * MOST_TEXT
"""Bytes of all texts of a comment, out of archives too."""

MOST_BLOCKS: Final = 200
MOST_CERTIFICATES: Final = 200
MOST_REQUESTS: Final = 10
MOST_ENTRIES: Final = 200
MOST_UNPACKED: Final = 16 * 1024 * 1024
DEEPEST: Final = 3
MOST_ROUNDS: Final = 6_000_000


class Exhausted(Exception):
    """The input asks for more work than any honest one."""


@dataclass(slots=True)
class Budget:
    """What may still be unpacked, opened and tried for the blobs of one comment."""

    entries: int = MOST_ENTRIES
    unpacked: int = MOST_UNPACKED
    rounds: int = MOST_ROUNDS
    texts: int = MOST_TEXTS

    def entry(self) -> None:
        """One more file out of an archive; raises Exhausted."""
        self.entries -= 1
        if self.entries < 0:
            raise Exhausted("too many files")

    def unpack(self, size: int) -> None:
        """So many bytes more; raises Exhausted."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise Exhausted("too many bytes")

    def text(self, size: int) -> bool:
        """Whether a text of so many bytes is still read; it is counted then."""
        if size > min(MOST_TEXT, self.texts):
            return False
        self.texts -= size
        return True

    def derive(self, rounds: int) -> None:
        """So many rounds of a password's derivation; raises Exhausted before they are run."""
        if rounds > self.rounds:
            raise Exhausted("too many rounds")
        self.rounds -= rounds
