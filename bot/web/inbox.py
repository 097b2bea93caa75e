"""Where the web process puts what the worker has to look at."""

from __future__ import annotations

from typing import Protocol


class Inbox(Protocol):
    """Where events wait for the worker; returns when the event is committed."""

    def put(
        self,
        id: str,  # noqa: A002 - the word of the engine
        ticket: int | str,
        kind: str,
        payload: dict[str, object],
    ) -> object:
        """Keep the event, once for each id; raises when it could not be stored."""
        ...

    def put_hint(
        self,
        id: str,  # noqa: A002 - the word of the engine
        place: int | str,
        kind: str,
        payload: dict[str, object],
    ) -> object:
        """The same for an event that one waiting already makes needless."""
        ...
