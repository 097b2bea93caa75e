"""The brand does not answer: reminded in time, a person called before it is too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.case import At, Case
from bot.events import Ticket
from handlers import reminders
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import AGENT, NOW, TICKET, FakeWorld
from tests.handlers.play import HOST, certificate_wanted, details_wanted, replies

DAY = timedelta(days=1)


def serves(world: FakeWorld, authority: Authority, days: int) -> None:
    world.sites.serves(HOST, der(authority.issue([HOST], days=days)[1]))


def waits(world: FakeWorld, time: timedelta) -> Case:
    world.passes(time)
    world.look()
    return the_case(world)


@pytest.mark.parametrize(("days", "pause"), [(4, DAY), (16, 4 * DAY), (90, 7 * DAY)])
def test_pause_follows_the_time_that_is_left(
    world: FakeWorld, authority: Authority, days: int, pause: timedelta
) -> None:
    serves(world, authority, days)

    case = details_wanted(world)

    assert case.waiting_since == NOW
    assert case.remind_at is not None
    assert abs(case.remind_at - NOW - pause) < timedelta(hours=1)


def test_silent_brand_is_reminded_and_then_a_person_is_called(world: FakeWorld) -> None:
    details_wanted(world)
    for number in range(1, 4):
        case = waits(world, 7 * DAY)
        assert (case.at, case.reminders) == (At.DETAILS_WANTED, number)
        assert "still waiting for the details" in world.helpdesk.said()[-1]

    case = waits(world, 7 * DAY)

    assert (case.at, case.resume_at) == (At.WITH_AGENT, At.DETAILS_WANTED)
    note = world.helpdesk.said(public=False)[-1]
    assert "not answered since 2026-11-24, reminded 3 times" in note


def test_no_reminder_before_its_time(world: FakeWorld) -> None:
    details_wanted(world)

    assert waits(world, 6 * DAY).reminders == 0
    assert len(world.helpdesk.said()) == 1


def test_second_look_does_not_remind_twice(world: FakeWorld) -> None:
    details_wanted(world)
    waits(world, 7 * DAY)

    assert waits(world, timedelta(0)).reminders == 1


def test_little_time_leaves_one_reminder_and_then_a_person(
    world: FakeWorld, authority: Authority
) -> None:
    serves(world, authority, 6)
    details_wanted(world)

    assert waits(world, 2 * DAY).reminders == 1
    assert waits(world, 2 * DAY).at is At.WITH_AGENT


def test_expired_certificate_calls_a_person_after_a_day(
    world: FakeWorld, authority: Authority
) -> None:
    serves(world, authority, 1)
    details_wanted(world)

    case = waits(world, 2 * DAY)

    assert case.at is At.WITH_AGENT
    assert "expires on" in world.helpdesk.said(public=False)[-1]


def test_certificate_is_asked_for_again(world: FakeWorld) -> None:
    certificate_wanted(world)

    assert waits(world, 7 * DAY).reminders == 1
    assert "still waiting for the new SSL certificate" in world.helpdesk.said()[-1]


def test_word_of_the_brand_begins_the_wait_anew(world: FakeWorld) -> None:
    certificate_wanted(world)
    waits(world, 7 * DAY)

    case = replies(world, "Thanks, we will send it next week.")

    assert (case.reminders, case.waiting_since) == (0, world.now)
    assert waits(world, 6 * DAY).reminders == 0


def test_brand_is_not_reminded_right_after_an_agent_wrote(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.passes(5 * DAY)
    comment = world.helpdesk.writes(TICKET, "Hello Ada, how is it going?", AGENT)
    made = comment.made + 5 * DAY
    ticket = world.helpdesk.tickets[TICKET]
    world.helpdesk.tickets[TICKET] = _last_made(ticket, made)

    case = waits(world, 2 * DAY)

    assert case.reminders == 0
    assert case.remind_at == made + reminders.LONGEST


def _last_made(ticket: Ticket, made: datetime) -> Ticket:
    last = replace(ticket.comments[-1], made=made)
    return replace(ticket, comments=(*ticket.comments[:-1], last))


def test_nobody_is_reminded_once_the_site_serves_another_certificate(
    world: FakeWorld, authority: Authority
) -> None:
    serves(world, authority, 30)
    certificate_wanted(world)
    serves(world, authority, 190)

    case = waits(world, 8 * DAY)

    assert (case.at, case.reminding, case.reminders) == (At.CERTIFICATE_WANTED, False, 0)
    assert "another certificate by now" in world.helpdesk.said(public=False)[-1]
    said = len(world.helpdesk.updates)
    waits(world, 30 * DAY)
    assert len(world.helpdesk.updates) == said


def test_site_that_is_down_does_not_silence_the_reminders(
    world: FakeWorld, authority: Authority
) -> None:
    serves(world, authority, 60)
    certificate_wanted(world)
    world.sites.hosts.clear()

    assert waits(world, 8 * DAY).reminders == 1


def test_wait_after_a_person_decided_begins_anew(world: FakeWorld) -> None:
    details_wanted(world)
    for _ in range(4):
        waits(world, 7 * DAY)
    world.helpdesk.tags("ssl_resume")

    world.look()

    case = the_case(world)
    assert (case.at, case.reminders, case.waiting_since) == (At.DETAILS_WANTED, 0, world.now)
