"""A round learns, looks at what is due, remembers it, and puts in what is to be done, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.engine.journal import Journal
from bot.ports import Served
from bot.site import Site
from bot.storage.sweeps import Sweeps
from bot.sweeping import LAG
from bot.watch_round import PART
from bot.x509 import facts
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import NOW
from tests.watched import FakeJournal, WatchWorld

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Chain = tuple[bytes, ...]


@pytest.fixture
def world(authority: Authority) -> WatchWorld:
    return WatchWorld(roots=(der(authority.root_pem),))


@pytest.fixture
def chain(authority: Authority) -> Callable[..., Chain]:
    def made(name: str, left: int = 150) -> Chain:
        since = NOW - timedelta(days=199 - left)
        leaf = authority.issue([name], 199, not_before=since)[1]
        return (der(leaf), der(authority.chain_pem))

    return made


def goes(world: WatchWorld, turn: float = 3600.0) -> None:
    journal = cast("Journal", FakeJournal(world))
    world.round.go({"part": "sites", "put_at": turn}, journal)


def test_what_was_seen_is_remembered_and_the_next_look_is_planned(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    served = chain("www.x.com")
    world.watches("www.x.com")
    world.live.serves("www.x.com", *served)

    goes(world)

    site, leaf = world.site("www.x.com"), facts.facts(served[0])
    assert (site.fingerprint, site.spki, site.expires_at) == (
        leaf.sha256,
        leaf.spki,
        leaf.not_after,
    )
    assert (site.issuer, site.not_before) == ("Sandbox Trust TLS CA 1", leaf.not_before)
    assert (site.key_since, site.probed_at, site.fault) == (leaf.not_before, NOW, "")
    assert site.next_at is not None
    assert timedelta(hours=12) <= site.next_at - NOW <= timedelta(hours=36)
    assert world.events == []


def test_both_environments_of_a_host_are_served_by_one_look(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    world.sites.imported([Site("www.x.com"), Site("www.x.com", "staging")], NOW)
    world.live.serves("www.x.com", *chain("www.x.com"))

    goes(world)

    assert world.site("www.x.com", "staging").fingerprint == world.site("www.x.com").fingerprint


def test_site_that_is_not_due_is_not_looked_at(world: WatchWorld) -> None:
    world.watches("www.x.com")
    world.sites.seen([replace(world.site("www.x.com"), next_at=NOW + DAY)])

    goes(world)

    assert world.site("www.x.com").probed_at is None


def test_finished_renewal_is_learnt_and_looked_at_in_the_same_round(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    served = chain("www.x.com", 199)
    world.live.serves("www.x.com", *served)
    expected = facts.facts(served[0])
    world.over.append(
        Site(
            "www.x.com",
            last_ticket=35,
            took=4.0,
            expected=expected.sha256,
            expected_until=expected.not_after,
            watch_until=NOW + 3 * DAY,
        )
    )

    goes(world)

    site = world.site("www.x.com")
    assert (site.took, site.fingerprint) == (4.0, expected.sha256)
    assert site.next_at == NOW  # each round looks at it for three days
    assert world.events == []


def test_what_was_finished_while_a_clock_was_ahead_is_asked_for_when_it_is_set_right(
    world: WatchWorld,
) -> None:
    sweeps = Sweeps(world.database)
    for ahead in (-HOUR, timedelta(0), 3 * DAY):
        sweeps.save(PART, NOW + ahead)
        goes(world)
        assert sweeps.swept_to(PART) == NOW

    assert world.since == [NOW - 2 * HOUR - LAG, NOW - HOUR - LAG, NOW - DAY]


def test_round_that_runs_again_puts_nothing_in_twice(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    world.watches("www.x.com", contact="a@x.com")
    world.live.serves("www.x.com", *chain("www.x.com", 5))
    goes(world)
    world.looks_again("www.x.com")

    goes(world)
    assert len(world.events) == 1

    world.looks_again("www.x.com")
    goes(world, 7200.0)
    assert len(world.events) == 2


def test_round_that_broke_off_goes_on_with_what_is_still_due(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    """What was looked at before is saved; what it wanted was put in before it was saved."""
    hosts = [f"www{n:03}.x.com" for n in range(250)]
    served = chain("*.x.com", 5)
    for host in hosts:
        world.watches(host, contact="a@x.com")
        world.live.serves(host, *served)
    looked: list[str] = []

    class Breaks:
        def of(self, due: Iterable[str]) -> Iterator[Served]:
            for host in due:
                if len(looked) == 170:
                    looked.append("")
                    raise OSError("the process ends here")
                looked.append(host)
                yield world.live.served(host)

    world.round = replace(world.round, looks=Breaks())
    with pytest.raises(OSError, match="ends here"):
        goes(world)
    saved = sum(site.probed_at is not None for site in world.sites.all())
    goes(world)

    assert saved == 100
    assert all(site.probed_at is not None for site in world.sites.all())
    assert len(world.events) == 250
