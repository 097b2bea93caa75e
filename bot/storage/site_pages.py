"""Lists of sites: filtered, sorted, and all of them for a table or a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Row, func, or_, select

from bot.site import Site
from bot.storage.database import aware, reading
from bot.storage.schema import SITES

SIZE: Final = 50
SORTS: Final = {
    "host": SITES.c.host,
    "environment": SITES.c.environment,
    "brand": SITES.c.brand,
    "issuer": SITES.c.issuer,
    "expires": SITES.c.expires_at,
    "key": SITES.c.key_since,
    "probed": SITES.c.probed_at,
}
SOON: Final = timedelta(days=30)
_COLUMNS: Final = tuple(SITES.c[field.name] for field in fields(Site))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sites, and by what they are sorted; `state` is one of STATES or empty.

    `sort` is a word of SORTS, with a minus in front for the other direction.
    """

    sought: str = ""
    environment: str = ""
    state: str = ""
    sort: str = "expires"


STATES: Final = {
    "soon": "ends within 30 days",
    "ended": "has ended",
    "fault": "has a fault",
    "unseen": "never seen",
}


class SitePages:
    """The sites, to be looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, host: str, environment: str) -> Site | None:
        """The site of this name."""
        this = (SITES.c.host == host) & (SITES.c.environment == environment)
        with reading(self._engine) as connection:
            row = connection.execute(select(*_COLUMNS).where(this)).first()
        return _site(row) if row else None

    def listed(
        self, wanted: Filter, now: datetime, skip: int = 0, size: int = SIZE
    ) -> tuple[tuple[Site, ...], int]:
        """Some of the sites, and how many there are in all.  Raises ValueError for odd words."""
        where, order = _where(wanted, now), _order(wanted.sort)
        page = select(*_COLUMNS).where(*where).order_by(*order).limit(size).offset(skip)
        with reading(self._engine) as connection:
            count = connection.scalar(select(func.count()).select_from(SITES).where(*where)) or 0
            return tuple(map(_site, connection.execute(page).all())), count

    def all(self, wanted: Filter, now: datetime) -> Iterator[Site]:
        """Every one of the sites; raises ValueError for odd words."""
        rows = select(*_COLUMNS).where(*_where(wanted, now)).order_by(*_order(wanted.sort))
        with reading(self._engine) as connection:
            yield from map(_site, connection.execute(rows))


def _where(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.sought:
        words = wanted.sought
        brand = SITES.c.brand.icontains(words, autoescape=True)
        found.append(or_(SITES.c.host.contains(words.lower(), autoescape=True), brand))
    if wanted.environment:
        found.append(SITES.c.environment == wanted.environment)
    match wanted.state:
        case "":
            pass
        case "soon":
            found.append(SITES.c.expires_at.between(now, now + SOON))
        case "ended":
            found.append(SITES.c.expires_at < now)
        case "fault":
            found.append(SITES.c.fault != "")
        case "unseen":
            found.append(SITES.c.expires_at.is_(None))
        case _:
            raise ValueError(wanted.state)
    return found


def _order(sort: str) -> tuple[Any, ...]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise ValueError(sort)
    # What is not known comes last, whichever way.
    way = column.desc() if sort.startswith("-") else column.asc()
    return (way.nulls_last(), SITES.c.host, SITES.c.environment)


def _site(row: Row[Any]) -> Site:
    return Site(*map(aware, row))
