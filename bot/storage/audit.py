"""What was decided and written, by whom: rows are only ever added, and each seals the one before.

A ticket's rows form a chain of SHA-256 hashes, so a row that was changed, dropped from the
middle or put in later shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from bot.storage.database import reading, writing
from bot.storage.schema import AUDIT

TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: who (`actor`: a person, or the part of the bot) did what, with which details."""

    ticket: int
    number: int
    made: datetime
    actor: str
    what: str
    details: dict[str, str]
    hash: str


class AuditTrail:
    """The trail of every ticket, on a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, ticket: int, actor: str, what: str, **details: str) -> None:
        """Add an entry in a transaction of its own."""
        self._note(ticket, "", actor, what, details)

    def note_once(self, ticket: int, mark: str, actor: str, what: str, **details: str) -> None:
        """Add an entry unless the ticket has one with this mark.

        Two that add the same at once want the same number: the later one finds the mark.
        """
        self._note(ticket, mark, actor, what, {**details, "mark": mark})

    def _note(self, ticket: int, mark: str, actor: str, what: str, details: dict[str, str]) -> None:
        for _ in range(TRIES):
            try:
                with writing(self._engine) as connection:
                    add(connection, ticket, actor, what, mark, **details)
            except IntegrityError:
                continue  # somebody else took the number: go behind it
            return
        raise RuntimeError("the audit is written to by too many at once")

    def of(self, ticket: int) -> tuple[Entry, ...]:
        """The ticket's entries, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(AUDIT).where(AUDIT.c.ticket == ticket).order_by(AUDIT.c.number)
            ).all()
        return tuple(entry(row) for row in rows)

    def faults(self, heads: Mapping[int, tuple[int, str]] | None = None) -> Iterator[str]:
        """Where the trail was tampered with; nothing when it is whole.

        What is missing at the end of a ticket's entries leaves no gap: `heads`, as they were
        noted elsewhere earlier, must still be there.
        """
        noted = dict(heads or {})
        with self._engine.connect() as connection:
            rows = connection.execute(select(AUDIT).order_by(AUDIT.c.ticket, AUDIT.c.number))
            before: Entry | None = None
            for row in rows:
                found = entry(row)
                if before is not None and before.ticket != found.ticket:
                    before = None
                yield from _broken(found, before)
                if noted.get(found.ticket) == (found.number, found.hash):
                    del noted[found.ticket]
                before = found
        for ticket, (number, _) in sorted(noted.items()):
            yield f"ticket {ticket}: entry {number} is not the one that was noted, or is gone"

    def heads(self) -> dict[int, tuple[int, str]]:
        """The last entry of each ticket, number and hash: to be noted where nobody can reach it."""
        last = select(AUDIT.c.ticket, func.max(AUDIT.c.number).label("number"))
        newest = last.group_by(AUDIT.c.ticket).subquery()
        same = (AUDIT.c.ticket == newest.c.ticket) & (AUDIT.c.number == newest.c.number)
        rows = select(AUDIT.c.ticket, AUDIT.c.number, AUDIT.c.hash).join(newest, same)
        with self._engine.connect() as connection:
            return {row.ticket: (row.number, row.hash) for row in connection.execute(rows)}


def add(
    connection: Connection, ticket: int, actor: str, what: str, mark: str = "", /, **details: str
) -> None:
    """Add an entry within the caller's transaction, unless there is one with this mark.

    Raises IntegrityError when outrun.
    """
    mine = AUDIT.c.ticket == ticket
    if mark and connection.scalar(select(AUDIT.c.number).where(mine & (AUDIT.c.mark == mark))):
        return
    newest = select(AUDIT.c.number, AUDIT.c.hash).where(mine).order_by(AUDIT.c.number.desc())
    last = connection.execute(newest.limit(1)).first()
    number, before = (last.number + 1, last.hash) if last else (1, "")
    made = stamp(datetime.now(UTC))
    text = json.dumps(details, sort_keys=True)
    row = {"ticket": ticket, "number": number, "made_at": made, "actor": actor, "what": what}
    sealed = {"details": text, "hash": _hash(before, row, text)}
    connection.execute(insert(AUDIT).values(**row, **sealed, mark=mark or None))


def stamp(at: datetime) -> str:
    """The time as it is hashed, and sorted by."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _broken(entry: Entry, before: Entry | None) -> Iterator[str]:
    expected = before.number + 1 if before else 1
    if entry.number != expected:
        yield f"ticket {entry.ticket}: entry {expected} is missing"
        return
    row = {
        "ticket": entry.ticket,
        "number": entry.number,
        "made_at": stamp(entry.made),
        "actor": entry.actor,
        "what": entry.what,
    }
    text = json.dumps(entry.details, sort_keys=True)
    if entry.hash != _hash(before.hash if before else "", row, text):
        yield f"ticket {entry.ticket}: entry {entry.number} was changed"


def _hash(before: str, row: dict[str, Any], details: str) -> str:
    content = json.dumps([before, *row.values(), details])
    return hashlib.sha256(content.encode()).hexdigest()


def entry(row: Any) -> Entry:
    """The entry of a row."""
    return Entry(
        ticket=row.ticket,
        number=row.number,
        made=datetime.fromisoformat(row.made_at),
        actor=row.actor,
        what=row.what,
        details=json.loads(row.details),
        hash=row.hash,
    )
