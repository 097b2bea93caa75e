"""Refusals in Jira's own shapes."""

from __future__ import annotations


class Refusal(Exception):
    """An answer other than success."""

    def __init__(self, status: int, *messages: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(status, messages, errors)
        self.status = status
        self.body: dict[str, object] = {"errorMessages": list(messages), "errors": errors or {}}


def not_settable(field: str) -> str:
    """What Jira says of a field that is unknown, not on the screen, or not permitted."""
    return f"Field '{field}' cannot be set. It is not on the appropriate screen, or unknown."


def no_issue() -> Refusal:
    """The same for an issue that is not there and for one that may not be seen."""
    return Refusal(404, "Issue does not exist or you do not have permission to see it.")
