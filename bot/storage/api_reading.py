"""The sites as the API lists them: by name, a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, or_, select

from bot.site import Site
from bot.storage.database import reading
from bot.storage.pages import Page
from bot.storage.schema import SITES


class SitePages:
    """Every site that is watched."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self, after: str, size: int) -> Page[Site]:
        """By host and environment.  Raises ValueError for an `after` that is none of ours."""
        host, environment = SITES.c.host, SITES.c.environment
        wanted = select(SITES).order_by(host, environment).limit(size + 1)
        if after:
            last, its = after.split(" ")
            behind = or_(host > last, and_(host == last, environment > its))
            wanted = wanted.where(and_(host >= last, behind))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        onward = f"{rows[size - 1].host} {rows[size - 1].environment}" if len(rows) > size else ""
        return Page(tuple(map(_site, rows[:size])), onward)


def _site(row: Row[Any]) -> Site:
    return Site(**{name: _aware(value) for name, value in row._mapping.items()})


def _aware(value: Any) -> Any:
    """SQLite gives times without their zone."""
    naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if naive else value
