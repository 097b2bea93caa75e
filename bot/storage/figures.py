"""How everything stands, in numbers: few queries on indexed columns, whatever there is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, func, select

from bot.case import At
from bot.storage.audit import stamp
from bot.storage.database import aware, reading
from bot.storage.growing import Growing
from bot.storage.listing import OPEN
from bot.storage.schema import AUDIT, BUDGETS, CASES, SITES, SWEEPS, WORKERS
from bot.storage.tallies import Tallies

SOON: Final = (2, 7, 14, 30)
"""Days before an expiry that open cases are counted for."""
_OPENINGS: Final = ("key opened", "key collected", "key offered", "key destroyed")
_OPEN: Final = CASES.c.at.in_([at.value for at in OPEN])
_OVER: Final = (At.DONE.value, At.STOPPED.value)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by name; ages in seconds.  `expiring` is by days: open cases that end within them.

    Of cases that are over, one that was taken up again may be told for some minutes yet.
    """

    cases: dict[str, int]
    oldest: dict[str, float]
    expiring: dict[int, int]
    keys: dict[str, int]
    budgets: dict[str, tuple[int, int]]
    sweeps: dict[str, float]
    workers: int
    tallies: dict[str, int]
    sites: dict[str, int] = field(default_factory=dict)


class FiguresReader:
    """Reads the figures of our own tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._tallies = engine, Tallies(engine)
        self._over = Growing(CASES.c.at, CASES.c.at_since, _OVER)
        self._openings = Growing(AUDIT.c.what, AUDIT.c.made_at, _OPENINGS, stamp)

    def read(self) -> Figures:
        """As they are now; raises TryLater when the database does not answer."""
        now = datetime.now(UTC)
        seen = select(func.count()).where(WORKERS.c.seen_at > now - timedelta(minutes=1))
        with reading(self._engine) as connection:
            found = tuple(self._stages(connection, now))
            keys = self._openings.counted(connection, now)
            budgets = connection.execute(
                select(BUDGETS.c.name, BUDGETS.c.left, BUDGETS.c.total).where(
                    BUDGETS.c.name.not_like("%of ticket%")
                )
            ).all()
            sweeps = connection.execute(select(SWEEPS.c.part, SWEEPS.c.swept_to)).all()
            expiring = {days: connection.scalar(_within(now, days)) or 0 for days in SOON}
            workers = connection.scalar(seen) or 0
            sites = {what: connection.scalar(query) or 0 for what, query in _of_sites(now)}
        return Figures(
            cases={at: count for at, count, _ in found},
            oldest={at: _age(now, since) for at, _, since in found},
            expiring=expiring,
            keys=dict(keys),
            budgets={name: (left, total) for name, left, total in budgets},
            sweeps={part: _age(now, at) for part, at in sweeps},
            workers=workers,
            tallies=self._tallies.all(),
            sites=sites,
        )

    def _stages(self, connection: Connection, now: datetime) -> Iterator[tuple[str, int, datetime]]:
        """Stages with cases: how many, and since when the first of them is there."""
        first = func.min(CASES.c.at_since)
        open_ones = select(CASES.c.at, func.count(), first).where(_OPEN).group_by(CASES.c.at)
        yield from connection.execute(open_ones)
        for at, count in self._over.counted(connection, now).items():
            yield at, count, connection.scalar(select(first).where(CASES.c.at == at)) or now


def _within(now: datetime, days: int):  # type: ignore[no-untyped-def] # SQLAlchemy's own
    return select(func.count()).where(_OPEN & (CASES.c.expires_at < now + timedelta(days=days)))


def _of_sites(now: datetime):  # type: ignore[no-untyped-def] # SQLAlchemy's own
    """Sites that are watched, whose look is a day late, whose certificate has expired."""
    count = select(func.count()).select_from(SITES)
    yield "watched", count
    yield "overdue", count.where(SITES.c.next_at < now - timedelta(days=1))
    yield "expired", count.where(SITES.c.expires_at < now)


def _age(now: datetime, since: datetime) -> float:
    return max((now - aware(since)).total_seconds(), 0.0)
