"""What the ticket says when the case is opened."""

from __future__ import annotations

import pytest

from bot.case import At, Case
from bot.x509 import request
from bot.x509.details import Details, Field, KeyKind
from handlers import opening
from handlers.opening import Opening
from tests.fakes import AGENT, BOT, BRAND, STRANGER, TICKET, FakeWorld

CASE = Case(TICKET, BRAND.id, BRAND.name, 70, At.NEW)
CSR = request.sign(
    request.draw(KeyKind.P256),
    Details("www.brand.com", ("www.brand.com", "brand.com"), "Brand Ltd", "Leeds", "", "GB"),
)


def opened(world: FakeWorld, subject: str, text: str, **more: object) -> Opening:
    return opening.read(CASE, world.helpdesk.opens(subject, text, **more), world.ctx)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("The certificate of https://www.brand.com/shop expires", "www.brand.com"),
        ("Our site WWW.Brand.com. It expires", "www.brand.com"),
        ("www.bücher.example.de expires", "www.xn--bcher-kva.example.de"),
        ("Mail me at ada@brand.com", ""),
        ("Version 1.2.3 of the file a.b", ""),
        ("Common Name: www.brand.com\nSee www.ca-example.net", "www.brand.com"),
        ("It expires.", ""),
    ],
)
def test_site_is_the_host_that_is_named(world: FakeWorld, text: str, host: str) -> None:
    assert opened(world, "SSL", text).host == host


def test_brands_own_host_goes_before_others(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)

    told = opened(world, "SSL", "Your order at www.ca-example.net for shop.brand.com expires")

    assert told.host == "shop.brand.com"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("our staging site", "staging"),
        ("https://staging.brand.com", "staging"),
        ("das Zertifikat der Testumgebung", "staging"),
        ("le site de préproduction", "staging"),
        ("the pre-production host", "staging"),
        ("entorno de pruebas", "staging"),
        ("our production site", "production"),
        ("the live site", "production"),
        ("www.brand.com", ""),
    ],
)
def test_environment_is_read_where_it_is_said(
    world: FakeWorld, text: str, environment: str
) -> None:
    assert opened(world, "SSL", text).environment == environment


def test_fields_of_the_ticket_count_and_comments_go_before_them(world: FakeWorld) -> None:
    fields = (("Website", "shop.brand.com"), ("Environment", "staging"), ("Country", "Germany"))

    told = opened(world, "SSL", "Country: France", fields=fields)

    assert (told.host, told.environment) == ("shop.brand.com", "staging")
    assert told.answers[Field.COUNTRY] == "France"


def test_what_agents_wrote_counts_and_what_others_wrote_does_not(world: FakeWorld) -> None:
    world.helpdesk.opens("SSL", "It expires.")
    world.helpdesk.writes(TICKET, "Organization: Evil Ltd\nwww.evil.net", STRANGER)
    world.helpdesk.writes(TICKET, "They called: www.brand.com\nCountry: UK", AGENT, public=False)

    told = opening.read(CASE, world.helpdesk.tickets[TICKET], world.ctx)

    assert told.host == "www.brand.com"
    assert told.answers.get(Field.ORGANIZATION) is None
    assert told.answers[Field.COUNTRY] == "UK"


def test_site_that_the_bot_itself_has_written_about_is_found(world: FakeWorld) -> None:
    world.helpdesk.opens("SSL", "Hello")
    world.helpdesk.writes(TICKET, "The certificate of www.brand.com expires.", BOT)

    assert opening.read(CASE, world.helpdesk.tickets[TICKET], world.ctx).host == "www.brand.com"


@pytest.mark.parametrize("attached", [True, False])
def test_own_csr_states_the_details(world: FakeWorld, attached: bool) -> None:
    world.helpdesk.opens("SSL", "Hello")
    files = (("our.csr", CSR.encode()),) if attached else ()
    world.helpdesk.writes(TICKET, "Here" if attached else CSR, BRAND, files=files)

    told = opening.read(CASE, world.helpdesk.tickets[TICKET], world.ctx)

    assert told.own_csr
    assert told.answers[Field.ORGANIZATION] == "Brand Ltd"
    assert (told.host, told.answers[Field.NAMES]) == ("www.brand.com", "brand.com")


def test_pictures_are_not_searched_for_a_csr(world: FakeWorld) -> None:
    world.helpdesk.opens("SSL", "Hello")
    comment = world.helpdesk.writes(TICKET, "See", BRAND, files=(("a.png", b"png"),))
    world.helpdesk.files.clear()  # a look at it would fail

    assert opening.stated(comment, CASE, world.ctx) == {}


def test_two_requests_need_a_person(world: FakeWorld) -> None:
    form = "Common Name: {}\nOrganization: Brand Ltd\nCountry: GB\n\n"

    told = opened(world, "SSL", form.format("www.a.com") + form.format("www.b.com"))

    assert "more than one certificate" in told.needs_person
