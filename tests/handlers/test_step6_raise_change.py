"""Step 6, second half: the change holds all that the installation needs."""

from __future__ import annotations

from dataclasses import replace

from bot.case import At
from bot.events import Reached
from bot.policy import Policy
from bot.x509 import facts
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import HOST, change_open


def test_change_describes_certificate_key_and_every_step(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)

    issue = world.tracker.issues[case.change_issue]
    assert issue.summary == f"Install SSL certificate on {HOST} (ZD-{TICKET})"
    assert case.held is not None
    assert case.csr is not None
    read = facts.facts(der(case.held.leaf))
    for value in (read.serial, read.sha256, case.csr.spki, "production", "2027-06-11"):
        assert value in issue.description
    for heading in ("Open the key", "Install", "Check", "Roll back"):
        assert f"h3. {heading}" in issue.description
    assert f"openssl cms -decrypt -inform PEM -in {HOST}.key.p7m" in issue.description
    assert "Sam Deploy, Sue Deploy" in issue.description


def test_files_hold_leaf_chain_both_and_the_sealed_key(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)

    files = world.tracker.files[case.change_issue]
    assert case.held is not None
    leaf, chain = case.held.leaf.encode(), "".join(case.held.intermediates).encode()
    assert files[f"{HOST}.crt"] == leaf
    assert files[f"{HOST}.chain.crt"] == chain == authority.chain_pem.encode()
    assert files[f"{HOST}.fullchain.crt"] == leaf + chain
    assert files[f"{HOST}.key.p7m"].startswith(b"-----BEGIN CMS-----")


def test_change_is_linked_to_ticket_and_request(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)

    assert world.tracker.links[-1] == (case.change_issue, TICKET, case.csr_issue)


def test_brand_learns_the_new_expiry_and_the_ticket_goes_on_hold(
    world: FakeWorld, authority: Authority
) -> None:
    change_open(world, authority)

    assert "valid until 11 June 2027 (UTC)" in world.helpdesk.said()[-1]
    assert world.helpdesk.tickets[TICKET].status == "hold"


def test_same_certificate_is_not_raised_twice(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)

    again = world.after(replace(case, at=At.CERTIFICATE_HELD), Reached())

    assert again.change_issue == case.change_issue
    assert len(world.tracker.issues) == 2


def test_key_to_be_collected_is_not_attached(world: FakeWorld, authority: Authority) -> None:
    world.policy = Policy(key_handover="pull", public_url="https://bot.example.com")

    case = change_open(world, authority)

    assert f"{HOST}.key.p7m" not in world.tracker.files[case.change_issue]
    assert case.csr is not None
    assert world.keys.offered == [(TICKET, case.csr.spki)]
    where = f"https://bot.example.com/keys/{case.csr.spki}"
    assert where in world.tracker.issues[case.change_issue].description
