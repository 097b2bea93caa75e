"""What is known of the watched sites survives, and what one part writes no other part undoes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.site import Site
from bot.storage.schema import SITES
from bot.storage.sites import SiteStore

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
A, B = "a" * 64, "b" * 64


@pytest.fixture
def sites(database: Engine) -> SiteStore:
    return SiteStore(database)


def imported(sites: SiteStore, *hosts: str, **more: object) -> None:
    sites.imported([Site(h, source="import", **more) for h in hosts], NOW)  # type: ignore[arg-type]


def known(sites: SiteStore, host: str = "www.x.com") -> Site:
    found = sites.find(host, "production")
    assert found is not None
    return found


def renewed(host: str = "www.x.com", ticket: int = 35, took: float = 5.0, **more: object) -> Site:
    learnt = Site(host, brand="X", organization=70, requester=7, last_ticket=ticket, took=took)
    until = {"expected": A, "expected_until": NOW + 199 * DAY, "watch_until": NOW + 3 * DAY}
    return replace(learnt, **until | more)  # type: ignore[arg-type]


def test_columns_of_the_table_are_the_fields_of_a_site() -> None:
    assert [column.name for column in SITES.columns] == [field.name for field in fields(Site)]


def test_import_adds_once_and_keeps_what_is_known(sites: SiteStore) -> None:
    listed = [Site("www.x.com", brand="X", contact="a@x.com", source="import"), Site("www.y.com")]
    assert sites.imported(listed, NOW) == (2, 0)
    sites.seen([replace(known(sites), fingerprint=A, next_at=NOW + DAY)])

    again = [Site("www.x.com", contact="b@x.com", source="import"), Site("www.x.com", "staging")]
    assert sites.imported(again, NOW + DAY) == (1, 1)

    site = known(sites)
    assert (site.brand, site.contact, site.fingerprint) == ("X", "b@x.com", A)
    assert (site.added_at, site.next_at) == (NOW, NOW + DAY)
    assert len(sites.all()) == 3


def test_due_sites_are_those_that_wait_longest(sites: SiteStore) -> None:
    imported(sites, "a.x.com", "b.x.com", "c.x.com")
    sites.seen([replace(known(sites, "b.x.com"), next_at=NOW - DAY)])
    sites.seen([replace(known(sites, "c.x.com"), next_at=NOW + DAY)])

    assert [site.host for site in sites.due(NOW, 9)] == ["b.x.com", "a.x.com"]
    assert [site.host for site in sites.due(NOW, 1)] == ["b.x.com"]


def test_site_is_learnt_from_its_renewal_and_from_the_next_one(sites: SiteStore) -> None:
    assert sites.renewed([renewed()], NOW) == 1
    assert sites.renewed([renewed()], NOW + DAY) == 0  # the same one, found again
    assert sites.renewed([renewed(ticket=34, took=99.0)], NOW) == 0  # one before it
    assert sites.renewed([renewed(ticket=36, took=9.0, expected=B)], NOW) == 1

    site = known(sites)
    assert (site.source, site.last_ticket, site.took, site.expected) == ("case", 36, 9.0, B)


def test_renewal_tells_an_imported_site_whose_it_is(sites: SiteStore) -> None:
    imported(sites, "www.x.com", brand="From a list", contact="a@x.com")
    sites.seen([replace(known(sites), fingerprint=B, next_at=NOW + DAY)])

    sites.renewed([renewed(brand="")], NOW)

    site = known(sites)
    assert (site.brand, site.requester, site.contact) == ("From a list", 7, "a@x.com")
    assert (site.fingerprint, site.expected) == (B, A)
    assert site.next_at == NOW


def test_look_that_a_clock_ahead_has_planned_is_not_waited_for(sites: SiteStore) -> None:
    imported(sites, "www.x.com")
    for ahead, due in ((2 * DAY, 0), (400 * DAY, 1)):
        sites.seen([replace(known(sites), next_at=NOW + ahead)])
        assert len(sites.due(NOW, 10)) == due


def test_look_and_ticket_write_columns_of_their_own(sites: SiteStore) -> None:
    sites.renewed([renewed()], NOW)
    before = known(sites)
    sites.asked(before, A, 77)
    sites.told(before, "SITE_EXPIRED:aaaaaaaa")
    seen = replace(before, fingerprint=A, expires_at=NOW, probed_at=NOW, next_at=NOW + DAY)

    sites.seen([seen])

    expected = replace(seen, asked_for=A, asked_ticket=77, told="SITE_EXPIRED:aaaaaaaa")
    assert known(sites) == expected


def test_longest_of_the_brand_and_the_usual_of_the_authority_count(sites: SiteStore) -> None:
    tooks = {"a.x.com": (70, 21.0), "b.x.com": (70, 2.0), "c.y.com": (71, 60.0), "d.z.com": (72, 9)}
    learnt = [renewed(h, n, t, organization=o) for n, (h, (o, t)) in enumerate(tooks.items(), 1)]
    sites.renewed(learnt, NOW)
    sites.seen([replace(s, issuer="CA", next_at=NOW) for s in learnt if s.host != "a.x.com"])
    imported(sites, "new.x.com", organization=70)
    imported(sites, "e.w.com")
    sites.seen([replace(known(sites, "e.w.com"), issuer="CA", next_at=NOW)])
    imported(sites, "f.v.com")

    expected = {
        "a.x.com": 21.0,
        "b.x.com": 21.0,  # its brand's other site took as long
        "new.x.com": 21.0,
        "c.y.com": 60.0,
        "d.z.com": 9.0,
        "e.w.com": 9.0,  # the middle one of 2, 9 and 60
        "f.v.com": None,
    }
    all_ = sites.durations()
    for host, took in expected.items():
        site = known(sites, host)
        assert (all_.of(site), sites.took(site)) == (took, took)


def test_one_ticket_asks_for_all_sites_with_a_certificate(sites: SiteStore) -> None:
    one, two = renewed("a.x.com"), renewed("b.x.com", 36)
    stranger = renewed("c.y.com", 37, organization=71, requester=8)
    sites.renewed([one, two, stranger], NOW)
    sites.asked(one, A, 77)

    assert sites.asked_with(replace(two, fingerprint=A)) == 77
    assert sites.asked_with(replace(two, fingerprint=B)) is None
    assert sites.asked_with(replace(stranger, fingerprint=A)) is None


def test_site_is_forgotten_in_one_environment_or_in_all(sites: SiteStore) -> None:
    sites.imported([Site("www.x.com"), Site("www.x.com", "staging"), Site("www.y.com")], NOW)

    assert sites.forget("www.x.com", "staging") == 1
    assert sites.forget("www.x.com", "staging") == 0
    assert sites.forget("www.x.com", None) == 1
    assert [site.host for site in sites.all()] == ["www.y.com"]


def test_list_begins_with_what_expires_first(sites: SiteStore) -> None:
    imported(sites, "a.x.com", "b.x.com", "c.x.com")
    sites.seen([replace(known(sites, "a.x.com"), expires_at=NOW + 9 * DAY)])
    sites.seen([replace(known(sites, "b.x.com"), expires_at=NOW + DAY)])

    assert [site.host for site in sites.all()] == ["b.x.com", "a.x.com", "c.x.com"]


def test_nothing_seen_is_nothing_written(sites: SiteStore) -> None:
    imported(sites, "www.x.com")
    sites.seen([])

    assert sites.imported([Site("www.x.com")], NOW + DAY) == (0, 1)
    assert known(sites).added_at == NOW


def test_several_that_add_a_site_at_once_add_it_once(sites: SiteStore, database: Engine) -> None:
    def adds(_: int) -> int:
        return SiteStore(database).imported([Site("www.x.com", brand="X")], NOW)[0]

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(adds, range(16))) == 1

    assert len(sites.all()) == 1
