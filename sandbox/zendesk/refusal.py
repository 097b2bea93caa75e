"""Refusals in Zendesk's own shapes."""

from __future__ import annotations


class Refusal(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: dict[str, object], **headers: str) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers


def not_found() -> Refusal:
    """For what is not there."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def not_logged_in() -> Refusal:
    """For a missing or wrong log-in."""
    return Refusal(401, {"error": "Couldn't authenticate you"})


def invalid(field: str, description: str) -> Refusal:
    """For a value that the record does not take."""
    details = {field: [{"description": description}]}
    body = {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": details,
    }
    return Refusal(422, dict(body))


def wrong_type(attribute: str) -> Refusal:
    """For a value of another type than the attribute has."""
    message = f"You passed an invalid value for the {attribute} attribute."
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def unknown(attribute: str) -> Refusal:
    """The real one passes over an attribute that it does not know; here a typo shows."""
    message = f"There is no attribute {attribute} (the sandbox is strict on purpose)."
    return Refusal(400, {"error": {"title": "Unknown attribute", "message": message}})


def conflict() -> Refusal:
    """For a safe update on a ticket that has changed."""
    description = "Safe Update prevented the update due to outdated ticket data."
    return Refusal(409, {"error": "UpdateConflict", "description": description})
