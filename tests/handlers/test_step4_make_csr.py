"""Step 4: key and CSR are made once, and the request is closed with the CSR."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509

from bot.case import At
from bot.events import Reached
from bot.policy import Policy
from tests.conftest import the_case
from tests.fakes import FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT, certificate_wanted


def test_csr_is_attached_to_the_request_which_is_closed(world: FakeWorld) -> None:
    case = certificate_wanted(world)

    assert case.csr is not None
    assert world.tracker.files["ITOPS-1"] == {f"{HOST}.csr": case.csr.pem.encode()}
    assert world.tracker.states["ITOPS-1"].done


def test_csr_made_again_for_the_same_case_is_the_same(world: FakeWorld) -> None:
    case = certificate_wanted(world)

    again = world.after(replace(case, at=At.CSR_ORDERED, requests=()), Reached())

    assert again.requests == case.requests


@pytest.mark.parametrize(
    ("bits", "size"), [("2048", 2048), ("4096", 4096), ("P-256", 256), ("P-384", 384)]
)
def test_key_is_of_the_kind_that_was_asked_for(world: FakeWorld, bits: str, size: int) -> None:
    world.helpdesk.opens(SUBJECT, FORM.replace("2048", bits))

    world.look()

    request = the_case(world).csr
    assert request is not None
    csr = x509.load_pem_x509_csr(request.pem.encode())
    assert csr.is_signature_valid
    assert csr.public_key().key_size == size  # type: ignore[union-attr]


def test_wildcards_and_other_alphabets_stand_in_the_csr_as_a_labels(world: FakeWorld) -> None:
    form = FORM.replace(HOST, "*.nordlicht-store.com").replace(
        "domains: nordlicht-store.com", "domains: müller-straße.de, nordlicht-store.com"
    )
    world.helpdesk.opens(SUBJECT, form)

    world.look()

    request = the_case(world).csr
    assert request is not None
    csr = x509.load_pem_x509_csr(request.pem.encode())
    held = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert held.get_values_for_type(x509.DNSName) == [
        "*.nordlicht-store.com",
        "xn--mller-strae-46a18a.de",
        "nordlicht-store.com",
    ]
    assert "wildcard.nordlicht-store.com.csr" in world.tracker.files["ITOPS-1"]


def test_csr_made_by_hand_is_waited_for(world: FakeWorld) -> None:
    world.policy = Policy(csr_source="itops")
    world.helpdesk.opens(SUBJECT, FORM)

    world.look()

    assert the_case(world).at is At.CSR_ORDERED
    assert not world.keys.made
