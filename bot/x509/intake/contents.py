"""What one file holds, collected while it is read, and the one sentence that is said of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum

from bot.x509.findings import Finding
from bot.x509.intake import sentences
from bot.x509.intake.limits import MOST_CERTIFICATES, MOST_REQUESTS


class Rank(IntEnum):
    """What matters most is said; a file gets one sentence."""

    KEY = 0
    SEALED = 1
    BOMB = 2
    TOO_BIG = 3
    CSR = 4
    DAMAGED = 5
    OTHER = 6
    NOTHING = 7


_BESIDE_CERTIFICATES = frozenset({Rank.KEY, Rank.SEALED, Rank.BOMB, Rank.DAMAGED})
_IN_A_TEXT = frozenset({Rank.KEY, Rank.CSR, Rank.DAMAGED, Rank.SEALED})


@dataclass(slots=True)
class Contents:
    """`name` is the file's, empty for the comment's text."""

    name: str
    certificates: dict[bytes, bool] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    notes: dict[Rank, Finding] = field(default_factory=dict)
    picture: str = ""
    ignored: bool = False
    sealed_key: bool = False

    def certificate(self, der: bytes, *, repaired: bool) -> None:
        """One more; a second copy that needed no repair counts."""
        if len(self.certificates) < MOST_CERTIFICATES:
            self.certificates[der] = repaired and self.certificates.get(der, True)

    def key(self, spki: str | None = None, what: str = "a private key") -> None:
        """A private key was seen."""
        self.note(Rank.KEY, sentences.key(self.name, what))
        if spki and spki not in self.keys:
            self.keys.append(spki)

    def request(self, der: bytes) -> None:
        """A CSR."""
        self.note(Rank.CSR, sentences.csr(self.name))
        if len(self.requests) < MOST_REQUESTS:
            self.requests.append(der)

    def note(self, rank: Rank, finding: Finding) -> None:
        """Something to say; the first of its rank stays."""
        self.notes.setdefault(rank, finding)

    @property
    def holds_key(self) -> bool:
        """Whether there is a key, be it sealed."""
        return Rank.KEY in self.notes or self.sealed_key

    def finding(self, whole: Collection[bytes]) -> Finding | None:
        """The one sentence, when there is something to say.

        `whole` are the certificates that came without a flaw in any of the files.
        """
        ranks = sorted(self.notes)
        if not self.name:
            ranks = [rank for rank in ranks if rank in _IN_A_TEXT]
        if self.certificates:
            ranks = [rank for rank in ranks if rank in _BESIDE_CERTIFICATES]
            if not ranks and any(der not in whole for der in self.certificates):
                return sentences.repaired(self.name)
        if self.ignored and not (ranks and ranks[0] < Rank.OTHER):
            return None
        return self.notes[ranks[0]] if ranks else None
