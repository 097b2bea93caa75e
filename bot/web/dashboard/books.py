"""What the pages read, and where they put what a person wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, Self

from sqlalchemy import Engine

from bot.case import Case
from bot.engine.dead_letters import DeadLetter
from bot.storage.audit import AuditTrail, Entry
from bot.storage.cases import CaseStore
from bot.storage.figures import Figures, FiguresReader
from bot.storage.pages import AuditPages, CasePages
from bot.storage.site_pages import Filter, SitePages
from bot.watching import Terms
from bot.web import year
from bot.web.inbox import Inbox
from bot.web.recent import kept
from bot.web.year import Year

RECENT: Final = 5.0
"""Seconds that counts over all cases are good for."""

FORECAST: Final = 300.0
"""The same for a forecast, which goes through every site."""


def _now() -> datetime:
    return datetime.now(UTC)


class Events(Inbox, Protocol):
    """The engine's inbox, with what failed for good."""

    def dead(self, most: int | None = None, skip: int = 0) -> Sequence[DeadLetter]:
        """The events that failed for good, oldest first."""
        ...

    def dead_of(self, ticket: int, most: int) -> Sequence[str]:
        """The ids of the ticket's events that failed for good, newest first."""
        ...

    def replay(self, id: str) -> str:  # noqa: A002 - the word of the engine
        """Run a dead letter again; the place that it is about.  Raises Gone when there is none."""
        ...

    def depths(self) -> tuple[dict[str, int], float]:
        """Counts by status, and the age of the oldest that waits."""
        ...


@dataclass(frozen=True, slots=True)
class Books:
    """The stores behind the pages."""

    find: Callable[[int], Case | None]
    cases: CasePages
    sites: SitePages
    trail: AuditTrail
    record: AuditPages
    figures: Callable[[], Figures]
    events: Events
    year: Callable[[], Year]

    @classmethod
    def of(
        cls,
        engine: Engine,
        events: Events,
        terms: Terms = Terms(),  # noqa: B008 - frozen
        now: Callable[[], datetime] = _now,
    ) -> Self:
        """The stores of one database; `terms` are those of the expiry watch."""
        sites = SitePages(engine)
        return cls(
            CaseStore(engine).find,
            CasePages(engine),
            sites,
            AuditTrail(engine),
            AuditPages(engine),
            kept(FiguresReader(engine).read, RECENT),
            events,
            kept(lambda: year.of(sites.all(Filter(), now()), terms, now()), FORECAST),
        )

    def history(self, ticket: int) -> tuple[Entry, ...]:
        """What is on record of one ticket."""
        return self.trail.of(ticket)
