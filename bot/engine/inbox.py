"""Takes events in: committed to the database before the caller goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dbos import DBOS, DBOSClient
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import codec
from bot.engine.sealed import SealedJson
from bot.errors import Gone, TryLater
from bot.storage.database import file_of, is_sqlite, private

APP: Final = "ssl-renewal-bot"
QUEUE: Final = "events"
JOB: Final = "job"
DEAD: Final = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
FINISHED: Final = ("SUCCESS", "CANCELLED")
AT_A_TIME: Final = 500


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
        self._url = url
        self._serializer = SealedJson(keys)
        self._made: Any = None
        self._opened: Engine | None = None

    def put(
        self,
        id: str,  # noqa: A002 - the sender's word for it
        ticket: int | str,
        kind: str,
        payload: dict[str, object],
        delay: float = 0.0,
    ) -> None:
        """Keep the event, once for each id, for `delay` seconds at least.

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
            self._client.enqueue(options, kind, payload)

    def dead(self) -> tuple[DeadLetter, ...]:
        """The events that failed for good, oldest first."""
        with _answering():
            found = self._client.list_workflows(status=list(DEAD), name=JOB)
            return tuple(self._letter(status) for status in found)

    def replay(self, id: str) -> None:  # noqa: A002 - as in `put`
        """Run a dead letter again from the call that failed; what it had done stays done.

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
        """How many events stand in each status, and how long the oldest has waited, in seconds."""
        table = SystemSchema.workflow_status
        waits = (table.c.status == "ENQUEUED") & (table.c.queue_name == QUEUE)
        with _answering(), self._pool.connect() as connection:
            schema = None if is_sqlite(self._url) else "dbos"
            real = connection.execution_options(schema_translate_map={table.schema: schema})
            counts = select(table.c.status, func.count()).group_by(table.c.status)
            found = {row.status: row[1] for row in real.execute(counts)}
            since = real.scalar(select(func.min(table.c.created_at)).where(waits))
        age = datetime.now(UTC).timestamp() - since / 1000 if since else 0.0
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
        steps = self._client.list_workflow_steps(status.workflow_id)
        # What no key opens any more comes as the sealed text.
        kind = status.input["args"][0] if isinstance(status.input, dict) else "?"
        return DeadLetter(
            id=status.workflow_id,
            ticket=status.queue_partition_key or "",
            kind=kind,
            why=_why(status.error),
            when=datetime.fromtimestamp((status.updated_at or 0) / 1000, UTC),
            steps=tuple(step["function_name"] for step in steps if step["error"] is None),
        )

    @property
    def _pool(self) -> Engine:
        if self._opened is None:
            self._opened = private(self._url)
        return self._opened

    @property
    def _client(self) -> Any:
        if self._made is None:
            self._made = DBOSClient(
                system_database_engine=self._pool,
                application_name=APP,
                serializer=self._serializer,
                lazy=True,
                retry_connection_errors=False,
            )
        return self._made


def _why(error: BaseException | str | None) -> str:
    if error is None:
        return "its workers died again and again"
    if isinstance(error, str):
        return "sealed with a key that is not among KEY_STORE_KEYS"
    if isinstance(error, codec.Failed):
        return str(error)
    return f"{type(error).__name__}: {error}"


def migrate(url: str) -> None:
    """Make or bring up to date the engine's own tables."""
    if is_sqlite(url):
        file_of(url).parent.mkdir(parents=True, exist_ok=True)
        opened = private(url)
        with opened.connect():
            """Write-ahead logging is set on the file once, and stays."""
        opened.dispose()
    DBOS.migrate(url)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise TryLater(f"the database does not answer ({type(error).__name__})", 30.0) from None
