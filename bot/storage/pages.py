"""What lists of cases and of the record show: found by indexes, a page at a time.

A page goes on behind the last row of the one before, so that the last page costs no more
than the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, or_, select

from bot import codec
from bot.case import At, Case
from bot.storage.audit import Entry, entry
from bot.storage.database import aware, reading
from bot.storage.schema import AUDIT, CASES

T = TypeVar("T")
SIZE: Final = 50
OPEN: Final = tuple(at for at in At if at not in (At.DONE, At.STOPPED))
_SHOWN: Final = (CASES.c.data, CASES.c.at_since, CASES.c.expires_at, CASES.c.opened_at)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows; `after` leads to those behind them, and is empty where there are none."""

    rows: tuple[T, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list; `since` is when it came to its stage."""

    case: Case
    since: datetime
    opened: datetime
    expires: datetime | None


class Order(StrEnum):
    """What cases are listed by."""

    NEWEST = "newest"
    SINCE = "since"  # what has stood longest at its stage comes first
    EXPIRES = "expires"


class CasePages:
    """Lists of cases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(
        self,
        stages: Sequence[At] = (),
        sought: str = "",
        order: Order = Order.NEWEST,
        after: str = "",
        size: int = SIZE,
    ) -> Page[Listed]:
        """Cases of these stages, all when there are none named; `sought` is part of the host,
        an issue, or the ticket.  Raises ValueError for an `after` that is none of ours.
        """
        where: list[ColumnElement[bool]] = []
        if stages:
            where.append(CASES.c.at.in_([at.value for at in stages]))
        if sought:
            where.append(_sought(sought))
        wanted = _ordered(select(CASES.c.ticket, *_SHOWN).where(*where), order, after)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.limit(size + 1)).all()
        cases = tuple(_listed(row) for row in rows[:size])
        return Page(cases, _cursor(rows[size - 1], order) if len(rows) > size else "")

    def late(self, now: datetime, within: timedelta, most: int) -> tuple[Listed, ...]:
        """Open cases whose site's certificate ends soon or has ended, the worst first."""
        open_ones = CASES.c.at.in_([at.value for at in OPEN])
        ends = open_ones & (CASES.c.expires_at < now + within)
        wanted: Select[Any] = select(CASES.c.ticket, *_SHOWN).where(ends)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(CASES.c.expires_at).limit(most)).all()
        return tuple(map(_listed, rows))


@dataclass(frozen=True, slots=True)
class Sought:
    """What entries of the record have to be; empty is anything.  Times are inclusive, exclusive."""

    ticket: int | None = None
    actor: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditPages:
    """Search in the record of all tickets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def found(self, sought: Sought, after: str = "", size: int = SIZE) -> Page[Entry]:
        """The entries, newest first.  Raises ValueError for an `after` that is none of ours."""
        keys = (AUDIT.c.made_at, AUDIT.c.ticket, AUDIT.c.number)
        wanted = select(AUDIT).where(*_entries(sought))
        if after:
            made, ticket, number = after.split("~")
            wanted = wanted.where(_behind(keys, (made, int(ticket), int(number)), newest=True))
        wanted = wanted.order_by(*(key.desc() for key in keys)).limit(size + 1)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        last = rows[size - 1] if len(rows) > size else None
        cursor = f"{last.made_at}~{last.ticket}~{last.number}" if last else ""
        return Page(tuple(map(entry, rows[:size])), cursor)


def _entries(sought: Sought) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if sought.ticket is not None:
        where.append(AUDIT.c.ticket == sought.ticket)
    if sought.actor:
        where.append(AUDIT.c.actor == sought.actor)
    if sought.what:
        where.append(AUDIT.c.what == sought.what)
    if sought.since:
        where.append(AUDIT.c.made_at >= _text(sought.since))
    if sought.until:
        where.append(AUDIT.c.made_at < _text(sought.until))
    return where


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _sought(words: str) -> ColumnElement[bool]:
    """By the number alone when it is one; hosts are found through their index alone."""
    plain = words.removeprefix("#")
    if plain.isascii() and plain.isdecimal() and len(plain) < 19:
        return CASES.c.ticket == int(plain)
    issue = words.upper()
    hosts = select(CASES.c.ticket).where(CASES.c.host.contains(words.lower(), autoescape=True))
    return or_(CASES.c.ticket.in_(hosts), CASES.c.csr_issue == issue, CASES.c.change_issue == issue)


def _ordered(wanted: Select[Any], order: Order, after: str) -> Select[Any]:
    if order is Order.NEWEST:
        wanted = wanted.order_by(CASES.c.ticket.desc())
        return wanted.where(CASES.c.ticket < int(after)) if after else wanted
    column = CASES.c.at_since if order is Order.SINCE else CASES.c.expires_at
    wanted = wanted.where(column.is_not(None)).order_by(column, CASES.c.ticket)
    if not after:
        return wanted
    at, ticket = after.split("~")
    values = (datetime.fromisoformat(at), int(ticket))
    return wanted.where(_behind((column, CASES.c.ticket), values))


def _behind(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, newest: bool = False
) -> ColumnElement[bool]:
    """Rows behind these values in this order; the first condition is for the index."""
    first = columns[0] <= values[0] if newest else columns[0] >= values[0]
    cases = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        same = [c == v for c, v in zip(columns[:place], values[:place], strict=True)]
        cases.append(and_(*same, column < value if newest else column > value))
    return and_(first, or_(*cases))


def _cursor(row: Row[Any], order: Order) -> str:
    if order is Order.NEWEST:
        return str(row.ticket)
    at = row.at_since if order is Order.SINCE else row.expires_at
    return f"{aware(at).isoformat()}~{row.ticket}"


def _listed(row: Row[Any]) -> Listed:
    expires = aware(row.expires_at) if row.expires_at else None
    return Listed(codec.loads(row.data), aware(row.at_since), aware(row.opened_at), expires)
