"""Takes events in: committed to the database before the caller goes on.

The library behind it is imported when it is first needed: web processes that only keep hints
start in half the time, in half the memory.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, TableClause, column, exists, func, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from bot import codec
from bot.engine.records import RECORD, Record
from bot.errors import Gone, TryLater
from bot.storage.database import connect, is_sqlite, private
from bot.storage.hints import Hint, Hints

APP: Final = "ssl-renewal-bot"
QUEUE: Final = "events"
JOB: Final = "job"
DEAD: Final = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
FINISHED: Final = ("SUCCESS", "CANCELLED")
AT_A_TIME: Final = 500
SEALED: Final = "sealed with a key that is not among KEY_STORE_KEYS"

HINT: Final = "hint:"
"""How the ids of hints begin."""

# Word for word what the engine's index is for: SQLite would not use it otherwise.
_IN_FLIGHT: Final = text("status IN ('ENQUEUED', 'PENDING')")
_FAILED: Final = text("status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')")
_WAITING: Final = text(
    "status IN ('ENQUEUED', 'PENDING') AND queue_partition_key IS NOT NULL AND status = 'ENQUEUED'"
)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that failed for good; `steps` are the calls that it had done."""

    id: str
    ticket: str
    kind: str
    why: str
    when: datetime
    steps: tuple[str, ...]


class Inbox:
    """Where events wait for a worker.  Safe to make before a fork: it connects at first use."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self._url, self._keys = url, keys
        self._hints = Hints(connect(url))
        self._events, self._steps = _tables(url)
        self._made: Any = None
        self._opened: Engine | None = None

    def put(
        self,
        id: str,  # noqa: A002 - the sender's word for it
        ticket: int | str,
        kind: str,
        payload: dict[str, object],
        delay: float = 0.0,
        instead_of: str = "",
    ) -> None:
        """Keep the event, once for each id, for `delay` seconds at least.

        `instead_of` is an event that could not be worked through to its end.
        Raises TryLater when the database does not answer.
        """
        options: dict[str, Any] = {
            "workflow_name": JOB,
            "queue_name": QUEUE,
            "workflow_id": id,
            "queue_partition_key": str(ticket),
        }
        if delay > 0:
            options["delay_seconds"] = delay
        with _answering():
            self._client.enqueue(options, kind, payload, instead_of)

    def put_hint(
        self,
        id: str,  # noqa: A002 - as in `put`
        place: int | str,
        kind: str,
        payload: dict[str, object],
    ) -> None:
        """Keep an event that says "look there", until a worker carries it to the queue.

        Raises TryLater when the database does not answer.
        """
        self._hints.put(Hint(id, str(place), kind, payload))

    def carry(self) -> int:
        """Put the hints that were kept into the queue, and count them.

        All hints of one place are alike, and one look sees all that was changed before it
        began: so none is put in while another one of its place waits there.
        """
        found = self._hints.waiting()
        for hint in {hint.place: hint for hint in reversed(found)}.values():
            if not self._hint_waits(hint.place):
                self.put(f"{HINT}{hint.id}", hint.place, hint.kind, hint.payload)
        self._hints.drop(found)
        return len(found)

    def put_anew(self, id: str, instead_of: str) -> None:  # noqa: A002 - as in `put`
        """The same event once more, for a job without the journal that it has now."""
        with _answering():
            [found] = self._client.list_workflows(workflow_ids=[id])
        kind, payload = found.input["args"][:2]
        self.put(f"{id}:anew", found.queue_partition_key, kind, payload, instead_of=instead_of)

    def dead(self, most: int | None = None, skip: int = 0) -> tuple[DeadLetter, ...]:
        """The events that failed for good, oldest first."""
        with _answering():
            found = self._client.list_workflows(
                status=list(DEAD), name=JOB, limit=most, offset=skip or None
            )
            return tuple(self._letter(status) for status in found)

    def replay(self, id: str) -> str:  # noqa: A002 - as in `put`
        """Run a dead letter again from the call that failed; what it had done stays done.

        The place that it is about, a ticket's number as a rule.

        Raises Gone when there is no such dead letter.
        """
        with _answering():
            found = self._client.list_workflows(
                workflow_ids=[id], status=list(DEAD), name=JOB, load_input=False
            )
            if not found:
                raise Gone(f"no dead letter {id}")
            [status] = found
            done = [s for s in self._client.list_workflow_steps(id) if s["error"] is None]
            self._client.rewind_workflow(
                id,
                start_step=max((s["function_id"] for s in done), default=0) + 1,
                queue_name=QUEUE,
                queue_partition_key=status.queue_partition_key,
            )
            return str(status.queue_partition_key or "")

    def records(self, id: str) -> tuple[Record, ...]:  # noqa: A002 - as in `put`
        """What the journal of the event's job has; waits while the database does not answer."""
        for pause in chain((0.1, 0.5, 1.0), repeat(2.0)):
            try:
                kept = self._kept(id)
                break
            except TryLater as error:
                log.warning("journal not read", event_id=id, why=str(error))
                time.sleep(pause)
        if not all(isinstance(record, Record) for record in kept):
            raise codec.NotOurs(SEALED)
        return kept

    def forget(self, older_than: timedelta) -> int:
        """Remove the events that were finished so long ago, and count them; dead letters stay.

        A delivery that is repeated later than that is a new event.
        """
        before = (datetime.now(UTC) - older_than).isoformat()
        count = 0
        with _answering():
            while found := self._client.list_workflows(
                status=list(FINISHED),
                name=JOB,
                completed_before=before,
                limit=AT_A_TIME,
                load_input=False,
                load_output=False,
            ):
                self._client.delete_workflows([status.workflow_id for status in found])
                count += len(found)
        return count

    def depths(self) -> tuple[dict[str, int], float]:
        """How many events are not done, by status, and how long the oldest waits, in seconds."""
        events, found = self._events, dict[str, int]()
        waits = (events.c.status == "ENQUEUED") & (events.c.queue_name == QUEUE)
        counts = select(events.c.status, func.count()).group_by(events.c.status)
        with self._reading() as connection:
            # Word for word what the engine's indexes are for.
            for some in (_IN_FLIGHT, text("status = 'DELAYED'"), _FAILED):
                found |= {row.status: row[1] for row in connection.execute(counts.where(some))}
            queued = connection.scalar(
                select(func.min(events.c.created_at)).where(_IN_FLIGHT, waits)
            )
        hints, kept = self._hints.depth()
        if hints:
            found["ENQUEUED"] = found.get("ENQUEUED", 0) + hints
        since = [at for at in (kept, queued / 1000 if queued else None) if at is not None]
        age = datetime.now(UTC).timestamp() - min(since) if since else 0.0
        return found, max(age, 0.0)

    def close(self) -> None:
        """Let go of the database."""
        if self._made is not None:
            self._made.destroy()
            self._made = None
        if self._opened is not None:
            self._opened.dispose()
            self._opened = None

    def _letter(self, status: Any) -> DeadLetter:
        # What no key opens any more comes as the sealed text.
        kind = status.input["args"][0] if isinstance(status.input, dict) else "?"
        return DeadLetter(
            id=status.workflow_id,
            ticket=status.queue_partition_key or "",
            kind=kind,
            why=_why(status.error),
            when=datetime.fromtimestamp((status.updated_at or 0) / 1000, UTC),
            steps=tuple(
                outcome.name
                for record in self._kept(status.workflow_id)
                if isinstance(record, Record)
                for outcome in record.outcomes
                if outcome.error is None
            ),
        )

    def _hint_waits(self, place: str) -> bool:
        events = self._events
        mine = (events.c.queue_name == QUEUE) & (events.c.queue_partition_key == place)
        hints = mine & events.c.workflow_uuid.startswith(HINT)
        # One that was broken off waits, too, but goes on with what it has seen before.
        steps = self._steps
        begun = exists().where(steps.c.workflow_uuid == events.c.workflow_uuid)
        waiting = select(events.c.workflow_uuid).where(_WAITING, hints, ~begun).limit(1)
        with self._reading() as connection:
            found = connection.scalar(waiting)
        return found is not None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _answering(), self._pool.connect() as connection:
            yield connection

    def _kept(self, id: str) -> tuple[Any, ...]:  # noqa: A002 - as in `put`
        """The job's records; as sealed text where no key opens them."""
        with _answering():
            steps = self._client.list_workflow_steps(id)
        return tuple(step["output"] for step in steps if step["function_name"] == RECORD)

    @property
    def _pool(self) -> Engine:
        if self._opened is None:
            self._opened = private(self._url)
        return self._opened

    @property
    def _client(self) -> Any:
        if self._made is None:
            from dbos import DBOSClient  # noqa: PLC0415

            from bot.engine.sealed import SealedJson  # noqa: PLC0415

            self._made = DBOSClient(
                system_database_engine=self._pool,
                application_name=APP,
                serializer=SealedJson(self._keys),
                lazy=True,
                retry_connection_errors=False,
            )
        return self._made


def _tables(url: str) -> tuple[TableClause, TableClause]:
    """The engine's own tables of events and their steps.

    Those that only count need not import the engine for them.
    """
    names = ("workflow_uuid", "status", "queue_name", "queue_partition_key", "created_at")
    schema = None if is_sqlite(url) else "dbos"
    events = table("workflow_status", *map(column, names), schema=schema)
    return events, table("operation_outputs", column("workflow_uuid"), schema=schema)


def _why(error: BaseException | str | None) -> str:
    if error is None:
        return "its workers died again and again"
    if isinstance(error, str):
        return SEALED
    if isinstance(error, codec.Failed):
        return str(error)
    return f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise TryLater(f"the database does not answer ({type(error).__name__})", 30.0) from None
