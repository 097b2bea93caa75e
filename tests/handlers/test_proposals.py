"""What a brand need not be asked, because its site or an earlier renewal says it."""

from __future__ import annotations

import pytest

from bot.case import At, Case, Source
from bot.ports import Renewal, Served
from bot.x509 import request
from bot.x509.details import Details, Field, KeyKind
from handlers import proposals
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import BRAND, TICKET, FakeWorld

HOST = "www.brand.com"
CASE = Case(TICKET, BRAND.id, BRAND.name, 70, At.NEW, host=HOST)
DETAILS = Details(HOST, (HOST, "brand.com"), "Brand Ltd", "Leeds", "", "GB", KeyKind.P256)


def serves(
    world: FakeWorld, authority: Authority, details: Details = DETAILS, host: str = HOST
) -> None:
    csr = request.sign(request.draw(KeyKind.P256), details)
    world.sites.serves(host, der(authority.sign(csr, days=20)))


def serves_names_alone(world: FakeWorld, authority: Authority, *names: str) -> None:
    world.sites.serves(HOST, der(authority.issue(list(names), days=20)[1]))


def renewed(host: str = HOST, environment: str = "production", **more: str) -> Renewal:
    fields = {"organization": "Brand plc", "locality": "York", "country": "GB", **more}
    return Renewal(host, environment, Details(host, (host, "old.brand.com"), **fields))


def test_live_certificate_says_everything(world: FakeWorld, authority: Authority) -> None:
    serves(world, authority)

    found = proposals.for_site(CASE, world.ctx)

    assert found.whole
    assert found.source is Source.LIVE
    assert found.fields == {
        Field.COMMON_NAME: HOST,
        Field.ORGANIZATION: "Brand Ltd",
        Field.LOCALITY: "Leeds",
        Field.COUNTRY: "GB",
        Field.NAMES: "brand.com",
        Field.BITS: "P-256",
    }
    assert len(found.served) == 64
    assert found.until is not None


def test_what_the_live_certificate_lacks_comes_from_the_sites_last_renewal(
    world: FakeWorld, authority: Authority
) -> None:
    serves_names_alone(world, authority, HOST, "shop.brand.com")
    world.cases.before = (renewed(),)

    found = proposals.for_site(CASE, world.ctx)

    assert (found.whole, found.source) == (True, Source.EARLIER)
    assert found.fields[Field.ORGANIZATION] == "Brand plc"
    assert found.fields[Field.NAMES] == "shop.brand.com", "the names are those of today"


def test_another_site_says_who_the_brand_is_for_the_form_alone(
    world: FakeWorld, authority: Authority
) -> None:
    serves_names_alone(world, authority, HOST)
    world.cases.before = (renewed("shop.brand.com"),)

    found = proposals.for_site(CASE, world.ctx)

    assert not found.whole
    assert found.fields[Field.ORGANIZATION] == "Brand plc"
    assert found.fields[Field.COMMON_NAME] == HOST
    assert "old.brand.com" not in found.fields.get(Field.NAMES, "")


def test_who_the_brand_is_comes_from_one_source(world: FakeWorld, authority: Authority) -> None:
    serves(world, authority)
    world.cases.before = (renewed(state="Yorkshire"),)

    assert Field.STATE not in proposals.for_site(CASE, world.ctx).fields


def test_unreachable_site_leaves_what_the_last_renewal_says(world: FakeWorld) -> None:
    world.cases.before = (renewed(),)

    found = proposals.for_site(CASE, world.ctx)

    assert not found.whole
    assert found.fields[Field.ORGANIZATION] == "Brand plc"
    assert found.fields[Field.NAMES] == "old.brand.com"
    assert (found.served, found.until) == ("", None)


def test_certificate_of_another_name_says_nothing_of_the_brand(
    world: FakeWorld, authority: Authority
) -> None:
    hoster = Details("hosting.net", ("hosting.net",), "Hosting Inc", "Austin", "Texas", "US")
    serves(world, authority, hoster)

    found = proposals.for_site(CASE, world.ctx)

    assert found.fields == {Field.COMMON_NAME: HOST}
    assert not found.whole
    assert found.served, "and yet it is known what is served, to notice a change"


def test_certificate_shared_with_strangers_says_nothing_of_the_brand(
    world: FakeWorld, authority: Authority
) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)
    shared = Details("cdn.net", ("cdn.net", HOST, "www.other.org"), "CDN Inc", "Austin", "", "US")
    serves(world, authority, shared)

    assert proposals.for_site(CASE, world.ctx).fields == {Field.COMMON_NAME: HOST}


@pytest.mark.parametrize(("domains", "whole"), [((), False), (("brand.com", "brand.de"), True)])
def test_several_domains_go_straight_on_only_when_they_are_known_as_the_brands(
    world: FakeWorld, authority: Authority, domains: tuple[str, ...], whole: bool
) -> None:
    world.helpdesk.organizations[70] = domains
    serves(world, authority, Details(HOST, (HOST, "www.brand.de"), "Brand Ltd", "Leeds", "", "GB"))

    found = proposals.for_site(CASE, world.ctx)

    assert found.whole is whole
    assert found.fields[Field.ORGANIZATION] == "Brand Ltd"


def test_unreadable_certificate_is_like_none(world: FakeWorld) -> None:
    world.sites.serves(HOST, b"no certificate")

    assert proposals.for_site(CASE, world.ctx).fields == {Field.COMMON_NAME: HOST}


def test_unknown_site_proposes_nothing(world: FakeWorld) -> None:
    world.sites.hosts[""] = Served("", fault="SITE_UNRESOLVED")

    assert proposals.for_site(CASE.with_(host=""), world.ctx).fields == {}


def test_only_site_or_only_domain_is_the_likely_one(world: FakeWorld) -> None:
    assert proposals.likely_host(CASE, world.ctx) == ""
    world.helpdesk.organizations[70] = ("brand.com",)
    assert proposals.likely_host(CASE, world.ctx) == "brand.com"
    world.cases.before = (renewed("shop.brand.com"), renewed("shop.brand.com", "staging"))
    assert proposals.likely_host(CASE, world.ctx) == "shop.brand.com"
    world.cases.before = (renewed("a.brand.com"), renewed("b.brand.com"))
    assert proposals.likely_host(CASE, world.ctx) == ""


def test_environment_is_the_one_of_the_sites_last_renewal(world: FakeWorld) -> None:
    assert proposals.about(CASE, HOST, "", world.ctx)[0].environment == "production"
    world.cases.before = (renewed("other.com", "staging"), renewed(HOST, "staging"))
    assert proposals.about(CASE, HOST, "", world.ctx)[0].environment == "staging"
    assert proposals.about(CASE, HOST, "production", world.ctx)[0].environment == "production"
