"""The pages for agents, the SaaS team and operators, behind the log-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from bot.settings import Settings
from bot.web.dashboard import (
    audit,
    calendar,
    case,
    cases,
    dead_letters,
    findings,
    orders,
    overview,
    said,
    sites,
)
from bot.web.dashboard.books import Books


def install(app: Flask, books: Books, settings: Settings, now: Callable[[], datetime]) -> None:
    """All pages, and how they say times and names."""
    said.install(app, now)
    for blueprint in (
        overview.routes(books, settings, now),
        cases.routes(books, now),
        case.routes(books, settings),
        orders.routes(books),
        sites.routes(books, now),
        calendar.routes(books, settings),
        dead_letters.routes(books),
        audit.routes(books),
        findings.routes(),
    ):
        app.register_blueprint(blueprint)
