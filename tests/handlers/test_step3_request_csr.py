"""Step 3: the SaaS team is asked, the brand is told, the ticket goes on hold."""

from __future__ import annotations

from bot.case import At, Case
from bot.events import Reached
from bot.ports import IssueKind
from tests.conftest import the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT


def ready(world: FakeWorld) -> Case:
    """The case as step 2 leaves it."""
    world.helpdesk.opens(SUBJECT, FORM)
    world.look()
    return the_case(world).moved(At.DETAILS_KNOWN, requests=(), csr_issue="")


def test_request_names_host_and_ticket_and_carries_the_details(world: FakeWorld) -> None:
    case = ready(world)

    issue = world.tracker.issues["ITOPS-1"]
    assert issue.kind is IssueKind.CSR_REQUEST
    assert issue.summary == f"CSR for {HOST} (ZD-{TICKET})"
    [(key, comment)] = world.tracker.comments
    assert key == "ITOPS-1"
    assert "|| Organization | Nordlicht Handels GmbH |" in comment
    assert "|| Country | DE |" in comment
    assert "include the private key" in comment
    assert world.tracker.links[0] == ("ITOPS-1", TICKET, "")
    assert case.host == HOST


def test_brand_is_told_what_will_be_in_the_csr(world: FakeWorld) -> None:
    ready(world)

    letter = world.helpdesk.said()[0]
    assert "This is step 3 of 7" in letter
    assert f"Domains: {HOST}, nordlicht-store.com" in letter
    assert world.helpdesk.updates[0].stage is At.CSR_ORDERED


def test_same_request_is_not_raised_twice(world: FakeWorld) -> None:
    case = ready(world)

    again = world.after(case, Reached())

    assert again.csr_issue == "ITOPS-1"
    assert list(world.tracker.issues) == ["ITOPS-1"]


def test_markup_in_a_brands_words_stays_text(world: FakeWorld) -> None:
    evil = FORM.replace("Nordlicht Handels GmbH", "{noformat}[x|http://evil] *GmbH* oHG")
    world.helpdesk.opens(SUBJECT, evil)

    world.look()

    [(_, comment)] = world.tracker.comments
    assert r"\{noformat\}\[x\|http://evil\] \*GmbH\* oHG" in comment
