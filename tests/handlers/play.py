"""How far tests bring a renewal before they begin."""

from __future__ import annotations

from bot.case import Case
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import BRAND, TICKET, FakeWorld

HOST = "www.nordlicht-store.com"
FORM = f"""Common Name: {HOST}
Organization: Nordlicht Handels GmbH
Organizational Unit:
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: 2048
Additional domains: nordlicht-store.com
"""
SUBJECT = "SSL certificate expires soon"


def details_wanted(world: FakeWorld) -> Case:
    """The brand has written, the form is posted."""
    world.helpdesk.opens(SUBJECT, f"The SSL certificate of https://{HOST} expires next week.")
    world.look()
    return the_case(world)


def certificate_wanted(world: FakeWorld) -> Case:
    """The brand has filled in the form, and holds the CSR."""
    world.helpdesk.opens(SUBJECT, FORM)
    world.look()
    return the_case(world)


def change_open(world: FakeWorld, authority: Authority) -> Case:
    """The brand's certificate is with the SaaS team."""
    case = certificate_wanted(world)
    assert case.csr is not None
    leaf = authority.sign(case.csr.pem, days=199)
    replies(world, "Here it is", leaf + authority.chain_pem)
    return the_case(world)


def replies(world: FakeWorld, text: str, *files: str) -> Case:
    """The brand replies, with PEM files, and the bot looks."""
    attached = tuple((f"file{i}.pem", pem.encode()) for i, pem in enumerate(files))
    world.helpdesk.writes(TICKET, text, BRAND, files=attached)
    world.look()
    return the_case(world)


def done(world: FakeWorld, authority: Authority) -> Case:
    """The site serves the new certificate, the ticket is solved."""
    case = change_open(world, authority)
    assert case.held is not None
    world.sites.serves(HOST, *(der(pem) for pem in (case.held.leaf, *case.held.intermediates)))
    world.tracker.resolve(case.change_issue)
    world.look()
    return the_case(world)
