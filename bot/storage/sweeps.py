"""How far the sweeps have come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import aware, reading, writing
from bot.storage.schema import SWEEPS


class Sweeps:
    """One time for each part: when the last sweep that came to its end had begun."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def swept_to(self, part: str) -> datetime | None:
        """None before the first sweep."""
        with reading(self._engine) as connection:
            found = select(SWEEPS.c.swept_to).where(SWEEPS.c.part == part)
            at: datetime | None = connection.scalar(found)
        # SQLite gives times without their zone.
        return aware(at)

    def turn_back(self, part: str, to: datetime) -> None:
        """Not swept any further than to that time."""
        later = update(SWEEPS).where(SWEEPS.c.part == part, SWEEPS.c.swept_to > to)
        with writing(self._engine) as connection:
            connection.execute(later.values(swept_to=to))

    def save(self, part: str, to: datetime) -> None:
        """Swept to that time; an earlier one than is known changes nothing."""
        mine = SWEEPS.c.part == part
        try:
            with writing(self._engine) as connection:
                forward = update(SWEEPS).where(mine, SWEEPS.c.swept_to < to)
                connection.execute(forward.values(swept_to=to))
                if connection.execute(select(SWEEPS.c.part).where(mine)).first() is None:
                    connection.execute(insert(SWEEPS).values(part=part, swept_to=to))
        except IntegrityError:
            self.save(part, to)
