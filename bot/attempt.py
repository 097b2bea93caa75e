"""Which write is being tried, and whether it may have happened already.

The engine sets it around each call to the outside; gateways ask, so that the ports
that steps see stay free of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Attempt:
    """`mark` is the same for each try of one write and for no other write.

    `again` says that an earlier try may have reached the other side.
    """

    mark: str = ""
    again: bool = False


_CURRENT: Final[ContextVar[Attempt]] = ContextVar("attempt", default=Attempt())  # noqa: B039 - frozen


def current() -> Attempt:
    """The attempt that is being made."""
    return _CURRENT.get()


@contextmanager
def of(mark: str, *, again: bool) -> Iterator[None]:
    """Calls within belong to this attempt."""
    token = _CURRENT.set(Attempt(mark, again))
    try:
        yield
    finally:
        _CURRENT.reset(token)
