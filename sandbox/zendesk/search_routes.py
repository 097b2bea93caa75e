"""Search and its export, by the few words that the sandbox knows."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, request

from sandbox.zendesk.account import Account
from sandbox.zendesk.model import STATUSES, Ticket
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.requests_in import PAGE, Api, counted, page
from sandbox.zendesk.shapes import Shapes, stamp

LIMIT: Final = 1000
"""So many results a search gives, whatever it has found; the export gives all."""

_COMPARED: Final[dict[str, Callable[[int, int], bool]]] = {
    ":": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def finding(app: Flask, account: Account, shapes: Shapes) -> None:
    api = Api(app, account)

    @api("GET", "search")
    def search() -> Any:
        words = request.args.get("query", "").split()
        found = [t for t in account.tickets.values() if all(_fits(t, word) for word in words)]
        size, number = min(counted("per_page", PAGE), PAGE), max(counted("page", 1), 1)
        if size * number > LIMIT:
            said = "Requested response size was greater than Search Response Limits"
            raise Refusal(422, {"error": "invalid", "description": said})
        last = size * number
        results = [_result(shapes)(t) for t in found[last - size : last]]
        again = urlencode({**request.args, "page": number + 1})
        onward = f"{shapes.url}{request.path}?{again}" if last < len(found) else None
        return {"results": results, "count": len(found), "next_page": onward, "previous_page": None}

    @api("GET", "search/export")
    def export() -> Any:
        if request.args.get("filter[type]") != "ticket":
            raise Refusal(422, {"error": "invalid", "description": "filter[type] is required"})
        words = request.args.get("query", "").split()
        known = list(account.tickets.values())
        if account.search_lag:
            late = datetime.now(UTC) - timedelta(seconds=account.search_lag)
            known = [t for t in known if t.updated_at <= late]
        found = [t for t in known if all(_fits(t, word) for word in words)]
        return page(account, shapes, "results", found, _result(shapes), most=1000)


def _result(shapes: Shapes) -> Callable[[Ticket], dict[str, Any]]:
    return lambda ticket: {**shapes.ticket(ticket), "result_type": "ticket"}


def _fits(ticket: Ticket, word: str) -> bool:
    """One word of a search; those that the sandbox does not know are refused."""
    found = re.fullmatch(r"(type|tags|status|updated)(:|<=?|>=?)(.+)", word)
    if found is None:
        return word.lower() in ticket.subject.lower()
    name, sign, value = found.groups()
    if name in ("type", "tags") and sign == ":":
        return value == "ticket" if name == "type" else value in ticket.tags
    if name == "updated" and sign in (">", ">="):
        at = stamp(ticket.updated_at)
        return at > value or (at == value and sign == ">=")
    if name != "status" or value not in STATUSES:
        raise Refusal(422, {"error": "invalid", "description": "Invalid search"})
    return _COMPARED[sign](STATUSES.index(ticket.status), STATUSES.index(value))
