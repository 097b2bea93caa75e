"""How pages say times and names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Flask, request

from bot.web import login
from bot.web.dashboard.stages import STAGES
from bot.web.roles import Role
from bot.x509 import names


def install(app: Flask, now: Callable[[], datetime]) -> None:
    """Filters and names that every template knows."""
    jinja = app.jinja_env
    jinja.filters.update(moment=moment, day=day, host=names.display)
    jinja.filters["ago"] = lambda at: span((now() - at).total_seconds())
    jinja.filters["left"] = lambda at: left(at, now())
    jinja.filters["span"] = span
    jinja.globals.update(
        person=login.person, role=login.role, may_order=may_order, STAGES=STAGES, with_=with_
    )


def may_order(least: Role = Role.AGENT) -> bool:
    """Whether the person who is logged in may do more than look."""
    role = login.role()
    return role is not None and role >= least


def moment(at: datetime) -> str:
    """A point of time, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def day(at: datetime) -> str:
    """A date."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def span(seconds: float) -> str:
    """A span of time in its largest unit that people count in."""
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(int(seconds), 0)} s"


def left(at: datetime, now: datetime) -> str:
    """How long until then, or since when."""
    seconds = (at - now).total_seconds()
    return f"in {span(seconds)}" if seconds >= 0 else f"{span(-seconds)} ago"


def with_(**changes: str) -> str:
    """The address of the page at hand with other parameters; empty ones are left out."""
    words = {**request.args.to_dict(), **changes}
    query = urlencode({name: word for name, word in words.items() if word})
    return f"{request.path}?{query}" if query else request.path
