"""What stands in the queue, asked of the engine's tables by its own indexes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import TableClause, column, exists, func, select, table, text

from bot.engine.client import QUEUE, Client
from bot.storage.database import is_sqlite

HINT: Final = "hint:{kind}:"
"""How the ids of hints begin."""

# Word for word what the engine's index is for: SQLite would not use it otherwise.
IN_FLIGHT: Final = text("status IN ('ENQUEUED', 'PENDING')")
FAILED: Final = text("status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')")
WAITING: Final = text(
    "status IN ('ENQUEUED', 'PENDING') AND queue_partition_key IS NOT NULL AND status = 'ENQUEUED'"
)


class Waiting:
    """The events of one database, most of all those that are not done."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.events, self._steps = _tables(client.url)

    def counted(self) -> tuple[dict[str, int], float | None]:
        """How many by status, and since when the oldest waits, in seconds since 1970."""
        events, found = self.events, dict[str, int]()
        waits = (events.c.status == "ENQUEUED") & (events.c.queue_name == QUEUE)
        counts = select(events.c.status, func.count()).group_by(events.c.status)
        with self._client.reading() as connection:
            # Word for word what the engine's indexes are for.
            for some in (IN_FLIGHT, text("status = 'DELAYED'"), FAILED):
                found |= {row.status: row[1] for row in connection.execute(counts.where(some))}
            queued = connection.scalar(
                select(func.min(events.c.created_at)).where(IN_FLIGHT, waits)
            )
        return found, queued / 1000 if queued else None

    def last(self, name: str) -> str | None:
        """The id `name-NUMBER…` with the highest number, as text; finished events count, too."""
        ids = self.events.c.workflow_uuid
        # Digits come before letters in every collation, and all these numbers are of one length.
        mine = (ids > f"{name}-0") & (ids < f"{name}-a")
        with self._client.reading() as connection:
            found = connection.scalar(select(func.max(ids)).where(mine))
        return None if found is None else str(found)

    def failed(self, name: str, most: int | None, skip: int) -> tuple[str, ...]:
        """The ids of the events of this job that failed for good, oldest first."""
        events = self.events
        ours = (events.c.name == name) & (events.c.status != "CANCELLED")
        found = select(events.c.workflow_uuid).where(FAILED, ours)
        page = found.order_by(events.c.created_at, events.c.workflow_uuid)
        with self._client.reading() as connection:
            return tuple(connection.scalars(page.limit(most).offset(skip)))

    def dead(self, place: str, most: int) -> tuple[str, ...]:
        """The ids of the place's events that failed for good, newest first."""
        events = self.events
        mine = (events.c.queue_partition_key == place) & (events.c.status != "CANCELLED")
        found = select(events.c.workflow_uuid).where(FAILED, mine)
        with self._client.reading() as connection:
            return tuple(connection.scalars(found.order_by(events.c.created_at.desc()).limit(most)))

    def hint(self, place: str, kind: str) -> bool:
        """Whether a hint of the place and kind waits there that has not begun."""
        events, steps = self.events, self._steps
        mine = (events.c.queue_name == QUEUE) & (events.c.queue_partition_key == place)
        hints = mine & events.c.workflow_uuid.startswith(HINT.format(kind=kind))
        # One that was broken off waits, too, but goes on with what it has seen before.
        begun = exists().where(steps.c.workflow_uuid == events.c.workflow_uuid)
        waiting = select(events.c.workflow_uuid).where(WAITING, hints, ~begun).limit(1)
        with self._client.reading() as connection:
            found = connection.scalar(waiting)
        return found is not None


def _tables(url: str) -> tuple[TableClause, TableClause]:
    """The engine's own tables of events and their steps.

    Those that only count need not import the engine for them.
    """
    names = ("workflow_uuid", "status", "name", "queue_name", "queue_partition_key", "created_at")
    schema = None if is_sqlite(url) else "dbos"
    events = table("workflow_status", *map(column, names), schema=schema)
    return events, table("operation_outputs", column("workflow_uuid"), schema=schema)
