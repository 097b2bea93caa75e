"""Outside writes on the record: each is noted once it is made, and once only."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import wraps
from typing import Any, Final, TypeVar, cast

from bot import attempt
from bot.storage.audit import AuditTrail

T = TypeVar("T")
ACTOR: Final = "bot"
OF_ISSUES: Final = frozenset({"comment", "attach", "link", "close"})


class _Audited:
    """Stands for a port; goes within the journal, so that the attempt's mark is known."""

    def __init__(
        self, port: object, name: str, writes: Container[str], trail: AuditTrail, ticket: int
    ) -> None:
        self._port, self._name, self._writes = port, name, writes
        self._trail, self._ticket = trail, ticket

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._port, verb)
        if verb not in self._writes:
            return method

        @wraps(method)
        def call(*args: Any) -> Any:
            answer = method(*args)
            # A write that had nothing to do says so, and leaves nothing on the record.
            if answer is not False:
                self._note(verb, args, answer)
            return answer

        return call

    def _note(self, verb: str, args: tuple[Any, ...], answer: Any) -> None:
        """What and where; never what was written."""
        where = {}
        if verb in OF_ISSUES:
            where = {"issue": str(args[0])}
        elif verb == "raise_issue":
            where = {"issue": str(answer)}
        mark = attempt.current().mark
        self._trail.note_once(self._ticket, mark, ACTOR, f"{self._name}.{verb}", **where)


def audited(port: T, name: str, writes: Container[str], trail: AuditTrail, ticket: int) -> T:
    """The port, each of its writes noted in the ticket's trail under the attempt's mark."""
    return cast("T", _Audited(port, name, writes, trail, ticket))
