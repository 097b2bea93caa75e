"""The sites: a list to filter and sort, and the same as a table and a calendar to take away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.site import Site
from bot.storage.site_pages import SIZE, SORTS, STATES, Filter
from bot.web import login
from bot.web.dashboard.books import Books

HEADS: Final = {
    "host": "Site",
    "environment": "Environment",
    "brand": "Brand",
    "issuer": "Issuer",
    "expires": "Certificate ends",
    "key": "Key since",
    "probed": "Last look",
}
COLUMNS: Final = (
    *("host", "environment", "brand", "issuer", "not_before", "expires_at", "key_since"),
    *("fingerprint", "spki", "probed_at", "fault", "fault_since", "last_ticket"),
)
LONGEST: Final = 200
_FORMULA: Final = re.compile(r"(^|[;\t\r\n])(\s*)(?=[=+@\uff1d\uff0b\uff0d\uff20-])")
"""Where a cell would begin with a formula, also for a spreadsheet that parts at semicolons."""


def routes(books: Books, now: Callable[[], datetime]) -> Blueprint:
    """`/sites`, `/sites.csv` and `/sites.ics`, each with the same filter."""
    blueprint = Blueprint("sites", __name__)

    @blueprint.get("/sites")
    @login.required
    def listed() -> ResponseReturnValue:
        wanted, skip = _filter(), _skip()
        found, count = books.sites.listed(wanted, now(), skip)
        return render_template(
            "dashboard/sites.html",
            sites=found,
            count=count,
            wanted=wanted,
            skip=skip,
            more=str(skip + SIZE) if skip + SIZE < count else "",
            heads=HEADS,
            states=STATES,
        )

    @blueprint.get("/sites.csv")
    @login.required
    def table() -> ResponseReturnValue:
        rows = _rows(books.sites.all(_filter(), now()))
        return _file(rows, "text/csv; charset=utf-8", "sites.csv")

    @blueprint.get("/sites.ics")
    @login.required
    def calendar() -> ResponseReturnValue:
        # Imported where it is used: the doors start sooner and smaller without.
        from bot.web.dashboard import days  # noqa: PLC0415

        made = days.calendar(books.sites.all(_filter(), now()), now())
        return _file(made, "text/calendar; charset=utf-8", "sites.ics")

    return blueprint


def _filter() -> Filter:
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in request.args}
    sort, state = given.get("sort") or "expires", given.get("state", "")
    known = sort.removeprefix("-") in SORTS and state in {"", *STATES}
    if not known or not all(value.isprintable() for value in given.values()):
        abort(400)
    return Filter(given.get("q", ""), given.get("environment", ""), state, sort)


def _skip() -> int:
    skip = request.args.get("skip") or "0"
    if not (skip.isascii() and skip.isdecimal() and len(skip) < 9):
        abort(400)
    return int(skip)


def _rows(sites: Iterator[Site]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for site in sites:
        writer.writerow([_plain(getattr(site, column)) for column in COLUMNS])
    return text.getvalue()


def _plain(value: object) -> str:
    """As a spreadsheet takes it for text: a brand's name may look like a formula."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _FORMULA.sub(r"\1\2'", "" if value is None else str(value))


def _file(data: str | bytes, kind: str, name: str) -> Response:
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
