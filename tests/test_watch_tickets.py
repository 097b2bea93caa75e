"""The ticket that the watch opens is taken the ordinary way: its site, environment and details."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import asking, watch_tickets
from bot.case import At, Case
from bot.ports import Renewal
from bot.site import Site
from bot.x509 import request
from bot.x509.details import Details, KeyKind
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import AGENT, BRAND, NOW, FakeWorld

HOST = "www.nordlicht-store.com"
DETAILS = Details(
    HOST, (HOST, "nordlicht-store.com"), "Nordlicht", "Hamburg", "", "DE", KeyKind.P256
)


def site(host: str = HOST, environment: str = "production", left: int = 60) -> Site:
    ends = NOW + timedelta(days=left)
    known = Site(host, environment, requester=BRAND.id, organization=70, last_ticket=35)
    return replace(known, fingerprint="a" * 64, expires_at=ends)


def taken(world: FakeWorld, of: Site) -> Case:
    """The watch opens the ticket, and the bot looks at it."""
    number = world.helpdesk.open(watch_tickets.for_brand(of, NOW))
    case = world.look(number)
    assert case is not None
    return case


@pytest.mark.parametrize("left", [60, -2])
@pytest.mark.parametrize("environment", ["production", "staging"])
@pytest.mark.parametrize(
    "host",
    [HOST, "staging.nordlicht-store.com", "live.nordlicht-store.com", "www.xn--mller-shop-9db.de"],
)
def test_site_and_environment_are_read_out_of_it(
    world: FakeWorld, host: str, environment: str, left: int
) -> None:
    case = taken(world, site(host, environment, left))

    assert (case.host, case.environment) == (host, environment)
    assert (case.requester, case.organization) == (BRAND.id, 70)


def test_details_of_the_last_renewal_make_the_form_needless(
    world: FakeWorld, authority: Authority
) -> None:
    """The brand answers nothing: its certificate and its last case say everything."""
    dv = authority.issue([HOST, "nordlicht-store.com"], days=60)[1]
    world.sites.serves(HOST, der(dv), der(authority.chain_pem))
    world.cases.before = (Renewal(HOST, "production", DETAILS),)

    case = taken(world, site())

    assert case.at is At.CERTIFICATE_WANTED
    assert case.details is not None
    assert case.details.organization == "Nordlicht"
    assert set(case.details.names) == {HOST, "nordlicht-store.com"}


def test_details_of_the_certificate_alone_do_as_well(
    world: FakeWorld, authority: Authority
) -> None:
    csr = request.sign(request.draw(KeyKind.P256), DETAILS)
    world.sites.serves(HOST, der(authority.sign(csr, days=60)))
    world.helpdesk.organizations[70] = ("nordlicht-store.com",)

    case = taken(world, site())

    assert case.at is At.CERTIFICATE_WANTED
    assert case.details == DETAILS


def test_without_them_the_brand_gets_the_form_once(world: FakeWorld) -> None:
    case = taken(world, site())

    assert case.at is At.DETAILS_WANTED
    assert sum("form below" in said for said in world.helpdesk.said()) == 1


def test_what_agents_alone_are_told_opens_no_case_until_one_says_so(world: FakeWorld) -> None:
    number = world.helpdesk.open(watch_tickets.for_agent(site(), NOW))
    assert world.look(number) is None

    ticket = world.helpdesk.tickets[number]
    world.helpdesk.tickets[number] = replace(
        ticket, requester=BRAND.id, tags=(*ticket.tags, "ssl_start")
    )
    world.helpdesk.taggers["ssl_start"] = AGENT
    case = world.look(number)

    assert case is not None
    assert (case.host, case.environment) == (HOST, "production")


def test_notice_asks_for_no_renewal_unless_it_is_tagged_as_one() -> None:
    words = ("SSL certificate expires", "renew it")

    assert asking.asks(*words, ())
    assert not asking.asks(*words, ("ssl_expiry_notice",))
    assert asking.asks(*words, ("ssl_expiry_notice", "ssl_renewal"))
