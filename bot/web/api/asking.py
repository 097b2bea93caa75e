"""One question to the API: what is asked, where it is looked up, and how a list goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from itsdangerous import BadData, URLSafeSerializer

from bot.web.api.queries import Q, QueryFault
from bot.web.dashboard.books import Books

S = TypeVar("S")


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
    books: Books
    cursors: Cursors
    after: str = ""
    ticket: int = 0

    @property
    def skip(self) -> int:
        """The same for a list that goes by numbers."""
        return int(self.after or "0")


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Q, S]):
    """One row of the table: what may be asked and what is answered; None is not found."""

    path: str
    name: str
    summary: str
    asked: type[Q]
    answer: type[S]
    make: Callable[[Question[Q]], S | None]
