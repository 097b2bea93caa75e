"""What is forgotten: personal data of renewals that are long over, and the record of them.

A finished case keeps what the next renewal of the site needs: host, environment, names and
details of the certificate, and the numbers that Zendesk knows people by.  Names, letters' values
and CSRs go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, select, update

from bot import codec
from bot.case import At, Case
from bot.storage.database import reading, writing
from bot.storage.schema import AUDIT, CASES

AT_ONCE: Final = 500
"""How many cases are taken in one round: the next round goes on."""
_OVER: Final = (At.DONE.value, At.STOPPED.value)


class Retention:
    """Forgets in bounded rounds; any number of workers may do so at once."""

    def __init__(self, engine: Engine, cases: timedelta, audit: timedelta) -> None:
        self._engine, self._cases, self._audit = engine, cases, audit

    def forget(self, now: datetime | None = None) -> tuple[int, int]:
        """How many cases lost their personal data, and of how many the record went."""
        now = now or datetime.now(UTC)
        return self._reduce(now), self._drop_records(now)

    def _reduce(self, now: datetime) -> int:
        over = CASES.c.at.in_(_OVER) & CASES.c.due_at.is_(None) & CASES.c.forgotten_at.is_(None)
        old = select(CASES.c.data).where(over & (CASES.c.updated_at < now - self._cases))
        with reading(self._engine) as connection:
            rows = list(connection.scalars(old.order_by(CASES.c.updated_at).limit(AT_ONCE)))
        return sum(self._reduced(codec.loads(data), now) for data in rows)

    def _reduced(self, case: Case, now: datetime) -> bool:
        """Whether it was this round that did it; a case that has moved meanwhile is left alone."""
        less = without_people(case)
        values = {"data": codec.dumps(less), "version": less.version, "forgotten_at": now}
        this = (CASES.c.ticket == case.ticket) & (CASES.c.version == case.version)
        with writing(self._engine) as connection:
            return connection.execute(update(CASES).where(this).values(**values)).rowcount == 1

    def _drop_records(self, now: datetime) -> int:
        """The chain of a ticket goes as a whole, so that those that stay can be proved."""
        recorded = select(AUDIT.c.ticket).where(AUDIT.c.ticket == CASES.c.ticket).exists()
        old = (CASES.c.forgotten_at < now - self._audit + self._cases) & recorded
        with writing(self._engine) as connection:
            tickets = list(connection.scalars(select(CASES.c.ticket).where(old).limit(AT_ONCE)))
            if tickets:
                connection.execute(delete(AUDIT).where(AUDIT.c.ticket.in_(tickets)))
        return len(tickets)


def without_people(case: Case) -> Case:
    """The case without what tells anything of people."""
    return replace(
        case,
        version=case.version + 1,
        requester_name="",
        offered=(),
        answers=(),
        doubtful=(),
        requests=(),
        answered=(),
        offer=None,
        findings=(),
    )
