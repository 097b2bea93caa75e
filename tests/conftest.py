"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.case import Case
from sandbox.ca import Authority
from tests.fakes import NOW, TICKET, FakeWorld

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def authority() -> Authority:
    """A throw-away CA with root and intermediate, at the tests' own time."""
    return Authority(now=NOW)


@pytest.fixture
def world(authority: Authority) -> FakeWorld:
    """Fakes for everything outside; the throw-away CA is trusted."""
    root = x509.load_pem_x509_certificate(authority.root_pem.encode())
    return FakeWorld(anchors=(root.public_bytes(Encoding.DER),))


def der(pem: str) -> bytes:
    """A certificate's DER bytes."""
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def the_case(world: FakeWorld) -> Case:
    """The case of the one ticket that tests play with."""
    case = world.cases.find(TICKET)
    assert case is not None, "the ticket has a case"
    return case
