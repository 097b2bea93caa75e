"""Agents take over and hand back by macro."""

from __future__ import annotations

from bot.case import At, Case, Source
from bot.ports import Renewal
from bot.x509 import request
from bot.x509.details import Details, KeyKind
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import AGENT, BRAND, TICKET, FakeWorld
from tests.handlers.play import (
    FORM,
    HOST,
    certificate_wanted,
    details_wanted,
    done,
    replies,
)


def test_stop_silences_and_resume_picks_up(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    assert the_case(world).at is At.STOPPED

    said = len(world.helpdesk.updates)
    assert replies(world, FORM).at is At.STOPPED
    assert len(world.helpdesk.updates) == said

    world.helpdesk.tags("ssl_resume")
    world.look()
    assert the_case(world).at is At.CERTIFICATE_WANTED, "the reply written meanwhile is read"


def test_obeyed_command_is_removed_and_noted(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")

    world.look()

    assert "ssl_stop" not in world.helpdesk.tickets[TICKET].tags
    assert AGENT.name in world.helpdesk.said(public=False)[-1]


def test_end_users_command_nothing(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop", by=BRAND)

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    assert "ssl_stop" not in world.helpdesk.tickets[TICKET].tags
    assert "Only agents" in world.helpdesk.said(public=False)[-1]


def test_command_that_does_not_fit_is_removed_with_a_word(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.tags("ssl_use_live_details")

    world.look()

    assert the_case(world).at is At.CERTIFICATE_WANTED
    assert "does not fit" in world.helpdesk.said(public=False)[-1]


def test_only_resume_continues_a_stopped_case(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    world.helpdesk.tags("ssl_accept")

    world.look()

    assert the_case(world).at is At.STOPPED
    assert "Only ssl_resume" in world.helpdesk.said(public=False)[-1]


def test_stopping_what_waits_for_an_agent_keeps_where_to_go_on(world: FakeWorld) -> None:
    details_wanted(world)
    for _ in range(3):
        replies(world, "What?")
    world.helpdesk.tags("ssl_stop")
    world.look()

    assert the_case(world).at is At.STOPPED
    assert the_case(world).resume_at is At.DETAILS_WANTED


def test_start_on_a_running_case_is_noted(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_start")

    world.look()

    assert "ssl_start" not in world.helpdesk.tickets[TICKET].tags


def test_command_after_the_end_is_removed_with_a_word(
    world: FakeWorld, authority: Authority
) -> None:
    done(world, authority)
    assert the_case(world).at is At.DONE
    world.helpdesk.tags("ssl_resume")

    world.look()

    assert the_case(world).at is At.DONE
    assert "ssl_resume" not in world.helpdesk.tickets[TICKET].tags
    assert "This renewal is done" in world.helpdesk.said(public=False)[-1]


def offered(world: FakeWorld, authority: Authority) -> Case:
    """The brand has sent a certificate that is only doubtful."""
    case = certificate_wanted(world)
    assert case.csr is not None
    leaf = authority.sign(case.csr.pem, days=300)
    return replies(world, "Here", leaf, authority.chain_pem)


def commanded(world: FakeWorld, *tags: str) -> Case:
    world.helpdesk.tags(*tags)
    world.look()
    return the_case(world)


def test_accepted_certificate_goes_on(world: FakeWorld, authority: Authority) -> None:
    offered(world, authority)

    case = commanded(world, "ssl_accept")

    assert case.at is At.CHANGE_OPEN
    assert any(f.code == "TOO_LONG_VALIDITY" for f in case.findings)
    assert any("accepted the certificate" in note for note in world.helpdesk.said(public=False))


def test_acceptance_holds_for_exactly_what_was_read(world: FakeWorld, authority: Authority) -> None:
    """The site got another certificate meanwhile: there is one finding more."""
    offered(world, authority)
    _, newer = authority.issue([HOST, "shop.nordlicht-store.com"], days=200)
    world.sites.serves(HOST, der(newer))

    case = commanded(world, "ssl_accept")

    assert case.at is At.CERTIFICATE_WANTED
    assert "SAN_LIVE_LOST" in world.helpdesk.said(public=False)[-1]
    assert commanded(world, "ssl_accept").at is At.CHANGE_OPEN, "the new findings can be accepted"


def test_accepting_without_an_offer_is_answered(world: FakeWorld) -> None:
    certificate_wanted(world)

    case = commanded(world, "ssl_accept")

    assert case.at is At.CERTIFICATE_WANTED
    assert "no certificate to accept" in world.helpdesk.said(public=False)[-1]


def test_blocked_certificate_cannot_be_accepted(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)
    _, other = authority.issue([HOST, "nordlicht-store.com"], days=199)
    replies(world, "Here", other, authority.chain_pem)

    assert commanded(world, "ssl_accept").at is At.CERTIFICATE_WANTED


def test_new_csr_means_a_new_key_and_a_new_request(world: FakeWorld) -> None:
    before = certificate_wanted(world)

    case = commanded(world, "ssl_new_csr")

    assert case.at is At.CERTIFICATE_WANTED
    assert len(case.requests) == 2
    assert case.csr != before.csr
    assert case.csr_issue == "ITOPS-2"


def test_certificate_for_the_csr_before_is_named(world: FakeWorld, authority: Authority) -> None:
    before = certificate_wanted(world)
    commanded(world, "ssl_new_csr")
    assert before.csr is not None

    replies(world, "Here", authority.sign(before.csr.pem, days=199), authority.chain_pem)

    assert "[KEY_MATCHES_OLDER_CSR]" in world.helpdesk.said()[-1]


def test_live_details_are_used_when_an_agent_says_so(
    world: FakeWorld, authority: Authority
) -> None:
    """The brand has named only where it is; the site and its last renewal say the rest."""
    _, leaf = authority.issue([HOST, "shop.nordlicht-store.com"], days=20)
    world.sites.serves(HOST, der(leaf))
    before = Details(HOST, (HOST,), "Nordlicht GmbH", "Hamburg", "", "DE")
    case = details_wanted(world)
    world.cases.before = (Renewal(HOST, "production", before),)

    case = commanded(world, "ssl_use_live_details")

    assert (case.at, case.source) == (At.CERTIFICATE_WANTED, Source.EARLIER)
    assert case.details is not None
    assert case.details.names == (HOST, "shop.nordlicht-store.com")
    assert any("had the live details used" in n for n in world.helpdesk.said(public=False))


def test_live_details_that_do_not_suffice_are_not_used(
    world: FakeWorld, authority: Authority
) -> None:
    details_wanted(world)
    _, leaf = authority.issue([HOST], days=20)
    world.sites.serves(HOST, der(leaf))

    case = commanded(world, "ssl_use_live_details")

    assert case.at is At.DETAILS_WANTED
    assert "[FIELD_MISSING]" in world.helpdesk.said(public=False)[-1]


def test_live_details_of_a_site_that_serves_nothing_are_not_used(world: FakeWorld) -> None:
    details_wanted(world)

    assert commanded(world, "ssl_use_live_details").at is At.DETAILS_WANTED
    assert "does not give all details" in world.helpdesk.said(public=False)[-1]


def test_live_details_help_where_the_brand_could_not(
    world: FakeWorld, authority: Authority
) -> None:
    details_wanted(world)
    for _ in range(3):
        replies(world, "What?")
    csr = request.sign(
        request.draw(KeyKind.P256), Details(HOST, (HOST,), "Nordlicht GmbH", "Hamburg", "", "DE")
    )
    world.sites.serves(HOST, der(authority.sign(csr, days=20)))
    assert the_case(world).at is At.WITH_AGENT

    assert commanded(world, "ssl_use_live_details").at is At.CERTIFICATE_WANTED


def test_accepting_where_nothing_is_in_doubt_does_not_fit(world: FakeWorld) -> None:
    details_wanted(world)

    assert commanded(world, "ssl_accept").at is At.DETAILS_WANTED
    assert "does not fit" in world.helpdesk.said(public=False)[-1]


def test_resuming_instead_of_accepting_names_waits_for_the_brand(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.organizations[70] = ("brand.com",)
    replies(world, FORM)

    case = commanded(world, "ssl_resume")

    assert case.at is At.DETAILS_WANTED
    assert commanded(world, "ssl_accept").at is At.CERTIFICATE_WANTED, "and can still be accepted"


def test_agent_can_have_a_new_csr_made_when_the_case_was_laid_before_him(
    world: FakeWorld,
) -> None:
    case = certificate_wanted(world)
    world.cases.kept[TICKET] = case.moved(At.WITH_AGENT, resume_at=At.CERTIFICATE_WANTED)

    case = commanded(world, "ssl_new_csr")

    assert (case.at, len(case.requests)) == (At.CERTIFICATE_WANTED, 2)
    assert "It replaces the one" in world.helpdesk.said()[-2]


def test_certificate_can_be_accepted_when_the_case_was_laid_before_an_agent(
    world: FakeWorld, authority: Authority
) -> None:
    case = offered(world, authority)
    world.cases.kept[TICKET] = case.moved(At.WITH_AGENT, resume_at=At.CERTIFICATE_WANTED)

    assert commanded(world, "ssl_accept").at is At.CHANGE_OPEN
