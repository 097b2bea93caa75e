"""The cases, saved with a version so that nobody overwrites what another has done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy import case as when
from sqlalchemy.exc import IntegrityError

from bot import codec
from bot.case import At, Case
from bot.errors import Conflict
from bot.ports import Note, Renewal
from bot.storage.audit import TRIES, add
from bot.storage.database import aware, reading, writing
from bot.storage.schema import CASES

T = TypeVar("T")
_WAITING: Final = (
    At.NEW,
    At.DETAILS_WANTED,
    At.CERTIFICATE_WANTED,
    At.CHANGE_OPEN,
    At.DONE,
    At.WITH_AGENT,
    At.STOPPED,
)
_MOST_DONE: Final = 200
"""How many renewals of a brand are read to find its sites."""
_MOST_SITES: Final = 50
_MOVING: Final = tuple(at.value for at in At if at not in _WAITING)


class CaseStore:
    """`bot.ports.Cases` on a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, ticket: int) -> Case | None:
        """The case of the ticket."""
        return self._first(CASES.c.ticket == ticket)

    def by_issue(self, key: str) -> Case | None:
        """The case that raised the issue; the newest when it went on with another ticket."""
        if not key:
            return None  # it would stand for every case that has raised none yet
        return self._first(or_(CASES.c.csr_issue == key, CASES.c.change_issue == key))

    def renewals(
        self, ticket: int, requester: int, organization: int | None
    ) -> tuple[Renewal, ...]:
        """What the ticket's brand has had renewed before, newest first, one for each site."""
        same = CASES.c.requester == requester
        if organization is not None:
            same = CASES.c.organization == organization
        done = same & (CASES.c.at == At.DONE.value) & (CASES.c.ticket != ticket)
        newest = select(CASES.c.data).where(done).order_by(CASES.c.ticket.desc()).limit(_MOST_DONE)
        with reading(self._engine) as connection:
            cases: list[Case] = [codec.loads(data) for data in connection.scalars(newest)]
        found: dict[tuple[str, str], Renewal] = {}
        for one in cases:
            if one.details is not None:
                renewal = Renewal(one.host, one.environment, one.details)
                found.setdefault((one.host, one.environment), renewal)
        return tuple(found.values())[:_MOST_SITES]

    def all(self) -> tuple[Case, ...]:
        """Every case, by ticket."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(CASES.c.data).order_by(CASES.c.ticket)).all()
        return tuple(codec.loads(row.data) for row in rows)

    def known(self, tickets: Iterable[int]) -> frozenset[int]:
        """Those of the tickets that have a case."""
        with reading(self._engine) as connection:
            return frozenset(
                number
                for some in batched(tickets)
                for number in connection.scalars(
                    select(CASES.c.ticket).where(CASES.c.ticket.in_(some))
                )
            )

    def with_change(self, keys: Iterable[str]) -> dict[str, int]:
        """The tickets whose open change is one of these issues, by issue."""
        waiting = select(CASES.c.change_issue, CASES.c.ticket).where(
            CASES.c.at == At.CHANGE_OPEN.value
        )
        with reading(self._engine) as connection:
            return {
                row.change_issue: row.ticket
                for some in batched(key for key in keys if key)
                for row in connection.execute(waiting.where(CASES.c.change_issue.in_(some)))
            }

    def moving(self, due: datetime) -> tuple[tuple[Case, datetime], ...]:
        """Cases that wait for no person or are due by then, and when each was saved."""
        moves = or_(CASES.c.at.in_(_MOVING), CASES.c.due_at <= due)
        with reading(self._engine) as connection:
            rows = connection.execute(select(CASES.c.data, CASES.c.updated_at).where(moves)).all()
        return tuple((codec.loads(row.data), aware(row.updated_at)) for row in rows)

    def save(self, case: Case, note: Note | None = None) -> Case:
        """The case as saved, its version one higher, and with it the note for the audit.

        Raises `Conflict` on an outdated one.
        """
        saved = replace(case, version=case.version + 1)
        for _ in range(TRIES):
            try:
                if self._saved(saved, note):
                    return saved
                break
            except IntegrityError:
                # There is such a case already, or somebody else took the number in the audit.
                if self._version(case.ticket) != case.version:
                    break
        if self.find(case.ticket) == saved:
            # The same save, repeated after its answer was lost.
            return saved
        raise Conflict(f"the case of ticket {case.ticket} was changed meanwhile")

    def _saved(self, case: Case, note: Note | None) -> bool:
        """Whether the case was there in the version before."""
        row = _row(case)
        with writing(self._engine) as connection:
            if case.version == 1:
                now = row["updated_at"]
                connection.execute(insert(CASES).values(**row, opened_at=now, at_since=now))
            else:
                before = (CASES.c.ticket == case.ticket) & (CASES.c.version == case.version - 1)
                since = when((CASES.c.at == row["at"], CASES.c.at_since), else_=row["updated_at"])
                changed = update(CASES).where(before).values(**row, at_since=since)
                if connection.execute(changed).rowcount != 1:
                    return False
            if note is not None:
                add(connection, case.ticket, note.actor, note.what, **dict(note.details))
        return True

    def _version(self, ticket: int) -> int:
        with reading(self._engine) as connection:
            versions = select(CASES.c.version).where(CASES.c.ticket == ticket)
            return connection.scalar(versions) or 0

    def _first(self, where: Any) -> Case | None:
        with reading(self._engine) as connection:
            newest = select(CASES.c.data).where(where).order_by(CASES.c.ticket.desc())
            row = connection.execute(newest.limit(1)).first()
        if row is None:
            return None
        case: Case = codec.loads(row.data)
        return case


def batched(items: Iterable[T], most: int = 500) -> Iterator[tuple[T, ...]]:
    """In portions that fit into one statement."""
    rest = iter(items)
    while some := tuple(islice(rest, most)):
        yield some


def _row(case: Case) -> dict[str, Any]:
    return {
        "ticket": case.ticket,
        "at": case.at.value,
        "version": case.version,
        "host": case.host,
        "csr_issue": case.csr_issue,
        "change_issue": case.change_issue,
        "organization": case.organization,
        "requester": case.requester,
        "due_at": case.due,
        "expires_at": case.held.expires if case.at is At.DONE and case.held else case.served_until,
        "data": codec.dumps(case),
        "updated_at": datetime.now(UTC),
    }
