"""What a request brings: a JSON object, or a refusal."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from sandbox.jira.errors import Refusal


def json_object() -> dict[str, Any]:
    """The body as an object."""
    value = json_value()
    if not isinstance(value, dict):
        raise Refusal(400, "Cannot deserialize value: expected an object.")
    return value


def json_value() -> Any:
    """The body as JSON; Jira takes it under this content type alone."""
    if request.mimetype != "application/json":
        raise Refusal(415, "Unsupported Media Type")
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise Refusal(400, "Unexpected character in the JSON of the request.") from None


def number(name: str, default: int, most: int) -> int:
    """A query parameter that is a count."""
    given = request.args.get(name, str(default))
    if not given.isdecimal():
        raise Refusal(400, f"The value of '{name}' is not a number.")
    return min(int(given), most)
