"""Sites spread over the day by themselves; near ones and those in trouble are looked at oftener."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import rhythm
from bot.site import Site
from bot.watching import Terms

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def site(host: str = "www.x.com", left: float = 150, **more: object) -> Site:
    ends = NOW + timedelta(days=left)
    known = Site(host, fingerprint="a", not_before=ends - timedelta(days=199), expires_at=ends)
    return replace(known, **more)  # type: ignore[arg-type]


def pause(of: Site) -> timedelta:
    return rhythm.next_look(of, NOW, Terms(), None) - NOW


def test_twenty_thousand_sites_spread_evenly_over_the_day() -> None:
    whens = [rhythm.next_look(site(f"www{n}.x.com"), NOW, Terms(), None) for n in range(20_000)]

    hours = Counter(when.hour for when in whens)
    assert len(hours) == 24
    assert max(hours.values()) < 1.15 * 20_000 / 24
    assert all(12 * HOUR <= when - NOW < 36 * HOUR for when in whens)


@pytest.mark.parametrize(
    ("what", "shortest", "longest"),
    [
        ({}, 12, 36),
        ({"left": 67}, 3, 9),  # the ticket is due tomorrow
        ({"left": 20}, 3, 9),  # it is overdue: a case is open, or the site was not reached
        ({"left": 20, "asked_for": "a"}, 12, 36),
        ({"fault": "SITE_REFUSED", "fault_since": NOW - HOUR}, 1.5, 4.5),
        ({"fault": "SITE_REFUSED", "fault_since": NOW - 200 * HOUR}, 12, 36),
        ({"fault": "SITE_CHAIN_INCOMPLETE", "fault_since": NOW}, 12, 36),
    ],
)
def test_pause_follows_what_is_at_stake(
    what: dict[str, object], shortest: float, longest: float
) -> None:
    left = float(str(what.pop("left", 150)))

    assert shortest * HOUR <= pause(site(left=left, **what)) <= longest * HOUR


def test_renewed_site_is_looked_at_in_each_round() -> None:
    assert pause(site(watch_until=NOW + HOUR)) == timedelta(0)
    assert pause(site(watch_until=NOW)) > 2 * HOUR


def test_site_keeps_its_time_of_the_day() -> None:
    first = rhythm.next_look(site(), NOW, Terms(), None)
    second = rhythm.next_look(site(), first + timedelta(minutes=20), Terms(), None)

    assert second - first == timedelta(days=1)
