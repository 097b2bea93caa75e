"""What lists of cases and of the record show: found by indexes, a page at a time.

A page goes on behind the last row of the one before, so that the last page costs no more
than the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Engine, Row, select

from bot import codec
from bot.case import At, Case
from bot.storage import listing
from bot.storage.audit import Entry, entry, stamp
from bot.storage.database import aware, reading
from bot.storage.listing import Order, behind
from bot.storage.schema import AUDIT

T = TypeVar("T")
SIZE: Final = 50


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
        values = _place(order, after)
        named, onward = tuple(stages), bool(after)
        if sought:
            wanted = listing.searched(sought, named, order, size + 1, onward=onward)
        else:
            wanted = listing.page(named, order, size + 1, onward=onward)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted, values).all()
        cases = tuple(map(_listed, rows[:size]))
        return Page(cases, _cursor(rows[size - 1], order) if len(rows) > size else "")

    def late(self, now: datetime, within: timedelta, most: int) -> tuple[Listed, ...]:
        """Open cases whose site's certificate ends soon or has ended, the worst first."""
        with reading(self._engine) as connection:
            rows = connection.execute(listing.late(most), {"ends": now + within}).all()
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
            wanted = wanted.where(behind(keys, (made, int(ticket), int(number)), newest=True))
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
        where.append(AUDIT.c.made_at >= stamp(sought.since))
    if sought.until:
        where.append(AUDIT.c.made_at < stamp(sought.until))
    return where


def _place(order: Order, after: str) -> dict[str, object]:
    """What a page goes on behind, as its cursor says."""
    if not after:
        return {}
    if order is Order.NEWEST:
        return {"ticket": int(after)}
    at, ticket = after.split("~")
    return {"at": datetime.fromisoformat(at), "ticket": int(ticket)}


def _cursor(row: Row[Any], order: Order) -> str:
    if order is Order.NEWEST:
        return str(row.ticket)
    at = row.at_since if order is Order.SINCE else row.expires_at
    return f"{aware(at).isoformat()}~{row.ticket}"


def _listed(row: Row[Any]) -> Listed:
    expires = aware(row.expires_at) if row.expires_at else None
    return Listed(codec.loads(row.data), aware(row.at_since), aware(row.opened_at), expires)
