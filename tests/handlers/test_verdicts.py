"""Certificates are judged with all that can be found out about them."""

from __future__ import annotations

import pytest

from bot.case import At
from bot.policy import Policy
from bot.x509.findings import Finding, Severity
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import FakeWorld
from tests.handlers.play import HOST, certificate_wanted, replies


def leaf(world: FakeWorld, authority: Authority) -> str:
    csr = the_case(world).csr
    assert csr is not None
    return authority.sign(csr.pem, days=199)


def test_missing_intermediate_is_asked_for_when_it_cannot_be_had(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)

    case = replies(world, "Here", leaf(world, authority))

    assert case.at is At.CERTIFICATE_WANTED
    assert "[CHAIN_MISSING]" in world.helpdesk.said()[-1]


def test_missing_intermediate_is_taken_from_elsewhere_and_said(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    world.issuers.elsewhere = (der(authority.chain_pem),)

    case = replies(world, "Here", leaf(world, authority))

    assert case.at is At.CHANGE_OPEN
    assert "CHAIN_COMPLETED" in {f.code for f in case.findings}
    assert "intermediate" in world.helpdesk.said()[-1]


def test_missing_intermediate_is_taken_from_the_site(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    _, old = authority.issue([HOST, "nordlicht-store.com"], days=5)
    world.sites.serves(HOST, der(old), der(authority.chain_pem))

    case = replies(world, "Here", leaf(world, authority))

    assert case.at is At.CHANGE_OPEN
    assert "CHAIN_COMPLETED" in {f.code for f in case.findings}


def test_certificate_that_the_site_serves_already_is_no_new_one(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    made = leaf(world, authority)
    world.sites.serves(HOST, der(made), der(authority.chain_pem))

    replies(world, "Here", made, authority.chain_pem)

    assert "[SAME_AS_LIVE]" in world.helpdesk.said()[-1]


def test_name_that_the_site_has_and_the_new_certificate_lacks_is_said(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    _, old = authority.issue([HOST, "nordlicht-store.com", "shop.nordlicht-store.com"], days=5)
    world.sites.serves(HOST, der(old))

    replies(world, "Here", leaf(world, authority), authority.chain_pem)

    assert "[SAN_LIVE_LOST]" in world.helpdesk.said()[-1]
    assert "shop.nordlicht-store.com" in world.helpdesk.said()[-1]


@pytest.mark.parametrize("checked", [True, False])
def test_revocation_is_looked_into_when_the_operator_wants_it(
    world: FakeWorld, authority: Authority, checked: bool
) -> None:
    world.policy = Policy(revocation_check=checked)
    world.issuers.listed = (Finding("REVOKED", Severity.BLOCK, "It is revoked.", "revoked"),)
    certificate_wanted(world)

    case = replies(world, "Here", leaf(world, authority), authority.chain_pem)

    assert case.at is (At.CERTIFICATE_WANTED if checked else At.CHANGE_OPEN)
