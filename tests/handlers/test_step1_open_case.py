"""Step 1: what opens a case, and with what it starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.case import At, Source
from bot.policy import Policy
from bot.ports import Renewal
from bot.x509 import request
from bot.x509.details import Details, KeyKind
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT, details_wanted


def test_expiring_certificate_opens_a_case_and_posts_the_form(world: FakeWorld) -> None:
    case = details_wanted(world)

    assert case.at is At.DETAILS_WANTED
    assert case.host == HOST
    ticket = world.helpdesk.tickets[TICKET]
    assert ticket.status == "pending"
    assert set(ticket.tags) == {"ssl_renewal", "ssl_details_wanted"}
    [letter] = world.helpdesk.said()
    assert f"Common Name: {HOST}" in letter
    assert "This is step 2 of 7" in letter


def test_complete_details_in_the_ticket_need_no_form(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, FORM)

    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED
    assert not any("form below" in letter for letter in world.helpdesk.said())


def test_details_in_the_tickets_own_fields_count(world: FakeWorld) -> None:
    fields = tuple(line.split(": ", 1) for line in FORM.splitlines() if ": " in line)
    world.helpdesk.opens(SUBJECT, "Please renew.", fields=fields)

    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED


def test_form_is_filled_with_what_the_site_serves(world: FakeWorld, authority) -> None:
    _, leaf = authority.issue([HOST, "nordlicht-store.com"], days=10)
    world.sites.serves(HOST, der(leaf))

    details_wanted(world)

    assert "nordlicht-store.com" in world.helpdesk.said()[0].split("Additional domains")[1]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Invoice", "Where is my invoice?"),
        ("My SSL certificate", "Which certificate do you use?"),
        ("Gift certificate", "My gift certificate expires."),
    ],
)
def test_other_tickets_are_left_alone(world: FakeWorld, subject: str, text: str) -> None:
    world.helpdesk.opens(subject, text)

    assert world.look() is None
    assert not world.helpdesk.updates


@pytest.mark.parametrize(
    "text",
    [
        "our SSL certificate expires",
        "Our TLS cert is about to run out",
        "The https certificate has expired!",
        "Unser SSL-Zertifikat läuft ab",
    ],
)
def test_many_ways_to_say_it_open_a_case(world: FakeWorld, text: str) -> None:
    world.helpdesk.opens("Help", text)

    assert world.look() is not None


def test_tag_alone_opens_a_case(world: FakeWorld) -> None:
    world.helpdesk.opens("Hello", "See attached", tags=("ssl_renewal",))

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED


def test_staging_is_told_from_production(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, f"The SSL certificate of our staging site {HOST} expires.")

    world.look()

    assert the_case(world).environment == "staging"


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_finished_tickets_open_nothing(world: FakeWorld, status: str) -> None:
    world.helpdesk.opens(SUBJECT, "our SSL certificate expires", status=status)

    assert world.look() is None


def test_deleted_ticket_is_none_of_ours(world: FakeWorld) -> None:
    assert world.look(999) is None


def test_faulty_details_are_named_with_the_form(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, FORM.replace("Germany", "Atlantis"))

    world.look()

    assert "[COUNTRY_UNKNOWN]" in world.helpdesk.said()[0]


def test_form_can_be_filled_in_on_a_page_where_the_bot_has_an_address(world: FakeWorld) -> None:
    world.links.public_url = "https://bot.example.com"

    details_wanted(world)

    assert f"https://bot.example.com/details/{TICKET}" in world.helpdesk.said()[0]


@pytest.mark.parametrize("reached", [("www.nordlicht.test",), ()])
def test_internal_name_is_accepted_where_the_operator_has_named_the_site(
    world: FakeWorld, reached: tuple[str, ...]
) -> None:
    """A private authority may certify it; a public one never does."""
    world.policy = Policy(reached=reached)
    world.helpdesk.opens(SUBJECT, FORM.replace("nordlicht-store.com", "nordlicht.test"))

    world.look()

    assert the_case(world).at is (At.CERTIFICATE_WANTED if reached else At.DETAILS_WANTED)
    assert any("[NAME_INTERNAL]" in text for text in world.helpdesk.said()) is not bool(reached)


OV = Details(HOST, (HOST, "nordlicht-store.com"), "Nordlicht GmbH", "Hamburg", "", "DE")


def serves_everything(world: FakeWorld, authority: Authority) -> None:
    csr = request.sign(request.draw(KeyKind.P256), OV)
    world.sites.serves(HOST, der(authority.sign(csr, days=20)))


def test_live_certificate_that_says_everything_needs_no_form(
    world: FakeWorld, authority: Authority
) -> None:
    serves_everything(world, authority)
    world.helpdesk.opens(SUBJECT, f"The SSL certificate of https://{HOST} expires next week.")

    world.look()

    case = the_case(world)
    assert (case.at, case.source) == (At.CERTIFICATE_WANTED, Source.LIVE)
    assert case.details == replace(OV, key=KeyKind.P256)
    assert case.served_until is not None
    ordered, attached = world.helpdesk.said()
    assert "the website serves now, so there is no form" in ordered
    assert "Organization: Nordlicht GmbH" in ordered
    assert "If a detail is wrong, please reply" in ordered
    assert "This is step 5" in attached


def test_brand_that_wants_anything_else_is_asked(world: FakeWorld, authority: Authority) -> None:
    serves_everything(world, authority)
    world.helpdesk.opens(SUBJECT, f"The SSL certificate of {HOST} expires.\nCountry: Austria")

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    [letter] = world.helpdesk.said()
    assert "Country: Austria" in letter
    assert "Organization: Nordlicht GmbH" in letter


def test_guessed_site_is_for_the_brand_to_confirm(world: FakeWorld, authority: Authority) -> None:
    serves_everything(world, authority)
    world.cases.before = (Renewal(HOST, "staging", OV),)
    world.helpdesk.opens(SUBJECT, "Our SSL certificate expires next week.")

    world.look()

    case = the_case(world)
    assert (case.at, case.host, case.environment) == (At.DETAILS_WANTED, HOST, "staging")
    assert f"Common Name: {HOST}" in world.helpdesk.said()[0]


def test_first_name_of_the_live_certificate_is_not_lost(
    world: FakeWorld, authority: Authority
) -> None:
    serves_everything(world, authority)
    world.helpdesk.opens(SUBJECT, "It expires.\nCommon Name: nordlicht-store.com")
    world.sites.hosts["nordlicht-store.com"] = world.sites.hosts[HOST]

    world.look()

    case = the_case(world)
    assert case.at is At.CERTIFICATE_WANTED
    assert case.details is not None
    assert case.details.names == ("nordlicht-store.com", HOST)


def test_own_csr_gives_the_details_and_is_not_used(world: FakeWorld) -> None:
    theirs = request.sign(request.draw(KeyKind.P256), OV)
    world.helpdesk.opens(SUBJECT, f"Here is our CSR.\n{theirs}")

    world.look()

    case = the_case(world)
    assert (case.at, case.source) == (At.CERTIFICATE_WANTED, Source.OWN_CSR)
    assert case.csr is not None
    assert case.csr.pem != theirs
    assert "please use that one, not yours" in world.helpdesk.said()[0]


def test_foreign_names_in_the_ticket_go_to_an_agent(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)
    world.helpdesk.opens(SUBJECT, FORM)

    world.look()

    case = the_case(world)
    assert (case.at, case.resume_at) == (At.WITH_AGENT, At.DETAILS_WANTED)
    assert "[NOT_BRANDS_DOMAIN]" in world.helpdesk.said(public=False)[-1]
    assert not world.tracker.issues


def test_two_requests_in_the_ticket_go_to_an_agent(world: FakeWorld) -> None:
    world.helpdesk.opens(SUBJECT, f"{FORM}\n\n{FORM.replace(HOST, 'www.suedlicht-store.com')}")

    world.look()

    assert the_case(world).at is At.WITH_AGENT
    assert "more than one certificate" in world.helpdesk.said(public=False)[-1]
