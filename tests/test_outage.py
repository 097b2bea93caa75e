"""A day without the bot, and every webhook of that day lost: the sweeps make up for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.asking import asks
from bot.case import At, Case
from bot.events import Ticket
from bot.sweeping import ChangedIssue, ChangedTicket, Part, Sweeper
from handlers import PROCEDURE
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import BRAND, NOW, FakeWorld

TICKETS = 300
DAY = timedelta(days=1)
DETAILS = """Common Name: shop{n}.nordlicht-store.com
Organization: Nordlicht Handels GmbH
Locality: Hamburg
Country: Germany
Number of bits: P-256
"""

STAMP = "2026-11-24T06:00:00Z"


@dataclass
class Changes:
    """What both sides would say of the day: everything has changed."""

    world: FakeWorld
    since: list[datetime]

    def changed(self, since: datetime) -> tuple[ChangedTicket, ...]:
        self.since.append(since)
        return tuple(
            ChangedTicket(t.number, t.stamp, t.status, t.subject, t.comments[0].text, t.tags)
            for t in self.world.helpdesk.tickets.values()
        )


@dataclass
class Issues:
    """The changes that the SaaS team has finished meanwhile."""

    keys: list[str]

    def changed(self, minutes: int) -> tuple[ChangedIssue, ...]:
        assert minutes >= 24 * 60, "the whole day is asked for"
        return tuple(ChangedIssue(key, "then") for key in self.keys)


@dataclass
class Book:
    """The cases, as the store gives them to a sweep."""

    world: FakeWorld

    def known(self, tickets: object) -> frozenset[int]:
        return frozenset(self.world.cases.kept)

    def with_change(self, keys: object) -> dict[str, int]:
        cases = self.world.cases.kept.values()
        return {c.change_issue: c.ticket for c in cases if c.at is At.CHANGE_OPEN}

    def moving(self, due: datetime) -> tuple[tuple[Case, datetime], ...]:
        return ()


def test_a_days_outage_is_made_up_for(world: FakeWorld, authority: Authority) -> None:
    """A third asks for a renewal that day, a third sends its details, a third is installed."""
    replied = [opened(world, n) for n in range(1, 101)]
    changed = [brought_to_the_change(world, n, authority) for n in range(101, 201)]
    down_since = world.now
    world.passes(DAY)
    new = [opens(world, n) for n in range(201, 301)]
    for n in replied:
        world.helpdesk.writes(n, DETAILS.format(n=n), BRAND)
    for n in changed:
        installed(world, world.cases.kept[n])

    found = swept(world, down_since)

    assert len(found) == TICKETS, "each is found once"
    for ticket in found:
        world.look(ticket)
    at = {n: case.at for n, case in world.cases.kept.items()}
    assert {at[n] for n in new} == {At.DETAILS_WANTED}
    assert {at[n] for n in replied} == {At.CERTIFICATE_WANTED}
    assert {at[n] for n in changed} == {At.DONE}
    updates = len(world.helpdesk.updates)
    for ticket in swept(world, world.now):
        world.look(ticket)
    assert len(world.helpdesk.updates) == updates, "a second sweep finds nothing to do"


def opens(world: FakeWorld, number: int) -> int:
    """A brand writes."""
    subject = "SSL certificate expires"
    ticket = Ticket(number, subject, "new", (), BRAND.id, BRAND.name, 70, (), (), STAMP)
    world.helpdesk.tickets[number] = ticket
    world.helpdesk.writes(number, "Our SSL certificate expires.", BRAND)
    assert asks(subject, "Our SSL certificate expires.", ())
    return number


def opened(world: FakeWorld, number: int) -> int:
    """The form is posted."""
    opens(world, number)
    world.look(number)
    return number


def brought_to_the_change(world: FakeWorld, number: int, authority: Authority) -> int:
    """The SaaS team has it."""
    opened(world, number)
    world.helpdesk.writes(number, DETAILS.format(n=number), BRAND)
    case = world.look(number)
    assert case is not None
    assert case.csr is not None
    files = (("new.pem", (authority.sign(case.csr.pem, days=199) + authority.chain_pem).encode()),)
    world.helpdesk.writes(number, "Here it is", BRAND, files=files)
    case = world.look(number)
    assert case is not None
    assert case.at is At.CHANGE_OPEN
    return number


def installed(world: FakeWorld, case: Case) -> None:
    """The site serves the new certificate, the change is done."""
    assert case.held is not None
    world.sites.serves(case.host, *(der(p) for p in (case.held.leaf, *case.held.intermediates)))
    world.tracker.resolve(case.change_issue)


def swept(world: FakeWorld, since: datetime) -> list[int]:
    """The tickets that all sweeps together name."""
    keys = [k for k, state in world.tracker.states.items() if state.done]
    changes = Changes(world, [])
    sweeper = Sweeper(PROCEDURE, changes, Issues(keys), Book(world))
    now = max(world.now, NOW + DAY)
    start = since - DAY if since == world.now else since
    hints = [h for part in Part for h in sweeper.hints(part, start, now)]
    assert changes.since == [start - timedelta(minutes=10)]
    return sorted({hint.ticket for hint in hints})
