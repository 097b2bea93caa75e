"""Which addresses the bot connects to when a name comes from outside."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.gateways import addresses


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "168.63.129.16", "192.88.99.1"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fc00::1"),
        *("fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "5f00::1"),
        *("127.1", "0x7f.1", "2130706433", "localhost", ""),
    ],
)
def test_private_special_and_odd_addresses_are_refused(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"],
)
def test_public_addresses_are_let_through(address: str) -> None:
    assert addresses.is_public(address)


def test_name_with_a_private_address_is_refused_whole() -> None:
    with pytest.raises(addresses.Private):
        addresses.public("localhost", 443)


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0", "017700000001"])
def test_odd_forms_of_loopback_are_seen_through(host: str) -> None:
    with pytest.raises(addresses.Private):
        addresses.public(host, 443)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example.com", "\udcff.com"])
def test_name_without_an_address_is_unresolved(host: str) -> None:
    with pytest.raises(addresses.Unresolved):
        addresses.public(host, 443)


def test_dead_names_spoil_no_living_one() -> None:
    def look_up(host: str, port: int) -> list[str]:
        if host.startswith("dead"):
            time.sleep(0.6)  # long after it was given up
        return [f"93.184.216.{port}"]

    resolver = addresses.Resolver(look_up, at_once=2, longest=0.2)

    def one(host: str) -> object:
        try:
            return resolver.addresses(host, 34)
        except addresses.Unresolved:
            return None

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, ["dead.x.com"] * 6 + ["live.x.com"] * 6))

    assert found == [None] * 6 + [["93.184.216.34"]] * 6
