"""The watch learns from finished cases, and keeps out of those that are under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.case import At, Case, Held
from bot.site import Site
from bot.storage.cases import CaseStore
from bot.storage.finished import SiteCases
from bot.storage.schema import CASES
from tests.x509.delivered import DETAILS

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
HELD = Held("leaf", (), NOW + 199 * DAY, "a" * 64)
SITE = Site("www.x.com", organization=70, requester=7, fingerprint="f" * 64)


@pytest.fixture
def cases(database: Engine) -> SiteCases:
    return SiteCases(database, timedelta(days=30), timedelta(hours=72))


def saved(database: Engine, ticket: int, at: At, opened: datetime = NOW, **more: Any) -> Case:
    case = Case(ticket, 7, "Ada", 70, at, host="www.x.com", details=DETAILS)
    case = CaseStore(database).save(replace(case, **more))
    with database.begin() as connection:
        mine = update(CASES).where(CASES.c.ticket == ticket)
        connection.execute(mine.values(opened_at=opened))
    return case


def test_finished_case_says_whose_site_it_is_and_how_long_it_took(
    database: Engine, cases: SiteCases
) -> None:
    saved(database, 35, At.DONE, NOW - 12 * DAY, held=HELD, retire_at=NOW + 30 * DAY)
    saved(database, 36, At.CERTIFICATE_WANTED)

    [site] = cases.finished(None)

    assert (site.host, site.environment, site.brand) == (
        "www.x.com",
        "production",
        DETAILS.organization,
    )
    assert (site.organization, site.requester, site.last_ticket) == (70, 7, 35)
    assert site.took == pytest.approx(12)
    assert (site.expected, site.expected_until) == (HELD.fingerprint, HELD.expires)
    assert site.watch_until == NOW + timedelta(hours=72)


def test_case_that_is_saved_again_later_was_done_when_it_was(
    database: Engine, cases: SiteCases
) -> None:
    """The end of its keys, thirty days later, is no part of the renewal."""
    done = NOW - 29 * DAY
    saved(database, 35, At.DONE, done - 4 * DAY, held=HELD, retire_at=done + 30 * DAY)

    [site] = cases.finished(None)

    assert site.took == pytest.approx(4)
    assert site.watch_until == done + timedelta(hours=72)


def test_only_what_was_saved_since_is_read(database: Engine, cases: SiteCases) -> None:
    saved(database, 35, At.DONE, held=HELD)

    assert cases.finished(NOW + DAY) == ()
    assert len(cases.finished(NOW - DAY)) == 1


def test_wildcard_is_watched_at_a_name_that_it_covers(database: Engine, cases: SiteCases) -> None:
    wild = replace(DETAILS, names=("*.x.com", "shop.x.com"))
    saved(database, 35, At.DONE, host="*.x.com", held=HELD, details=wild)

    assert [site.host for site in cases.finished(None)] == ["shop.x.com"]


@pytest.mark.parametrize(
    ("at", "more", "found"),
    [
        (At.DETAILS_WANTED, {}, True),
        (At.WITH_AGENT, {}, True),
        (At.CHANGE_DONE, {"environment": "staging"}, False),
        (At.CHANGE_DONE, {"host": "shop.x.com"}, False),
        (At.CHANGE_DONE, {"host": "shop.x.com", "served": "f" * 64}, True),  # the same certificate
        (At.STOPPED, {}, False),
        (At.STOPPED, {"served": "f" * 64}, True),  # an agent renews just this one
        (At.STOPPED, {"served": "e" * 64}, False),
        (At.STOPPED, {"served": "f" * 64, "ended": True}, False),  # solved before it was done
        (At.DONE, {"held": HELD}, False),
    ],
)
def test_case_under_way_is_one_for_this_site_or_certificate(
    database: Engine, cases: SiteCases, at: At, more: dict[str, Any], found: bool
) -> None:
    case = saved(database, 35, at, **more)

    assert cases.under_way(SITE) == (case if found else None)


def test_cases_of_nobody_are_not_those_of_everybody(database: Engine, cases: SiteCases) -> None:
    saved(database, 35, At.CHANGE_DONE, host="shop.y.com", organization=None, served="f" * 64)

    assert cases.under_way(replace(SITE, organization=None)) is None


def test_case_without_a_certificate_teaches_nothing(database: Engine, cases: SiteCases) -> None:
    saved(database, 35, At.DONE)

    assert cases.finished(None) == ()
