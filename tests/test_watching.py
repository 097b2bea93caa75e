"""When a ticket is due, what an agent is told, how renewals follow one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import seeing, watching
from bot.seeing import Leaf, Seen
from bot.site import Site
from bot.watching import Terms

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TERMS = Terms()
DAY = timedelta(days=1)
A, B = "a" * 64, "b" * 64


def site(left: float = 100, lifetime: float = 199, **more: object) -> Site:
    """A site whose certificate A has so many days left."""
    ends = NOW + timedelta(days=left)
    known = Site(
        "www.x.com", fingerprint=A, not_before=ends - timedelta(days=lifetime), expires_at=ends
    )
    return replace(known, **more)  # type: ignore[arg-type]


def seen(of: Site, fingerprint: str = A, at: datetime = NOW, **more: object) -> Seen:
    """A look at it."""
    look = Seen(at, "", fingerprint, "CA", "key", of.not_before, of.expires_at)
    return replace(look, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lifetime", "took", "days"),
    [
        (199, None, 199 / 3),
        (99, None, 33),
        (46, None, 46 / 3),
        (199, 20.0, 199 / 3),  # a third is earlier anyway
        (46, 20.0, 27),  # it took 20 days before, and a margin
        (46, 60.0, 46 * 2 / 3),  # never before a third of the lifetime has gone
    ],
)
def test_ticket_is_due_at_a_third_or_as_early_as_it_took_before(
    lifetime: float, took: float | None, days: float
) -> None:
    early = watching.early(timedelta(days=lifetime), TERMS, took)

    assert early / DAY == pytest.approx(days)


def test_share_is_a_setting() -> None:
    assert watching.early(timedelta(days=100), Terms(share=0.5), None) == timedelta(days=50)


@pytest.mark.parametrize(("left", "due"), [(67, False), (66, True), (1, True), (-3, True)])
def test_ticket_is_asked_for_from_the_threshold_on_and_after_the_end(left: int, due: bool) -> None:
    known = site(left)

    assert watching.asks(known, seen(known), TERMS, None) is due


def test_ticket_is_asked_for_once_for_a_certificate() -> None:
    known = site(5, asked_for=A)

    assert not watching.asks(known, seen(known), TERMS, None)
    assert watching.asks(known, seen(known, B), TERMS, None)


def test_nothing_is_asked_for_what_was_not_seen_or_was_renewed_meanwhile() -> None:
    known = site(5)
    renewed = seen(known, B, not_before=NOW, expires_at=NOW + timedelta(days=199))

    assert not watching.asks(known, Seen(NOW, "SITE_REFUSED"), TERMS, None)
    assert not watching.asks(known, renewed, TERMS, None)


WATCHED = {
    "expected": B,
    "expected_until": NOW + timedelta(days=199),
    "watch_until": NOW + timedelta(hours=72),
}
OLD = Leaf("192.0.2.1", A, NOW + timedelta(days=6))
NEW = Leaf("192.0.2.1", B, NOW + timedelta(days=199))


@pytest.mark.parametrize(
    ("leaves", "after", "back"),
    [
        ((OLD,), 0, (OLD,)),
        ((NEW, replace(OLD, address="192.0.2.2")), 0, (replace(OLD, address="192.0.2.2"),)),
        ((OLD, NEW), 0, ()),  # one address between the two
        ((NEW,), 0, ()),
        ((replace(OLD, until=NOW + timedelta(days=300)),), 0, ()),  # renewed again
        ((OLD,), 72, ()),  # the watch is over
    ],
)
def test_roll_back_is_an_older_certificate_within_three_days(
    leaves: tuple[Leaf, ...], after: int, back: tuple[Leaf, ...]
) -> None:
    known = site(6, **WATCHED)
    at = NOW + timedelta(hours=after)

    assert watching.rolled_back(known, seen(known, at=at, leaves=leaves)) == back


def test_rolled_back_certificate_is_not_asked_for() -> None:
    known = site(6, **WATCHED)

    assert not watching.asks(known, seen(known, leaves=(OLD,)), TERMS, None)
    assert watching.facts(known, seen(known, leaves=(OLD,)), TERMS) == ()


def test_change_that_nobody_announced_is_a_fact() -> None:
    known = site()

    assert watching.facts(known, seen(known, B), TERMS) == ("SITE_CHANGED:bbbbbbbb",)
    assert watching.facts(known, seen(known, B), TERMS, announced=(B,)) == ()
    assert watching.facts(replace(known, expected=B), seen(known, B), TERMS) == ()
    assert watching.facts(known, seen(known, A), TERMS) == ()


def test_first_certificate_of_a_site_is_no_change() -> None:
    known = site()

    assert watching.facts(replace(known, fingerprint=""), seen(known, B), TERMS) == ()


def test_site_is_told_of_once_it_was_unreachable_for_three_days() -> None:
    down = site(fault="SITE_REFUSED", fault_since=NOW)
    soon = seen(down, "", NOW + timedelta(hours=71), fault="SITE_REFUSED")
    late = seen(down, "", NOW + timedelta(hours=72), fault="SITE_UNRESOLVED")

    assert watching.facts(down, soon, TERMS) == ()
    assert watching.facts(down, late, TERMS) == ("SITE_UNRESOLVED:20261124",)


@pytest.mark.parametrize("fault", ["SITE_EXPIRED", "SITE_CHAIN_INCOMPLETE", "SITE_NAME_MISMATCH"])
def test_fault_of_a_certificate_is_told_at_once_and_once(fault: str) -> None:
    known = site()
    [fact] = watching.facts(known, seen(known, fault=fault), TERMS)
    after = replace(known, told=watching.told(known, [fact]))

    assert fact == f"{fault}:aaaaaaaa"
    assert watching.untold(known, [fact]) == (fact,)
    assert watching.untold(after, [fact]) == ()


def test_what_was_told_fits_its_column_and_keeps_the_newest() -> None:
    known = site()
    for number in range(50):
        known = replace(known, told=watching.told(known, [f"SITE_CHANGED:{number:08}"]))

    assert len(known.told) <= 200
    assert known.told.endswith("SITE_CHANGED:00000049")


def test_look_without_a_certificate_leaves_the_last_one() -> None:
    known = site()
    after = seeing.observed(known, Seen(NOW, "SITE_REFUSED"))
    later = seeing.observed(after, Seen(NOW + DAY, "SITE_UNRESOLVED"))
    up = seeing.observed(later, seen(known, at=NOW + 2 * DAY))

    assert (after.fingerprint, after.fault, after.fault_since) == (A, "SITE_REFUSED", NOW)
    assert (later.fault, later.fault_since) == ("SITE_UNRESOLVED", NOW)
    assert (up.fault, up.fault_since) == ("", None)


def test_key_is_known_since_its_first_certificate() -> None:
    known = seeing.observed(Site("www.x.com"), seen(site()))
    same = seeing.observed(known, seen(site(), B, not_before=NOW))
    other = seeing.observed(known, seen(site(), B, not_before=NOW, spki="other"))

    assert same.key_since == known.key_since == site().not_before
    assert other.key_since == NOW


def test_closer_look_is_wanted_when_there_is_something_to_do() -> None:
    quiet, near = site(), site(5)
    back = site(6, **WATCHED)

    assert not watching.wanted(quiet, seen(quiet), TERMS, None)
    assert watching.wanted(near, seen(near), TERMS, None)
    assert watching.wanted(quiet, seen(quiet, B), TERMS, None)
    assert watching.wanted(back, seen(back, leaves=(OLD,)), TERMS, None)
    told = replace(back, told=watching.back_fact(seen(back)))
    assert not watching.wanted(told, seen(back, leaves=(OLD,)), TERMS, None)


def test_forecast_follows_the_dated_lifetimes() -> None:
    """One site: 199 days now, 99 from 2027-03-15, each asked for at a third, taking a week."""
    months = watching.forecast([site(70)], 13, NOW)

    begins = {month.first.isoformat()[:7]: month.renewals for month in months if month.renewals}
    assert months[0].first.isoformat() == "2026-11-01"
    assert len(months) == 13
    assert list(begins) == ["2026-11", "2027-04", "2027-06", "2027-09", "2027-11"]
    assert set(begins.values()) == {1}


def test_renewal_under_way_is_not_forecast_again() -> None:
    under_way = site(30, asked_for=A)

    assert sum(m.renewals for m in watching.forecast([under_way], 2, NOW)) == 0
    assert sum(m.renewals for m in watching.forecast([site(30)], 2, NOW)) == 1


def test_site_that_was_never_seen_is_not_forecast() -> None:
    assert sum(m.renewals for m in watching.forecast([Site("www.x.com")], 12, NOW)) == 0
