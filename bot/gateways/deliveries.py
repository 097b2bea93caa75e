"""Takes CSR and key from the files of a CSR request: judged in memory, kept sealed at once."""

from __future__ import annotations

from typing import Final, Protocol

from bot.case import Request
from bot.gateways.jira_files import IssueFile
from bot.ports import Delivered
from bot.x509 import delivery
from bot.x509.delivered_files import Given
from bot.x509.delivery import Judged
from bot.x509.details import Details

MOST_FILES: Final = 20
MOST_SAID: Final = 20
"""Sentences, so that a comment on them fits into Jira."""
REUSED: Final = "This key has been used for an earlier CSR; please make a new key and CSR."


class Files(Protocol):
    """Where the files lie."""

    def files(self, key: str) -> tuple[IssueFile, ...]:
        """The files that people attached to the issue, oldest first."""
        ...

    def fetch(self, file: IssueFile, most: int) -> bytes | None:
        """The bytes of a file; None when there are more."""
        ...


class Store(Protocol):
    """Where keys are kept."""

    def adopt(self, ticket: int, number: int, csr: str, key: bytes) -> Request | None:
        """Keep a key that people made; None when it has served another CSR."""
        ...

    def adopted(self, ticket: int, number: int) -> Request | None:
        """The CSR of that number, when its key is kept already."""
        ...


class Seal(Protocol):
    """What people seal keys for."""

    def opened(self, cms: bytes) -> bytes:
        """The content of CMS; raises ValueError."""
        ...


class Deliveries:
    """`bot.ports.Deliveries`."""

    def __init__(self, files: Files, store: Store, own: Seal) -> None:
        self._files, self._store, self._own = files, store, own

    def collect(self, ticket: int, number: int, issue: str, details: Details) -> Delivered:
        """What people have attached; a key that fits is in the store when this returns."""
        # The newest count when there are too many: the last word is among them.
        listed = self._files.files(issue)[-MOST_FILES:]
        given = [Given(file.id, file.name[:100], self._bytes(file)) for file in listed]
        judged = delivery.judge(given, details, self._own.opened)
        seen = tuple(file.id for file in listed)
        kept = self._store.adopted(ticket, number)
        if kept is None and judged.csr:
            kept = self._store.adopt(ticket, number, judged.csr, judged.key)
            if kept is None:
                return Delivered(seen, wrong=(REUSED,))
        if kept is None:
            return Delivered(seen, wrong=judged.wrong[:MOST_SAID])
        return _taken(seen, kept, judged)

    def _bytes(self, file: IssueFile) -> bytes | None:
        if file.size > delivery.LARGEST:
            return None
        return self._files.fetch(file, delivery.LARGEST)


def _taken(seen: tuple[str, ...], kept: Request, judged: Judged) -> Delivered:
    clear = tuple(dict.fromkeys(file for file, spki in judged.keys if spki == kept.spki))
    left = judged.wrong[:MOST_SAID] if judged.csr else ()
    return Delivered(seen, kept, clear, judged.csr_file in clear, left)
