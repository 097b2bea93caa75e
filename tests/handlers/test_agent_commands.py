"""Agents take over and hand back by macro."""

from __future__ import annotations

from bot.case import At
from sandbox.ca import Authority
from tests.conftest import the_case
from tests.fakes import AGENT, BRAND, TICKET, FakeWorld
from tests.handlers.play import (
    FORM,
    certificate_wanted,
    details_wanted,
    done,
    replies,
)


def test_stop_silences_and_resume_picks_up(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    assert the_case(world).at is At.STOPPED

    said = len(world.helpdesk.updates)
    assert replies(world, FORM).at is At.STOPPED
    assert len(world.helpdesk.updates) == said

    world.helpdesk.tags("ssl_resume")
    world.look()
    assert the_case(world).at is At.CERTIFICATE_WANTED, "the reply written meanwhile is read"


def test_obeyed_command_is_removed_and_noted(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")

    world.look()

    assert "ssl_stop" not in world.helpdesk.tickets[TICKET].tags
    assert AGENT.name in world.helpdesk.said(public=False)[-1]


def test_end_users_command_nothing(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop", by=BRAND)

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    assert "ssl_stop" not in world.helpdesk.tickets[TICKET].tags
    assert "Only agents" in world.helpdesk.said(public=False)[-1]


def test_command_that_does_not_fit_is_removed_with_a_word(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.tags("ssl_use_live_details")

    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED
    assert "does not fit" in world.helpdesk.said(public=False)[-1]


def test_only_resume_continues_a_stopped_case(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    world.helpdesk.tags("ssl_accept")

    world.look()

    assert the_case(world).at is At.STOPPED
    assert "Only ssl_resume" in world.helpdesk.said(public=False)[-1]


def test_stopping_what_waits_for_an_agent_keeps_where_to_go_on(world: FakeWorld) -> None:
    details_wanted(world)
    for _ in range(3):
        replies(world, "What?")
    world.helpdesk.tags("ssl_stop")
    world.look()

    assert the_case(world).at is At.STOPPED
    assert the_case(world).resume_at is At.DETAILS_WANTED


def test_start_on_a_running_case_is_noted(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_start")

    world.look()

    assert "ssl_start" not in world.helpdesk.tickets[TICKET].tags


def test_command_after_the_end_is_removed_with_a_word(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    assert the_case(world).at is At.DONE
    world.helpdesk.tags("ssl_resume")

    world.look()

    assert the_case(world).at is At.DONE
    assert "ssl_resume" not in world.helpdesk.tickets[TICKET].tags
    assert "This renewal is done" in world.helpdesk.said(public=False)[-1]
