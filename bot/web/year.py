"""The year to come: certificates that end, and the renewals that the rules on lifetimes bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.site import Site
from bot.watching import Terms, forecast
from bot.x509 import rules

MONTHS: Final = 12
_MONTH: Final = 365.25 / 12


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
    """The months to come, what stands beside them, and what shorter lifetimes bring."""

    made: datetime
    sites: int
    months: tuple[Month, ...]
    ended: int
    unseen: int
    rules: tuple[Rule, ...]

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((max(month.ending, month.renewals) for month in self.months), default=0) or 1


def of(sites: Iterable[Site], terms: Terms, now: datetime) -> Year:
    """The year of these sites, from now on."""
    known = tuple(sites)
    ends = [site.expires_at for site in known if site.expires_at]
    ending = Counter(end.date().replace(day=1) for end in ends if end >= now)
    months = tuple(
        Month(month.first, ending[month.first], month.renewals)
        for month in forecast(known, MONTHS, now, terms)
    )
    return Year(
        made=now,
        sites=len(known),
        months=months,
        ended=sum(end < now for end in ends),
        unseen=len(known) - len(ends),
        rules=_rules(len(known), terms, now),
    )


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
