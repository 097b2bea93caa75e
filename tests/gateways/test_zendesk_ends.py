"""Whose domains they are, who has ended a ticket, which one goes on from it; links in notes."""

from __future__ import annotations

import pytest

from bot.case import At
from bot.errors import TryLater
from bot.events import Role
from bot.gateways.zendesk import Zendesk
from bot.ports import TicketUpdate
from bot.wording.letter import Letter, Paragraph
from sandbox.faults import Fault, Kind
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.conftest import EMAIL, TOKEN


def test_organizations_domains_are_read_once_and_as_certificates_hold_them(
    sandbox: Sandbox, zendesk: Zendesk
) -> None:
    sandbox.knows_domains("Brand.COM", "bücher.example.org", "ada@brand.com", "not a domain")
    sandbox.faults.calls.clear()

    found = [zendesk.domains(sandbox.organization) for _ in range(3)]

    assert found == [("brand.com", "xn--bcher-kva.example.org")] * 3
    assert len(sandbox.faults.calls) == 1


def test_unknown_organization_has_no_domains(zendesk: Zendesk) -> None:
    assert zendesk.domains(404) == ()


def test_failed_look_at_an_organization_is_not_remembered(
    sandbox: Sandbox, zendesk: Zendesk
) -> None:
    sandbox.faults.plan(Fault(Kind.STATUS, status=503), path="/organizations/")
    with pytest.raises(TryLater):
        zendesk.domains(sandbox.organization)

    assert zendesk.domains(sandbox.organization) == ("nordlicht-store.com",)


def test_who_has_ended_a_ticket_is_read_from_the_audits(sandbox: Sandbox, zendesk: Zendesk) -> None:
    number = sandbox.brand_opens(sandbox.brand_user, "SSL", "Our certificate expires")
    assert zendesk.who_ended(number).role is Role.OTHER

    sandbox.agent_sets(number, "solved")
    assert zendesk.who_ended(number).role is Role.AGENT

    sandbox.brand_writes(number, "not yet")
    zendesk.update(number, TicketUpdate(stage=At.DONE))
    assert zendesk.who_ended(number).role is Role.BOT


def test_follow_up_names_the_closed_ticket(sandbox: Sandbox, zendesk: Zendesk) -> None:
    number = sandbox.brand_opens(sandbox.brand_user, "SSL", "Expires", tags=("ssl_renewal",))
    assert zendesk.ticket(number).follows is None

    sandbox.agent_sets(number, "closed")
    sandbox.brand_writes(number, "and now?")

    after = zendesk.ticket(sandbox.ticket_ids()[-1])
    assert (after.follows, after.tags) == (number, ("ssl_renewal",))


def test_stage_can_be_shown_without_touching_the_status(sandbox: Sandbox, zendesk: Zendesk) -> None:
    number = sandbox.brand_opens(sandbox.brand_user, "SSL", "Our certificate expires")
    sandbox.agent_sets(number, "solved")

    zendesk.update(number, TicketUpdate(stage=At.STOPPED, keep_status=True))

    ticket = sandbox.ticket(number)
    assert (ticket["status"], ticket["tags"]) == ("solved", ["ssl_renewal", "ssl_stopped"])


@pytest.mark.parametrize("public", [True, False])
def test_internal_notes_alone_link_to_the_case(sandbox: Sandbox, public: bool) -> None:
    number = sandbox.brand_opens(sandbox.brand_user, "SSL", "Our certificate expires")
    zendesk = Zendesk(sandbox.url, EMAIL, TOKEN, cases="https://bot.example.com/cases")

    zendesk.update(number, TicketUpdate(Letter((Paragraph("Hello"),)), public=public))

    said = sandbox.comments(number)[-1]["plain_body"]
    assert (f"Case: https://bot.example.com/cases/{number}" in said) is not public
