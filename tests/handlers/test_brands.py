"""A name belongs to the brand by its organization's domains or by what it had renewed before."""

from __future__ import annotations

import pytest

from bot.case import At, Case
from bot.policy import Policy
from bot.ports import Renewal
from bot.x509.details import Details
from handlers import brands
from tests.fakes import BRAND, TICKET, FakeWorld

CASE = Case(TICKET, BRAND.id, BRAND.name, 70, At.DETAILS_WANTED)


def strangers(world: FakeWorld, *names: str, case: Case = CASE) -> tuple[str, ...]:
    return brands.strangers(names, case, world.ctx)


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("brand.com", "brand.com"),
        ("brand.com", "www.shop.brand.com"),
        ("brand.com", "*.brand.com"),
        ("mail.brand.co.uk", "www.brand.co.uk"),
        ("brand.github.io", "www.brand.github.io"),
        ("xn--bcher-kva.de", "www.xn--bcher-kva.de"),
    ],
)
def test_names_at_the_organizations_domains_are_its_own(
    world: FakeWorld, domain: str, name: str
) -> None:
    world.helpdesk.organizations[70] = ("other.example.org", domain)

    assert strangers(world, name) == ()


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("brand.com", "brand.com.evil.net"),
        ("brand.com", "notbrand.com"),
        ("brand.co.uk", "other.co.uk"),
        ("co.uk", "other.co.uk"),
        ("github.io", "other.github.io"),
        ("brand.github.io", "other.github.io"),
        ("brand.com", "8.8.8.8"),
    ],
)
def test_other_names_are_strangers(world: FakeWorld, domain: str, name: str) -> None:
    world.helpdesk.organizations[70] = (domain,)

    assert strangers(world, "www.brand.com" if domain == "brand.com" else domain, name)[-1:] == (
        name,
    )


def test_what_was_renewed_for_the_brand_before_is_its_own(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)
    details = Details("shop.net", ("shop.net", "*.shop.net"))
    world.cases.before = (Renewal("shop.net", "production", details),)

    assert strangers(world, "shop.net", "*.shop.net", "www.shop.net", "evil.shop.org") == (
        "evil.shop.org",
    )


def test_without_domains_there_is_nothing_to_hold_a_name_against(world: FakeWorld) -> None:
    assert strangers(world, "brand.com") == ()
    assert strangers(world, "brand.com", case=CASE.with_(organization=None)) == ()
    assert not brands.checked(CASE, world.ctx)


def test_operator_can_switch_the_check_off(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)
    world.policy = Policy(domain_check=False)

    assert strangers(world, "other.com") == ()


def test_names_that_an_agent_vouched_for_are_no_strangers(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)

    assert strangers(world, "a.net", "b.net", case=CASE.with_(accepted=("a.net",))) == ("b.net",)


def test_first_name_that_is_the_brands_is_found(world: FakeWorld) -> None:
    world.helpdesk.organizations[70] = ("brand.com",)

    assert brands.own(("www.ca.net", "www.brand.com"), CASE, world.ctx) == "www.brand.com"
    assert brands.own(("www.ca.net",), CASE, world.ctx) == ""
