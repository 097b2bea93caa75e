"""The year to come: certificates that end, and the renewals that the rules on lifetimes bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.settings import Settings
from bot.storage.site_pages import Filter
from bot.watching import Terms, forecast
from bot.web import login
from bot.web.dashboard.books import Books
from bot.web.recent import kept
from bot.x509 import rules

MONTHS: Final = 12
_MONTH: Final = 365.25 / 12
KEPT: Final = 300.0
"""Seconds that a forecast is good for: it goes through every site."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month's certificates that end, and its renewals that begin."""

    first: date
    ending: int
    renewals: int


@dataclass(frozen=True, slots=True)
class Rule:
    """From when on certificates last so many days at most, and the renewals a month by then."""

    since: date
    days: int
    renewals: int


@dataclass(frozen=True, slots=True)
class Year:
    """The months to come, and what stands beside them."""

    made: datetime
    sites: int
    months: tuple[Month, ...]
    ended: int
    unseen: int

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((max(month.ending, month.renewals) for month in self.months), default=0) or 1


def routes(books: Books, settings: Settings, now: Callable[[], datetime]) -> Blueprint:
    """`/calendar`."""
    blueprint = Blueprint("calendar", __name__)
    terms = Terms(share=settings.watch_percent / 100)
    recent = kept(lambda: _year(books, terms, now()), KEPT)

    @blueprint.get("/calendar")
    @login.required
    def shown() -> ResponseReturnValue:
        year = recent()
        return render_template(
            "dashboard/calendar.html",
            year=year,
            rules=_rules(year.sites, terms, now()),
            share=settings.watch_percent,
        )

    return blueprint


def _year(books: Books, terms: Terms, now: datetime) -> Year:
    sites = tuple(books.sites.all(Filter(), now))
    ends = [site.expires_at for site in sites if site.expires_at]
    ending = Counter(end.date().replace(day=1) for end in ends if end >= now)
    months = tuple(
        Month(month.first, ending[month.first], month.renewals)
        for month in forecast(sites, MONTHS, now, terms)
    )
    ended = sum(end < now for end in ends)
    return Year(now, len(sites), months, ended, len(sites) - len(ends))


def _rules(sites: int, terms: Terms, now: datetime) -> tuple[Rule, ...]:
    """The rules on lifetimes, today's and those to come, and the renewals that each one brings.

    A renewal begins when the watch's share of the lifetime is left.
    """
    known = sorted(rules.LONGEST_VALIDITY, key=lambda rule: rule.since)
    over = sum(rule.since <= now for rule in known)
    return tuple(
        Rule(
            rule.since.date(), rule.limit, round(sites * _MONTH / (rule.limit * (1 - terms.share)))
        )
        for rule in known[max(over - 1, 0) :]
    )
