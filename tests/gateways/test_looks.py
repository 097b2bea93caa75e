"""Thousands of sites are looked at side by side, and no address gets two connections at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.gateways.looks import STRIKES, Looks
from bot.gateways.tls import Target, TlsSites
from bot.ports import Endpoint, Served
from bot.setting_types import ConnectTo
from sandbox.ca import Authority
from sandbox.site import Site
from tests.conftest import der

DEADLINE = 0.4


@dataclass
class Web(TlsSites):
    """Hosts on addresses; some addresses hang.  Counts who is connected to what."""

    hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hangs: frozenset[str] = frozenset()
    asked: list[tuple[str, str]] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        super().__init__(deadline=DEADLINE)

    def targets(self, host: str) -> Sequence[Target] | str:
        found = self.hosts.get(host, ())
        return [(address, 443) for address in found] or "SITE_UNRESOLVED"

    def endpoint(self, host: str, address: str, port: int) -> Endpoint | None:
        self._counts(address, 1)
        time.sleep(DEADLINE if address in self.hangs else 0.002)
        self._counts(address, -1)
        self.asked.append((host, address))
        if address == "no route":
            return None
        fault = "SITE_REFUSED" if address in self.hangs else ""
        return Endpoint(address, () if fault else (host.encode(),), fault)

    def _counts(self, address: str, more: int) -> None:
        with self.lock:
            for key in (address, "all"):
                self.at_once[key] += more
                self.most[key] = max(self.most[key], self.at_once[key])


def looked(web: Web, at_once: int = 8, longest: float = 60.0) -> dict[str, Served]:
    found = list(Looks(web, at_once, longest).of(web.hosts))
    assert len({served.host for served in found}) == len(found)
    return {served.host: served for served in found}


def test_every_host_is_looked_at_on_each_of_its_addresses() -> None:
    web = Web({f"www{n}.x.com": (f"192.0.2.{n % 20}", f"2001:db8::{n % 20}") for n in range(100)})

    found = looked(web)

    assert set(found) == set(web.hosts)
    for host, served in found.items():
        assert tuple(e.address for e in served.endpoints) == web.hosts[host]
        assert all(endpoint.chain == (host.encode(),) for endpoint in served.endpoints)
    assert len(web.asked) == 200


def test_address_gets_one_connection_at_a_time_and_all_get_no_more_than_allowed() -> None:
    web = Web({f"www{n}.x.com": (f"192.0.2.{n % 12}",) for n in range(120)})

    looked(web, at_once=6)

    assert {n for address, n in web.most.items() if address != "all"} == {1}
    assert 2 <= web.most["all"] <= 6


def test_address_that_hangs_is_left_alone_and_holds_up_nobody() -> None:
    hanging = {f"old{n}.x.com": ("192.0.2.66",) for n in range(50)}
    web = Web({**hanging, "www.x.com": ("192.0.2.1",)}, hangs=frozenset({"192.0.2.66"}))
    began = time.monotonic()

    found = looked(web)

    assert time.monotonic() - began < (STRIKES + 2) * DEADLINE
    assert len(web.asked) == STRIKES + 1
    assert all(found[host].endpoints[0].fault == "SITE_REFUSED" for host in hanging)
    assert found["www.x.com"].endpoints[0].chain


def test_host_that_is_found_nowhere_says_so_and_a_missing_route_is_no_fault() -> None:
    web = Web({"gone.x.com": (), "a.x.com": ("no route",), "b.x.com": ("no route", "192.0.2.1")})

    found = looked(web)

    assert found["gone.x.com"] == Served("gone.x.com", fault="SITE_UNRESOLVED")
    assert found["a.x.com"].fault == "SITE_REFUSED"
    assert [e.address for e in found["b.x.com"].endpoints] == ["192.0.2.1"]


def test_round_that_takes_too_long_leaves_the_rest_for_the_next_one() -> None:
    web = Web({f"www{n}.x.com": ("192.0.2.1",) for n in range(5_000)})

    found = looked(web, longest=1.0)

    assert 0 < len(found) < 5_000, "all of them would take ten seconds"


def test_whoever_breaks_off_waits_for_nothing_but_what_is_under_way() -> None:
    web = Web({f"www{n}.x.com": (f"192.0.2.{n % 8}",) for n in range(2_000)})
    looks = iter(Looks(web, 8).of(web.hosts))
    next(looks)

    began = time.monotonic()
    looks.close()  # type: ignore[attr-defined]  # it is a generator

    assert time.monotonic() - began < DEADLINE
    assert len(web.asked) < 1_000


def test_fault_of_ours_is_not_kept_back() -> None:
    class Broken(Web):
        def endpoint(self, host: str, address: str, port: int) -> Endpoint | None:
            raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        looked(Broken({"www.x.com": ("192.0.2.1",)}))


@pytest.fixture
def site(authority: Authority) -> Iterator[tuple[Site, bytes]]:
    key, leaf = authority.issue(["www.x.com", "www.y.com"])
    made = Site(("www.x.com", "www.y.com"), key, leaf + authority.chain_pem)
    yield made, der(leaf)
    made.close()


def test_real_handshakes_show_the_chain_of_each_name(site: tuple[Site, bytes]) -> None:
    server, leaf = site
    hosts = ("www.x.com", "www.y.com", "www.z.com")
    reached = [ConnectTo(host, 443, "127.0.0.1", server.port) for host in hosts]
    reached.append(ConnectTo("down.x.com", 443, "127.0.0.1", 1))

    found = {s.host: s for s in Looks(TlsSites(reached, 2.0)).of((*hosts, "down.x.com"))}

    for host in ("www.x.com", "www.y.com"):
        assert found[host].chain[0] == leaf
        assert len(found[host].chain) == 2
    assert found["www.z.com"].chain == ()
    assert found["down.x.com"].endpoints[0].fault == "SITE_REFUSED"
