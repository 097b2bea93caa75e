"""One question to the API: what is asked, where it is looked up, and how a list goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from itsdangerous import BadData, URLSafeSerializer

from bot.storage.api_reading import SitePages
from bot.storage.figures import Figures
from bot.storage.pages import AuditPages, CasePages
from bot.web.api.queries import Q, QueryFault

T = TypeVar("T")
S = TypeVar("S")


class DeadLetter(Protocol):
    """An event that failed for good."""

    @property
    def id(self) -> str: ...
    @property
    def ticket(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def when(self) -> datetime: ...
    @property
    def steps(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the answers come from; each raises TryLater when the database does not answer."""

    figures: Callable[[], Figures]
    depths: Callable[[], tuple[dict[str, int], float]]
    cases: CasePages
    record: AuditPages
    sites: SitePages
    dead: Callable[[], Sequence[DeadLetter]]


class Cursors:
    """Cursors of one list, signed: nothing but what was given out is ever looked for."""

    def __init__(self, keys: Sequence[bytes], name: str) -> None:
        self._signer = URLSafeSerializer(list(keys), salt=f"cursor of {name}")

    def given(self, after: str) -> str | None:
        """The cursor that leads on, if something does."""
        return str(self._signer.dumps(after)) if after else None

    def read(self, cursor: str | None) -> str:
        """Where it leads; raises QueryFault when it is none of this list."""
        try:
            return str(self._signer.loads(cursor)) if cursor else ""
        except BadData:
            raise QueryFault("cursor: expected `next` of a page of the same list") from None


@dataclass(frozen=True, slots=True)
class Question(Generic[Q]):
    """A query that has sense; `after` is where the page begins."""

    query: Q
    sources: Sources
    cursors: Cursors
    after: str = ""
    ticket: int = 0


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Q, S]):
    """One row of the table: what may be asked and what is answered; None is not found."""

    path: str
    name: str
    summary: str
    asked: type[Q]
    answer: type[S]
    make: Callable[[Question[Q]], S | None]


def sliced(rows: Sequence[tuple[str, T]], after: str, size: int) -> tuple[list[T], str]:
    """A page of rows that are all at hand, in the order of their keys."""
    rest = sorted((row for row in rows if row[0] > after), key=lambda row: row[0])
    return [row for _, row in rest[:size]], rest[size - 1][0] if len(rest) > size else ""
