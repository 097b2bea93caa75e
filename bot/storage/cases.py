"""The cases, saved with a version so that nobody overwrites what another has done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot import codec
from bot.case import Case
from bot.errors import Conflict
from bot.storage.database import reading, writing
from bot.storage.schema import CASES


class CaseStore:
    """`bot.ports.Cases` on a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, ticket: int) -> Case | None:
        """The case of the ticket."""
        return self._first(CASES.c.ticket == ticket)

    def by_issue(self, key: str) -> Case | None:
        """The case that raised the issue."""
        if not key:
            return None  # it would stand for every case that has raised none yet
        return self._first(or_(CASES.c.csr_issue == key, CASES.c.change_issue == key))

    def all(self) -> tuple[Case, ...]:
        """Every case, by ticket."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(CASES.c.data).order_by(CASES.c.ticket)).all()
        return tuple(codec.loads(row.data) for row in rows)

    def save(self, case: Case) -> Case:
        """The case as saved, its version one higher; raises `Conflict` on an outdated one."""
        saved = replace(case, version=case.version + 1)
        try:
            with writing(self._engine) as connection:
                row = _row(saved)
                if case.version == 0:
                    connection.execute(insert(CASES).values(**row, opened_at=row["updated_at"]))
                    return saved
                current = (CASES.c.ticket == case.ticket) & (CASES.c.version == case.version)
                if connection.execute(update(CASES).where(current).values(**row)).rowcount == 1:
                    return saved
        except IntegrityError:
            pass
        if self.find(case.ticket) == saved:
            # The same save, repeated after its answer was lost.
            return saved
        raise Conflict(f"the case of ticket {case.ticket} was changed meanwhile")

    def _first(self, where: Any) -> Case | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(CASES.c.data).where(where)).first()
        if row is None:
            return None
        case: Case = codec.loads(row.data)
        return case


def _row(case: Case) -> dict[str, Any]:
    return {
        "ticket": case.ticket,
        "at": case.at.value,
        "version": case.version,
        "host": case.host,
        "csr_issue": case.csr_issue,
        "change_issue": case.change_issue,
        "data": codec.dumps(case),
        "updated_at": datetime.now(UTC),
    }
