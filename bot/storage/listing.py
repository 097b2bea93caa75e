"""The statements of lists of cases: a page of each order, narrowed down by stages and words.

Each stage has an index for each order.  A database that is asked for several stages at once
would read and sort all their cases: so the first of each stage are taken, and of those the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, or_, select, union_all

from bot.case import At
from bot.storage.schema import CASES

Conditions = Sequence[ColumnElement[bool]]
OPEN: Final = tuple(at for at in At if at not in (At.DONE, At.STOPPED))
_SHOWN: Final = (CASES.c.data, CASES.c.at_since, CASES.c.expires_at, CASES.c.opened_at)


class Order(StrEnum):
    """What cases are listed by."""

    NEWEST = "newest"
    SINCE = "since"  # what has stood longest at its stage comes first
    EXPIRES = "expires"


_BY: Final[dict[Order, tuple[Column[Any], ...]]] = {
    Order.NEWEST: (CASES.c.ticket,),
    Order.SINCE: (CASES.c.at_since, CASES.c.ticket),
    Order.EXPIRES: (CASES.c.expires_at, CASES.c.ticket),
}


@lru_cache(maxsize=256)
def page(stages: tuple[At, ...], order: Order, most: int, *, onward: bool = False) -> Select[Any]:
    """Cases of these stages, all when there are none named.

    `onward`: those behind `ticket` and, in any order but the newest first, `at`.
    """
    # To build such a statement takes longer than to run it, so each is built once.
    where = _behind_last(order, onward=onward)
    if stages or order is not Order.NEWEST:
        where = [_first(stages or At, where, order, most)]
    return _listed(where, order, most)


@lru_cache(maxsize=8)
def late(most: int) -> Select[Any]:
    """Open cases whose certificate ends before `ends`, the worst first."""
    where = [CASES.c.expires_at < bindparam("ends")]
    return _listed([_first(OPEN, where, Order.EXPIRES, most)], Order.EXPIRES, most)


def searched(
    words: str, stages: Sequence[At], order: Order, most: int, *, onward: bool = False
) -> Select[Any]:
    """As `page`; the words are part of the host, an issue, or the ticket."""
    where = [_sought(words), *_behind_last(order, onward=onward)]
    if stages:
        where.append(CASES.c.at.in_([at.value for at in stages]))
    return _listed(where, order, most)


def behind(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, newest: bool = False
) -> ColumnElement[bool]:
    """Rows behind these values in this order; the first condition is for the index."""
    first = columns[0] <= values[0] if newest else columns[0] >= values[0]
    cases = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        same = [c == v for c, v in zip(columns[:place], values[:place], strict=True)]
        cases.append(and_(*same, column < value if newest else column > value))
    return and_(first, or_(*cases))


def _listed(where: Conditions, order: Order, most: int) -> Select[Any]:
    wanted: Select[Any] = select(CASES.c.ticket, *_SHOWN).where(*where)
    return wanted.order_by(*_directed(_BY[order], order)).limit(most)


def _first(stages: Iterable[At], where: Conditions, order: Order, most: int) -> ColumnElement[bool]:
    by = _BY[order]
    each = [
        select(*by)
        .where(CASES.c.at == at.value, *where)
        .order_by(*_directed(by, order))
        .limit(most)
        for at in stages
    ]
    found = union_all(*(select(one.subquery()) for one in each)).subquery()
    together = [found.c[column.name] for column in by]
    tickets = select(found.c.ticket).order_by(*_directed(together, order)).limit(most)
    return CASES.c.ticket.in_(tickets)


def _directed(columns: Sequence[ColumnElement[Any]], order: Order) -> Sequence[ColumnElement[Any]]:
    return [column.desc() for column in columns] if order is Order.NEWEST else columns


def _behind_last(order: Order, *, onward: bool) -> list[ColumnElement[bool]]:
    if order is Order.NEWEST:
        return [CASES.c.ticket < bindparam("ticket")] if onward else []
    known = _BY[order][0].is_not(None)
    if not onward:
        return [known]
    return [known, behind(_BY[order], (bindparam("at"), bindparam("ticket")))]


def _sought(words: str) -> ColumnElement[bool]:
    """By the number alone when it is one; hosts are found through their index alone."""
    plain = words.removeprefix("#")
    if plain.isascii() and plain.isdecimal() and len(plain) < 19:
        return CASES.c.ticket == int(plain)
    issue = words.upper()
    hosts = select(CASES.c.ticket).where(CASES.c.host.contains(words.lower(), autoescape=True))
    return or_(CASES.c.ticket.in_(hosts), CASES.c.csr_issue == issue, CASES.c.change_issue == issue)
