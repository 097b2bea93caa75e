"""Step 7: the site is looked at until it serves the new certificate."""

from __future__ import annotations

from datetime import timedelta

from bot.case import At, Case
from bot.ports import Endpoint, Served
from handlers import step7_verify_site
from handlers.step7_verify_site import PAUSES
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import HOST, change_open


def new_chain(case: Case) -> tuple[bytes, ...]:
    assert case.held is not None
    return tuple(der(pem) for pem in (case.held.leaf, *case.held.intermediates))


def resolved(world: FakeWorld, authority: Authority, **how: str) -> Case:
    case = change_open(world, authority)
    world.tracker.resolve(case.change_issue, **how)
    world.look()
    return the_case(world)


def test_open_change_is_waited_for(world: FakeWorld, authority: Authority) -> None:
    change_open(world, authority)

    world.look()

    assert the_case(world).at is At.CHANGE_OPEN


def test_new_certificate_on_the_site_solves_the_ticket(
    world: FakeWorld, authority: Authority
) -> None:
    world.sites.serves(HOST, *new_chain(change_open(world, authority)))
    world.tracker.resolve(the_case(world).change_issue)

    world.look()

    assert the_case(world).at is At.DONE
    assert world.helpdesk.tickets[TICKET].status == "solved"
    assert "ssl_done" in world.helpdesk.tickets[TICKET].tags
    assert "the new expiration date is" in world.helpdesk.said()[-1]


def test_old_certificate_is_looked_at_again_later(world: FakeWorld, authority: Authority) -> None:
    case = resolved(world, authority)

    assert case.at is At.CHANGE_DONE
    assert world.later.appointments == [(TICKET, world.now + PAUSES[0])]

    world.look()
    assert len(world.later.appointments) == 1, "a look before its time is none"

    world.sites.serves(HOST, *new_chain(case))
    world.passes(PAUSES[0])
    world.look()
    assert the_case(world).at is At.DONE


def test_unchanged_site_goes_to_the_team_and_an_agent(
    world: FakeWorld, authority: Authority
) -> None:
    case = resolved(world, authority)
    _, old = authority.issue([HOST], days=3)
    world.sites.serves(HOST, der(old))
    for _ in range(len(PAUSES) + 1):
        world.passes(timedelta(days=2))
        world.look()

    assert the_case(world).at is At.WITH_AGENT
    assert "[SITE_OLD_CERTIFICATE]" in world.helpdesk.said(public=False)[-1]
    assert world.tracker.comments[-1][0] == case.change_issue


def test_every_address_must_serve_it(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)
    _, old = authority.issue([HOST], days=3)
    world.sites.hosts[HOST] = Served(
        HOST,
        (Endpoint("192.0.2.1", new_chain(case)), Endpoint("192.0.2.2", (der(old),))),
    )
    world.tracker.resolve(case.change_issue)

    for _ in range(len(PAUSES) + 1):
        assert the_case(world).at is not At.DONE
        world.passes(timedelta(days=2))
        world.look()

    said = world.helpdesk.said(public=False)[-1]
    assert "1 of 2 answers are right [SITE_PARTIAL]" in said
    assert "192.0.2.2 serves another certificate [SITE_OLD_CERTIFICATE]" in said
    assert "192.0.2.1" not in said


def test_of_very_many_wrong_addresses_some_are_named(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)
    _, old = authority.issue([HOST], days=3)
    wrong = tuple(Endpoint(f"192.0.2.{n}", (der(old),)) for n in range(1, 13))
    assert case.held is not None

    said = step7_verify_site.not_yet(Served(HOST, wrong), case.held)

    assert said.count("[SITE_OLD_CERTIFICATE]") == step7_verify_site.MOST_SAID
    assert said.endswith("And 4 more.")


def test_leaf_without_its_chain_is_not_enough(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)
    world.sites.serves(HOST, new_chain(case)[0])
    world.tracker.resolve(case.change_issue)

    world.look()

    assert the_case(world).at is At.CHANGE_DONE


def test_declined_change_goes_to_an_agent(world: FakeWorld, authority: Authority) -> None:
    case = resolved(world, authority, status="Closed", resolution="Won't Do")

    assert case.at is At.WITH_AGENT
    assert case.resume_at is At.CHANGE_OPEN


def test_other_name_with_the_certificate_before_is_left_behind(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)
    _, old = authority.issue([HOST, "nordlicht-store.com"], days=3)
    world.sites.serves(HOST, *new_chain(case))
    world.sites.serves("nordlicht-store.com", der(old))
    world.tracker.resolve(case.change_issue)

    world.look()

    assert the_case(world).at is At.CHANGE_DONE


def test_other_name_with_a_certificate_of_its_own_does_not_matter(
    world: FakeWorld, authority: Authority
) -> None:
    case = change_open(world, authority)
    _, elsewhere = authority.issue(["nordlicht-store.com"], days=3)
    world.sites.serves(HOST, *new_chain(case))
    world.sites.serves("nordlicht-store.com", der(elsewhere))
    world.tracker.resolve(case.change_issue)

    world.look()

    assert the_case(world).at is At.DONE
