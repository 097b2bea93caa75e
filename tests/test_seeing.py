"""A look is boiled down to the certificate that expires first, and to what is wrong with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import seeing
from bot.ports import Endpoint, Served
from bot.seeing import Seen
from bot.x509 import anchors, facts
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import NOW

HOST = "www.nordlicht-store.com"


def look(authority: Authority, *chains: tuple[bytes, ...], fault: str = "") -> Seen:
    endpoints = tuple(Endpoint(f"192.0.2.{n}", chain) for n, chain in enumerate(chains, 1))
    trusted = anchors.trusted((der(authority.root_pem),))
    return seeing.seen(Served(HOST, endpoints, fault), NOW, trusted)


def chain(
    authority: Authority, days: int = 199, name: str = HOST, ago: int = 0
) -> tuple[bytes, ...]:
    since = NOW - timedelta(days=ago, hours=1)
    leaf = authority.issue([name], days, not_before=since)[1]
    return (der(leaf), der(authority.chain_pem))


def test_good_site_has_no_fault_and_says_what_it_serves(authority: Authority) -> None:
    served = chain(authority)
    found, leaf = look(authority, served), facts.facts(served[0])

    assert (found.fault, found.fingerprint, found.spki) == ("", leaf.sha256, leaf.spki)
    assert (found.not_before, found.expires_at) == (leaf.not_before, leaf.not_after)
    assert found.issuer == "Sandbox Trust TLS CA 1"


def test_certificate_that_expires_first_counts_whatever_the_order(authority: Authority) -> None:
    old, new = chain(authority, 20), chain(authority, 199)
    worst = facts.facts(old[0])

    for served in ((old, new), (new, old), (new, new, old)):
        found = look(authority, *served)
        assert (found.fingerprint, found.expires_at) == (worst.sha256, worst.not_after)
    assert [leaf.address for leaf in look(authority, new, old).leaves] == ["192.0.2.1", "192.0.2.2"]


def test_expired_mismatched_and_incomplete_are_told_apart(authority: Authority) -> None:
    good, expired = chain(authority), chain(authority, 30, ago=40)
    other = chain(authority, name="www.other-store.com")

    assert look(authority, expired).fault == "SITE_EXPIRED"
    assert look(authority, other).fault == "SITE_NAME_MISMATCH"
    assert look(authority, good[:1]).fault == "SITE_CHAIN_INCOMPLETE"
    assert look(authority, good, good[:1]).fault == "SITE_CHAIN_INCOMPLETE"
    assert look(authority, good, ()).fault == ""


def test_wildcard_is_made_out_for_the_site(authority: Authority) -> None:
    assert look(authority, chain(authority, name="*.nordlicht-store.com")).fault == ""


def test_certificate_right_under_a_root_needs_no_intermediate(authority: Authority) -> None:
    leaf = chain(authority)[0]
    root = anchors.trusted((der(authority.root_pem),))
    self_signed = der(authority.root_pem)

    assert seeing._under_a_root(der(authority.chain_pem), root)
    assert not seeing._under_a_root(leaf, root)
    assert look(authority, (self_signed,)).fault == "SITE_NAME_MISMATCH"


@pytest.mark.parametrize("fault", ["SITE_UNRESOLVED", "SITE_PRIVATE_ADDRESS", ""])
def test_look_without_a_certificate_says_why(authority: Authority, fault: str) -> None:
    found = look(authority, fault=fault)

    assert found == Seen(NOW, fault or "SITE_REFUSED")


def test_certificate_that_cannot_be_read_is_none(authority: Authority) -> None:
    assert look(authority, (b"\x30\x00",)).fault == "SITE_REFUSED"


@pytest.mark.parametrize(
    ("issuer", "known"),
    [
        ("CN=R11,O=Let's Encrypt,C=US", "Let's Encrypt"),
        ("CN=Private CA", "Private CA"),
        ("C=DE", "C=DE"),
        ("no name at all", "no name at all"),
    ],
)
def test_authority_is_called_by_the_name_that_stays(issuer: str, known: str) -> None:
    assert seeing.authority(issuer) == known
