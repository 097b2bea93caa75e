"""Takes events in: committed to the database before the caller goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any, Final

import structlog

from bot import codec
from bot.engine.client import JOB, QUEUE, SEALED, Client, answering
from bot.engine.dead_letters import DeadLetter, DeadLetters
from bot.engine.records import Record
from bot.engine.waiting import HINT, Waiting
from bot.errors import TryLater
from bot.storage.database import connect
from bot.storage.hints import Hint, Hints

FINISHED: Final = ("SUCCESS", "CANCELLED")
AT_A_TIME: Final = 500
Needless = Callable[[Mapping[str, object]], bool]
log = structlog.get_logger(__name__)


def never(_: Mapping[str, object]) -> bool:
    """Every hint is needed."""
    return False


class Inbox:
    """Where events wait for a worker.  Safe to make before a fork: it connects at first use."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.client = Client(url, keys)
        self.waiting = Waiting(self.client)
        self._hints = Hints(connect(url))
        self._dead = DeadLetters(self.client, self.waiting)

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
        with answering():
            self.client.library.enqueue(options, kind, payload, instead_of)

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

    def carry(self, needless: Needless = never) -> int:
        """Put the hints that were kept into the queue, and count them.

        All hints of one place and kind are alike, and one look sees all that was changed before
        it began: so none is put in while another such one waits there.  `needless` are those by
        whose payload nothing is to be seen.
        """
        found = self._hints.waiting()
        alike = {(h.place, h.kind): h for h in reversed(found) if not needless(h.payload)}
        for hint in alike.values():
            if not self.waiting.hint(hint.place, hint.kind):
                id_ = f"{HINT.format(kind=hint.kind)}{hint.id}"
                self.put(id_, hint.place, hint.kind, hint.payload)
        self._hints.drop(found)
        return len(found)

    def put_anew(self, id: str, instead_of: str) -> None:  # noqa: A002 - as in `put`
        """The same event once more, for a job without the journal that it has now."""
        with answering():
            [found] = self.client.library.list_workflows(workflow_ids=[id])
        kind, payload = found.input["args"][:2]
        self.put(f"{id}:anew", found.queue_partition_key, kind, payload, instead_of=instead_of)

    def dead(self, most: int | None = None, skip: int = 0) -> tuple[DeadLetter, ...]:
        """The events that failed for good, oldest first."""
        return self._dead.listed(most, skip)

    def dead_of(self, ticket: int, most: int) -> tuple[str, ...]:
        """The ids of the ticket's events that failed for good, newest first."""
        return self.waiting.dead(str(ticket), most)

    def replay(self, id: str) -> str:  # noqa: A002 - as in `put`
        """Run a dead letter again from the call that failed; the place that it is about.

        Raises Gone when there is no such dead letter.
        """
        return self._dead.replay(id)

    def records(self, id: str) -> tuple[Record, ...]:  # noqa: A002 - as in `put`
        """What the journal of the event's job has; waits while the database does not answer."""
        for pause in chain((0.1, 0.5, 1.0), repeat(2.0)):
            try:
                kept = self.client.kept(id)
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
        with answering():
            while found := self.client.library.list_workflows(
                status=list(FINISHED),
                name=JOB,
                completed_before=before,
                limit=AT_A_TIME,
                load_input=False,
                load_output=False,
            ):
                self.client.library.delete_workflows([status.workflow_id for status in found])
                count += len(found)
        return count

    def depths(self) -> tuple[dict[str, int], float]:
        """How many events are not done, by status, and how long the oldest waits, in seconds."""
        found, queued = self.waiting.counted()
        hints, kept = self._hints.depth()
        if hints:
            found["ENQUEUED"] = found.get("ENQUEUED", 0) + hints
        since = [at for at in (kept, queued) if at is not None]
        age = datetime.now(UTC).timestamp() - min(since) if since else 0.0
        return found, max(age, 0.0)

    def close(self) -> None:
        """Let go of the database."""
        self.client.close()
