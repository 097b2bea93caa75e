"""The roll-back window ends with the private keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.case import At, Case
from sandbox.ca import Authority
from tests.conftest import the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import done


def months_later(world: FakeWorld, days: int = 30) -> Case:
    world.passes(timedelta(days=days))
    world.look()
    return the_case(world)


def test_key_outlives_the_verified_site_by_the_window(
    world: FakeWorld, authority: Authority
) -> None:
    case = done(world, authority)
    assert (TICKET, world.now + timedelta(days=30)) in world.later.appointments

    months_later(world, days=29)

    assert case.csr is not None
    assert case.csr.spki in world.keys.private


def test_key_is_destroyed_with_receipts_in_both_systems(
    world: FakeWorld, authority: Authority
) -> None:
    case = done(world, authority)

    after = months_later(world)

    assert not world.keys.private
    assert after.at is At.DONE
    assert after.retire_at is None
    assert case.csr is not None
    assert case.csr.spki in world.helpdesk.said(public=False)[-1]
    key, receipt = world.tracker.comments[-1]
    assert key == case.change_issue
    assert case.csr.spki in receipt


def test_key_of_a_closed_ticket_is_destroyed_too(world: FakeWorld, authority: Authority) -> None:
    done(world, authority)
    ticket = world.helpdesk.tickets[TICKET]
    world.helpdesk.tickets[TICKET] = replace(ticket, status="closed")
    notes = len(world.helpdesk.updates)

    months_later(world)

    assert not world.keys.private
    assert len(world.helpdesk.updates) == notes


@pytest.mark.parametrize("looks", [2, 3])
def test_receipt_is_given_once(world: FakeWorld, authority: Authority, looks: int) -> None:
    done(world, authority)
    for _ in range(looks):
        months_later(world)

    assert sum("destroyed" in text for _, text in world.tracker.comments) == 1
