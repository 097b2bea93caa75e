"""Events that failed for good: listed with their reasons, and run again from the failed step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot import codec
from bot.engine.client import JOB, QUEUE, SEALED, Client, answering
from bot.engine.records import Record
from bot.engine.waiting import Waiting
from bot.errors import Gone
from bot.storage.cases import batched

DEAD: Final = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that failed for good; `steps` are the calls that it had done."""

    id: str
    ticket: str
    kind: str
    why: str
    when: datetime
    steps: tuple[str, ...]


class DeadLetters:
    """Those of one database."""

    def __init__(self, client: Client, waiting: Waiting) -> None:
        self._client, self._waiting = client, waiting

    def listed(self, most: int | None = None, skip: int = 0) -> tuple[DeadLetter, ...]:
        """The events that failed for good, oldest first."""
        ids = self._waiting.failed(JOB, most, skip)
        return tuple(letter for some in batched(ids) for letter in self._opened(some))

    def replay(self, event: str) -> str:
        """Run one again from the call that failed; what it had done stays done.

        The place that it is about, a ticket's number as a rule.

        Raises Gone when there is no such dead letter.
        """
        library = self._client.library
        with answering():
            found = library.list_workflows(
                workflow_ids=[event], status=list(DEAD), name=JOB, load_input=False
            )
            if not found:
                raise Gone(f"no dead letter {event}")
            [status] = found
            done = [s for s in library.list_workflow_steps(event) if s["error"] is None]
            library.rewind_workflow(
                event,
                start_step=max((s["function_id"] for s in done), default=0) + 1,
                queue_name=QUEUE,
                queue_partition_key=status.queue_partition_key,
            )
            return str(status.queue_partition_key or "")

    def _opened(self, ids: Sequence[str]) -> Iterator[DeadLetter]:
        """Those of the events that are dead yet, in the order of their ids."""
        # Asked for by status alone, the library walks through all events that ever were.
        with answering():
            found = self._client.library.list_workflows(
                workflow_ids=list(ids), status=list(DEAD), name=JOB
            )
        by_id = {status.workflow_id: status for status in found}
        return (self._letter(by_id[event]) for event in ids if event in by_id)

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
                for record in self._client.kept(status.workflow_id)
                if isinstance(record, Record)
                for outcome in record.outcomes
                if outcome.error is None
            ),
        )


def _why(error: BaseException | str | None) -> str:
    if error is None:
        return "its workers died again and again"
    if isinstance(error, str):
        return SEALED
    if isinstance(error, codec.Failed):
        return str(error)
    return f"{type(error).__name__}: {error}"
