"""The year to come, as a page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.settings import Settings
from bot.web import login
from bot.web.dashboard.books import Books


def routes(books: Books, settings: Settings) -> Blueprint:
    """`/calendar`."""
    blueprint = Blueprint("calendar", __name__)

    @blueprint.get("/calendar")
    @login.required
    def shown() -> ResponseReturnValue:
        return render_template(
            "dashboard/calendar.html", year=books.year(), share=settings.watch_percent
        )

    return blueprint
