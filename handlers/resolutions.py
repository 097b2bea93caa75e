"""How people close an issue without having done what it asks for."""

from __future__ import annotations

from typing import Final

_NOT_DONE: Final = frozenset(
    {
        "won't do",
        "won't fix",
        "declined",
        "rejected",
        "cancelled",
        "canceled",
        "duplicate",
        "cannot reproduce",
        "incomplete",
        "failed",
    }
)


def declined(status: str, resolution: str) -> bool:
    """Whether the issue was closed, but not because it is done."""
    return bool({resolution.lower(), status.lower()} & _NOT_DONE)
