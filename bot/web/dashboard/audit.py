"""Search in the record of every decision and outside write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.storage.pages import Page, Sought
from bot.web import login
from bot.web.dashboard.books import Books

LONGEST: Final = 200


def routes(books: Books) -> Blueprint:
    """`/audit`."""
    blueprint = Blueprint("audit", __name__)

    @blueprint.get("/audit")
    @login.required
    def found() -> ResponseReturnValue:
        try:
            page, fault = books.record.found(_sought(), request.args.get("after", "")), ""
        except (ValueError, OverflowError):
            page, fault = Page(()), "A ticket is a number, a day is written as 2026-11-25."
        return render_template("dashboard/audit.html", page=page, fault=fault), (
            400 if fault else 200
        )

    return blueprint


def _sought() -> Sought:
    """What the form asks for; raises ValueError for what is neither number nor day."""
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in request.args}
    ticket = given.get("ticket", "").removeprefix("#")
    until = _day(given.get("until", ""))
    return Sought(
        ticket=min(int(ticket), 2**63 - 1) if ticket else None,
        actor=given.get("actor", ""),
        what=given.get("what", ""),
        since=_day(given.get("since", "")),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
