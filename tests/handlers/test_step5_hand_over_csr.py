"""Step 5: the brand gets the CSR and knows what to do with it."""

from __future__ import annotations

from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import HOST, certificate_wanted


def test_csr_goes_to_the_brand_and_the_ticket_waits_for_it(world: FakeWorld) -> None:
    case = certificate_wanted(world)

    update = world.helpdesk.updates[-1]
    assert case.csr is not None
    assert [(f.name, f.data) for f in update.files] == [(f"{HOST}.csr", case.csr.pem.encode())]
    assert update.public
    ticket = world.helpdesk.tickets[TICKET]
    assert ticket.status == "pending"
    assert set(ticket.tags) == {"ssl_renewal", "ssl_certificate_wanted"}


def test_instructions_name_every_domain_and_forbid_private_keys(world: FakeWorld) -> None:
    certificate_wanted(world)

    letter = world.helpdesk.said()[-1]
    assert f"covers: {HOST}, nordlicht-store.com." in letter
    assert "Never send a private key" in letter
    assert "This is step 5 of 7" in letter
