"""What every route shares: both spellings of a path, the body, pages by cursor."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, request

from sandbox.zendesk.account import Account
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.shapes import Shapes

PAGE: Final = 100


class Api:
    """Routes under /api/v2, with the lock held."""

    def __init__(self, app: Flask, account: Account) -> None:
        self._app, self._account = app, account

    def __call__(self, method: str, path: str) -> Callable[[Callable[..., Any]], None]:
        """Register a view for both spellings of the path."""

        def register(view: Callable[..., Any]) -> None:
            def locked(**values: Any) -> Any:
                with self._account.lock:
                    return view(**values)

            for ending in ("", ".json"):
                endpoint = f"{method} {path}{ending}".replace(".", "-")
                self._app.add_url_rule(
                    f"/api/v2/{path}{ending}", endpoint, locked, methods=[method]
                )

        return register


def body() -> dict[str, Any]:
    """The JSON object of the request."""
    try:
        found = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, {"error": "Unprocessable", "description": "Invalid JSON"})
    return found


def page(
    account: Account,
    shapes: Shapes,
    key: str,
    found: Sequence[Any],
    shape: Callable[[Any], dict[str, Any]],
    most: int = PAGE,
) -> dict[str, Any]:
    """A page by cursor, with its people and, for audits, their tickets when they are asked for."""
    size = min(max(counted("page[size]", PAGE), 1), most)
    after = request.args.get("page[after]", "")
    try:
        start = int(base64.urlsafe_b64decode(after or "MA=="))
        if start < 0:
            raise ValueError("a cursor never points before the first")
    except (ValueError, binascii.Error):
        raise Refusal(400, {"error": "InvalidCursor", "description": "Invalid cursor"}) from None
    shown = found[start : start + size]
    onward = start + size < len(found)
    cursor = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    again = {**request.args, "page[size]": size, "page[after]": cursor}
    made: dict[str, Any] = {
        key: [shape(one) for one in shown],
        "meta": {"has_more": onward, "after_cursor": cursor if onward else None},
        "links": {"next": f"{shapes.url}{request.path}?{urlencode(again)}" if onward else None},
    }
    more = request.args.get("include", "").split(",")
    if "tickets" in more and key == "audits" and account.audits_bring_tickets:
        numbers = dict.fromkeys(one.ticket_id for one in shown)
        made["tickets"] = [shapes.ticket(account.tickets[n]) for n in numbers]
    if "users" in more:
        authors = dict.fromkeys(one.author_id for one in shown)
        made["users"] = [shapes.user(account.users[n]) for n in authors if n in account.users]
    return made


def counted(name: str, usual: int) -> int:
    """A number of the query; refused when it is none."""
    given = request.args.get(name, "")
    if given and not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise Refusal(400, {"error": "InvalidParameter", "description": f"{name} is no number"})
    return int(given or usual)
