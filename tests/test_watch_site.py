"""What the watch does about a site: one ticket in time, one note for each fact, a roll-back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.case import At, Case
from bot.engine.journal import Journal
from bot.events import RolledBack
from bot.ports import Endpoint, Served
from bot.site import Site
from bot.x509 import facts
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import BRAND, NOW, TICKET
from tests.watched import FakeJournal, Killed, WatchWorld

HOST = "www.nordlicht-store.com"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Chain = tuple[bytes, ...]


@pytest.fixture
def world(authority: Authority) -> WatchWorld:
    return WatchWorld(roots=(der(authority.root_pem),))


@pytest.fixture
def chain(authority: Authority) -> Callable[..., Chain]:
    """A chain of the authority, with so many days left of so many."""

    def made(left: int = 6, lifetime: int = 199, name: str = HOST) -> Chain:
        since = NOW - timedelta(days=lifetime - left)
        leaf = authority.issue([name], lifetime, not_before=since)[1]
        return (der(leaf), der(authority.chain_pem))

    return made


def sha(chain: Chain) -> str:
    return facts.facts(chain[0]).sha256


def learnt(world: WatchWorld, **more: Any) -> Site:
    """A site of a renewal in ticket 35, which is solved."""
    world.helpdesk.opens("SSL", "It expired")
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="solved")
    site = Site(HOST, brand="Nordlicht", organization=70, requester=BRAND.id, last_ticket=TICKET)
    world.sites.renewed([replace(site, took=5.0, **more)], world.now)
    return world.site(HOST)


def test_ticket_is_opened_for_the_brand_before_the_end(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(6))

    world.goes_round()

    [number] = world.helpdesk.opened.values()
    ticket = world.helpdesk.tickets[number]
    assert (ticket.requester, ticket.organization, ticket.tags) == (BRAND.id, 70, ("ssl_renewal",))
    assert ticket.subject == f"SSL certificate of {HOST} expires on 30 November 2026 (UTC)"
    [comment] = ticket.comments
    assert comment.public
    assert comment.text == (
        "Hello,\n\n"
        f"The SSL certificate of {HOST} expires on 30 November 2026 (UTC). A new one has to be "
        "installed before then, or visitors see a warning. This ticket is where we renew it "
        "together with you.\n\n"
        f"Site: {HOST}\nEnvironment: production\n\n"
        "You need not do anything yet: in a moment you get a second message here, which says what "
        "we know already and what we need from you.\n\n"
        "This is step 1 of 7 of your certificate renewal.\n\n"
        "Kind regards, Symphony Support"
    )
    site = world.site(HOST)
    assert (site.asked_for, site.asked_ticket) == (sha(chain_of(world)), number)
    assert world.events == [("look", {"ticket": number})]


def chain_of(world: WatchWorld, host: str = HOST) -> Chain:
    return world.live.served(host).chain


@pytest.mark.parametrize("left", [199, 70])
def test_no_ticket_is_opened_while_there_is_time(
    world: WatchWorld, chain: Callable[..., Chain], left: int
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(left))

    world.goes_round()

    assert world.helpdesk.opened == {}
    assert world.site(HOST).expires_at is not None


def test_certificate_is_asked_for_once(world: WatchWorld, chain: Callable[..., Chain]) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(60))

    for _ in range(50):
        world.looks_again(HOST)
        world.goes_round(HOUR)

    assert len(world.helpdesk.opened) == 1


def test_renewal_by_other_means_opens_none_and_is_told(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(67))
    world.goes_round()
    world.live.serves(HOST, *chain(199))

    world.goes_round(2 * DAY)

    assert world.helpdesk.opened == {}
    [note] = world.helpdesk.said(public=False)
    assert "SITE_CHANGED" in note


def test_site_that_was_renewed_between_two_looks_is_left_alone(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    """The look right before the ticket counts, not the one that put it in."""
    learnt(world)
    world.live.serves(HOST, *chain(6))
    payload = {"host": HOST, "environment": "production", "was": ""}
    world.live.serves(HOST, *chain(199))

    world.one.go(payload, cast("Journal", FakeJournal(world)))

    assert world.helpdesk.opened == {}


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_open_case_of_the_site_keeps_the_watch_quiet(
    world: WatchWorld, chain: Callable[..., Chain], environment: str
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(-1))
    world.open.append(
        Case(77, BRAND.id, "Ada", 70, At.DETAILS_WANTED, host=HOST, environment=environment)
    )

    world.goes_round()

    quiet = environment == "production"
    assert (world.helpdesk.opened == {}) is quiet
    assert world.helpdesk.said(public=False) == []


def test_agent_who_stopped_the_bot_is_told_once_that_the_certificate_has_ended(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    ended = chain(-1)
    world.live.serves(HOST, *ended)
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="open")
    world.open.append(Case(TICKET, BRAND.id, "Ada", 70, At.STOPPED, host=HOST, served=sha(ended)))

    world.goes_round()
    world.looks_again(HOST)
    world.goes_round()

    assert world.helpdesk.opened == {}, "an agent has it"
    [said] = world.helpdesk.said(public=False)
    assert "[SITE_EXPIRED]" in said


def test_ticket_that_came_to_nothing_is_told_of_before_the_end(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(60))
    world.goes_round()
    [ticket] = world.helpdesk.opened.values()
    case = Case(ticket, BRAND.id, "Ada", 70, At.DETAILS_WANTED, host=HOST)

    world.open.append(case)
    world.goes_round(35 * DAY)
    assert world.helpdesk.said(public=False) == [], "it is under way"

    world.open.clear()  # solved by somebody who thought that it was done
    for _ in range(3):
        world.goes_round(DAY)

    [said] = world.helpdesk.said(public=False)
    assert "[SITE_UNATTENDED]" in said
    assert len(world.helpdesk.opened) == 1


def test_sites_that_share_a_certificate_share_a_ticket(
    world: WatchWorld, authority: Authority
) -> None:
    hosts = (HOST, "nordlicht-store.com", "shop.nordlicht-store.com")
    leaf = authority.issue(hosts, 199, not_before=NOW - 193 * DAY)[1]
    for host in hosts:
        world.watches(host, organization=70, contact="ada@nordlicht.example")
        world.live.serves(host, der(leaf), der(authority.chain_pem))

    world.goes_round()

    [number] = world.helpdesk.opened.values()
    assert {world.site(host).asked_ticket for host in hosts} == {number}


def test_brand_that_took_long_is_asked_earlier(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    other = Site("slow.nordlicht-store.com", organization=70, last_ticket=36, took=30.0)
    world.sites.renewed([other], world.now)
    world.live.serves(HOST, *chain(36, lifetime=99))  # a third would be 33

    world.goes_round()

    assert len(world.helpdesk.opened) == 1


def test_address_of_a_list_becomes_the_requester(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    world.watches(HOST, contact="ada@nordlicht.example")
    world.live.serves(HOST, *chain(6))

    world.goes_round()

    [number] = world.helpdesk.opened.values()
    assert world.helpdesk.tickets[number].requester == BRAND.id


def test_without_anybody_to_ask_an_agent_is_told_and_no_case_begins(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    world.watches(HOST, brand="Nordlicht")
    world.live.serves(HOST, *chain(6))

    for _ in range(3):
        world.looks_again(HOST)
        world.goes_round(HOUR)

    [number] = world.helpdesk.opened.values()
    ticket = world.helpdesk.tickets[number]
    assert ticket.tags == ("ssl_expiry_notice",)
    [comment] = ticket.comments
    assert not comment.public
    assert "ssl_start" in comment.text
    assert "Brand: Nordlicht" in comment.text


def test_requester_that_is_no_more_becomes_an_agents_matter(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.helpdesk.refused.add(BRAND.id)
    world.live.serves(HOST, *chain(6))

    world.goes_round()

    [number] = world.helpdesk.opened.values()
    assert world.helpdesk.tickets[number].tags == ("ssl_expiry_notice",)
    assert "422 requester" in world.helpdesk.tickets[number].comments[0].text


@pytest.mark.parametrize(
    "call",
    ["sites.survey", "openings.open", "audit", "sites.asked", "later", "helpdesk.update"],
)
def test_crash_anywhere_makes_no_second_ticket_and_no_second_note(
    world: WatchWorld, chain: Callable[..., Chain], call: str
) -> None:
    learnt(world, fingerprint="")
    world.live.serves(HOST, *chain(6)[:1])  # both a ticket and a note are due
    journal = FakeJournal(world, dies_after=call)
    payload = {"host": HOST, "environment": "production", "was": ""}
    with pytest.raises(Killed):
        world.one.go(payload, cast("Journal", journal))
    journal.calls = 0

    world.one.go(payload, cast("Journal", journal))
    world.goes_round(HOUR)

    assert len(world.helpdesk.opened) == 1
    assert len(world.events) == 1
    notes = world.helpdesk.said(public=False)
    # The fake helpdesk knows no marks: the note that was lost in the very call is written again.
    assert len(set(notes)) == 1
    assert len(notes) == (2 if call == "helpdesk.update" else 1)


def test_fault_is_told_once_on_the_last_ticket_which_opens(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(150)[:1])

    for _ in range(3):
        world.looks_again(HOST)
        world.goes_round(HOUR)

    [note] = world.helpdesk.said(public=False)
    assert "SITE_CHAIN_INCOMPLETE" in note
    assert world.helpdesk.tickets[TICKET].status == "open"


def test_mere_change_is_noted_and_leaves_the_ticket_solved(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    learnt(world)
    world.live.serves(HOST, *chain(150))
    world.goes_round()
    world.live.serves(HOST, *chain(180))
    world.goes_round(2 * DAY)

    assert "SITE_CHANGED" in world.helpdesk.said(public=False)[0]
    assert world.helpdesk.tickets[TICKET].status == "solved"


@pytest.mark.parametrize("status", ["closed", "deleted", "gone"])
def test_fault_where_the_last_ticket_is_closed_gets_an_internal_one(
    world: WatchWorld, chain: Callable[..., Chain], status: str
) -> None:
    learnt(world)
    if status == "gone":
        del world.helpdesk.tickets[TICKET]
    else:
        world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status=status)
    world.live.serves(HOST, *chain(150, name="www.other-store.com"))

    for _ in range(3):
        world.looks_again(HOST)
        world.goes_round(HOUR)

    [number] = world.helpdesk.opened.values()
    ticket = world.helpdesk.tickets[number]
    assert (ticket.tags, ticket.comments[0].public) == (("ssl_expiry_notice",), False)
    assert "SITE_NAME_MISMATCH" in ticket.comments[0].text


def test_site_that_is_down_is_told_after_three_days_and_once(world: WatchWorld) -> None:
    learnt(world)
    told = []
    for _ in range(10 * 24):
        world.goes_round(HOUR)
        told.append(len(world.helpdesk.said(public=False)))

    assert told.index(1) in range(3 * 24, 3 * 24 + 8)
    assert told[-1] == 1


def test_ticket_that_was_asked_in_vain_is_not_opened_again_by_a_note(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    """An agent has solved it: its case, which is stopped, would begin again with the ticket."""
    world.watches(HOST, organization=70, contact="ada@nordlicht.example")
    served = chain(6)
    world.live.serves(HOST, *served)
    world.goes_round()
    [asked] = world.helpdesk.opened.values()
    world.helpdesk.tickets[asked] = replace(world.helpdesk.tickets[asked], status="solved")
    stopped = Case(asked, BRAND.id, "Ada", 70, At.STOPPED, host=HOST, served=sha(served))
    world.open.append(stopped)

    world.goes_round(7 * DAY)

    assert world.helpdesk.tickets[asked].status == "solved"
    [_, number] = world.helpdesk.opened.values()
    ticket = world.helpdesk.tickets[number]
    assert ticket.tags == ("ssl_expiry_notice",)
    assert "SITE_EXPIRED" in ticket.comments[0].text


def watched_after_renewal(world: WatchWorld, chain: Callable[..., Chain]) -> tuple[Chain, Chain]:
    """The old and the new chain; the new one was installed and verified."""
    old, new = chain(6), chain(199)
    learnt(
        world,
        expected=sha(new),
        expected_until=facts.facts(new[0]).not_after,
        watch_until=NOW + 72 * HOUR,
    )
    world.live.serves(HOST, *new)
    world.goes_round()
    return old, new


def test_roll_back_is_an_event_of_the_case_once(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    old, _ = watched_after_renewal(world, chain)
    world.live.serves(HOST, *old, address="192.0.2.7")

    for _ in range(3):
        world.goes_round(HOUR)

    until = facts.facts(old[0]).not_after
    assert world.events == [
        ("rolled_back", {"ticket": TICKET, "rolled_back": RolledBack(("192.0.2.7",), until)})
    ]
    assert world.helpdesk.opened == {}
    assert world.helpdesk.said(public=False) == []


def test_roll_back_that_is_told_is_not_told_with_what_else_goes_wrong(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    old, _ = watched_after_renewal(world, chain)
    world.live.serves(HOST, *old)
    world.goes_round(HOUR)
    world.live.serves(HOST, *old[:1])

    world.goes_round(HOUR)

    assert [kind for kind, _ in world.events] == ["rolled_back"]
    [note] = world.helpdesk.said(public=False)
    assert "SITE_CHAIN_INCOMPLETE" in note


def test_roll_back_of_a_closed_ticket_gets_a_new_one(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    old, _ = watched_after_renewal(world, chain)
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="closed")
    world.live.serves(HOST, *old)

    for _ in range(3):
        world.goes_round(HOUR)

    [number] = world.helpdesk.opened.values()
    assert "SITE_ROLLED_BACK" in world.helpdesk.tickets[number].comments[0].text
    assert f"#{TICKET}" in world.helpdesk.tickets[number].comments[0].text


def test_node_between_two_certificates_is_no_roll_back(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    """Seen old in the round, old and new in the two looks right after."""
    old, new = watched_after_renewal(world, chain)
    both = (Endpoint("192.0.2.1", old), Endpoint("192.0.2.1", new))
    world.live.hosts[HOST] = Served(HOST, both)

    world.goes_round(HOUR)

    assert world.events == []
    assert world.helpdesk.opened == {}
    assert "SITE_PARTIAL" in world.helpdesk.said(public=False)[0]


def test_after_three_days_the_old_certificate_is_no_roll_back(
    world: WatchWorld, chain: Callable[..., Chain]
) -> None:
    old, _ = watched_after_renewal(world, chain)
    world.live.serves(HOST, *old)

    world.goes_round(4 * DAY)

    # By then it is one that nobody announced, and its own ticket is due.
    assert [kind for kind, _ in world.events] == ["look"]


def test_site_that_was_forgotten_meanwhile_is_left_alone(world: WatchWorld) -> None:
    payload = {"host": HOST, "environment": "production", "was": ""}

    world.one.go(payload, cast("Journal", FakeJournal(world)))

    assert world.helpdesk.tickets == {}
