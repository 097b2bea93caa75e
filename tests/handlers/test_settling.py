"""Details that are right go on; names in doubt go to an agent; the rest to the brand."""

from __future__ import annotations

from bot.case import At, Case, Source
from bot.x509.details import Field
from handlers import settling
from tests.fakes import BRAND, TICKET, FakeWorld

CASE = Case(TICKET, BRAND.id, BRAND.name, 70, At.DETAILS_WANTED)
GOOD = {
    Field.COMMON_NAME: "www.brand.com",
    Field.ORGANIZATION: "Brand Ltd",
    Field.LOCALITY: "Leeds",
    Field.COUNTRY: "GB",
}


def settled(world: FakeWorld, answers: dict[Field, str], case: Case = CASE) -> Case | None:
    world.helpdesk.opens("SSL", "It expires.")
    world.helpdesk.organizations[70] = ("brand.com",)
    found = settling.judged(case, answers, world.ctx)
    return settling.settled(case, answers, found, world.ctx, Source.LIVE)


def test_good_details_are_settled_with_their_source(world: FakeWorld) -> None:
    case = settled(world, GOOD)

    assert case is not None
    assert (case.at, case.host, case.source) == (At.DETAILS_KNOWN, "www.brand.com", Source.LIVE)
    assert case.details is not None


def test_faults_are_for_the_brand(world: FakeWorld) -> None:
    assert settled(world, GOOD | {Field.COUNTRY: "Narnia"}) is None
    assert settled(world, GOOD | {Field.COUNTRY: "Narnia", Field.NAMES: "evil.net"}) is None
    assert not world.helpdesk.updates


def test_names_in_doubt_are_for_an_agent_all_at_once(world: FakeWorld) -> None:
    case = settled(world, GOOD | {Field.NAMES: "shop.brand.com, evil.net, www.\u0430pple.com"})

    assert case is not None
    assert (case.at, case.resume_at) == (At.WITH_AGENT, At.DETAILS_WANTED)
    assert case.doubtful == ("evil.net", "www.xn--pple-43d.com")
    [note] = world.helpdesk.said(public=False)
    assert note.count("[NOT_BRANDS_DOMAIN]") == 2
    assert "mixes Cyrillic and Latin" in note
    assert "ssl_accept" in note


def test_vouched_names_are_settled(world: FakeWorld) -> None:
    case = settled(
        world, GOOD | {Field.NAMES: "evil.net"}, CASE.with_(accepted=("evil.net", "x.net"))
    )

    assert case is not None
    assert case.at is At.DETAILS_KNOWN
