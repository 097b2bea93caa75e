"""The first page: what waits for whom and since when, what is late, how the bot itself is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.case import At
from bot.engine.dead_letters import DEAD
from bot.settings import Settings
from bot.storage.database import is_sqlite
from bot.storage.figures import Figures
from bot.storage.listing import Order
from bot.web import login
from bot.web.dashboard.books import Books
from bot.web.dashboard.stages import STAGES

LATE: Final = timedelta(days=14)
MOST: Final = 15
_SIDES: Final = {"tickets": "Zendesk", "issues": "Jira"}


@dataclass(frozen=True, slots=True)
class Health:
    """How one part of the whole is."""

    name: str
    good: bool
    says: str


def routes(books: Books, settings: Settings, now: Callable[[], datetime]) -> Blueprint:
    """`/`."""
    blueprint = Blueprint("overview", __name__)
    hearts = not is_sqlite(settings.database_url)

    @blueprint.get("/")
    @login.required
    def shown() -> ResponseReturnValue:
        figures, (events, oldest) = books.figures(), books.events.depths()
        dead = sum(events.get(status, 0) for status in DEAD)
        return render_template(
            "dashboard/overview.html",
            figures=figures,
            whom=_whom(figures.cases),
            oldest=_oldest(figures.oldest),
            late=books.cases.late(now(), LATE, MOST),
            undecided=books.cases.listed((At.WITH_AGENT,), order=Order.SINCE, size=MOST).rows,
            dead=dead,
            health=[
                *_sides(figures, settings.sweep_seconds),
                _worker(figures, events.get("ENQUEUED", 0), oldest, hearts=hearts),
            ],
        )

    return blueprint


def _whom(cases: Mapping[str, int]) -> Counter[str]:
    """How many cases wait for whom."""
    found: Counter[str] = Counter()
    for at, count in cases.items():
        found[STAGES[At(at)].whom] += count
    return found


def _oldest(ages: Mapping[str, float]) -> dict[str, float]:
    """How long, in seconds, the case has waited that has waited longest, by whom it waits for."""
    found: dict[str, float] = {}
    for at, age in ages.items():
        whom = STAGES[At(at)].whom
        found[whom] = max(found.get(whom, 0.0), age)
    return found


def _sides(figures: Figures, every: float) -> list[Health]:
    """A side that a sweep has seen lately answers; two turns may be missed."""
    found = []
    for part, name in _SIDES.items():
        age = figures.sweeps.get(part)
        if not every:
            found.append(Health(name, True, "no sweeps are set"))
        elif age is None:
            found.append(Health(name, False, "no sweep has seen it yet"))
        else:
            minutes = int(age // 60)
            found.append(Health(name, age < 3 * every + 60, f"seen {minutes} min ago"))
    return found


def _worker(figures: Figures, waiting: int, oldest: float, *, hearts: bool) -> Health:
    """With PostgreSQL each worker has a heartbeat; with SQLite what waits tells of the only one."""
    if hearts and not figures.workers:
        return Health("Worker", False, f"none has a heartbeat, {waiting} events wait")
    if not waiting:
        return Health("Worker", True, "nothing waits")
    return Health("Worker", oldest < 60, f"{waiting} events wait, the oldest for {oldest:.0f} s")
