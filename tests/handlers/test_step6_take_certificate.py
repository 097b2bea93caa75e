"""Step 6: what a brand may send, and what becomes of it."""

from __future__ import annotations

from bot.case import At
from sandbox.ca import Authority
from tests.conftest import der, the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import HOST, certificate_wanted, replies


def signed(world: FakeWorld, authority: Authority, **how: object) -> str:
    csr = the_case(world).csr
    assert csr is not None
    return authority.sign(csr.pem, **{"days": 199, **how})


def test_fitting_certificate_raises_the_change(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)

    case = replies(world, "Here", signed(world, authority), authority.chain_pem)

    assert case.at is At.CHANGE_OPEN
    assert case.change_issue == "SPC-2"
    assert world.helpdesk.tickets[TICKET].status == "hold"
    assert set(world.tracker.files["SPC-2"]) == {
        f"{HOST}.crt",
        f"{HOST}.chain.crt",
        f"{HOST}.fullchain.crt",
        f"{HOST}.key.p7m",
    }


def test_certificate_pasted_into_the_text_counts(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)

    case = replies(world, f"Hi,\n{signed(world, authority)}\n{authority.chain_pem}\nBye")

    assert case.at is At.CHANGE_OPEN


def test_a_promise_is_no_certificate(world: FakeWorld) -> None:
    certificate_wanted(world)
    said = len(world.helpdesk.said())

    case = replies(world, "Thanks, we will send it next week.")

    assert case.at is At.CERTIFICATE_WANTED
    assert len(world.helpdesk.said()) == said
    assert world.helpdesk.tickets[TICKET].status == "pending"


def test_certificate_of_another_key_is_refused(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)
    _, other = authority.issue([HOST, "nordlicht-store.com"], days=199)

    case = replies(world, "Here", other, authority.chain_pem)

    assert case.at is At.CERTIFICATE_WANTED
    assert "[KEY_MISMATCH]" in world.helpdesk.said()[-1]
    assert "SPC-2" not in world.tracker.issues


def test_our_own_csr_sent_back_is_named(world: FakeWorld) -> None:
    case = certificate_wanted(world)
    assert case.csr is not None

    replies(world, "Here", case.csr.pem)

    assert "[FMT_IS_CSR]" in world.helpdesk.said()[-1]


def test_missing_name_is_refused(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)

    replies(world, "Here", signed(world, authority, names=[HOST]), authority.chain_pem)

    assert "[SAN_MISSING]" in world.helpdesk.said()[-1]


def test_right_certificate_goes_through_after_a_wrong_one(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    replies(world, "Here", authority.chain_pem)
    assert "[FMT_ONLY_CA_CERTS]" in world.helpdesk.said()[-1]

    case = replies(world, "Oh", signed(world, authority), authority.chain_pem)

    assert case.at is At.CHANGE_OPEN


def test_details_quoted_below_a_promise_are_no_other_details(world: FakeWorld) -> None:
    certificate_wanted(world)
    quoted = "\n".join(f"> {line}" for line in world.helpdesk.said()[0].splitlines())

    case = replies(world, f"Thank you!\n{quoted}")

    assert case.at is At.CERTIFICATE_WANTED


def test_doubtful_certificate_waits_for_an_agents_word(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)

    case = replies(world, "Here", signed(world, authority, days=300), authority.chain_pem)

    assert case.at is At.CERTIFICATE_WANTED
    assert "[TOO_LONG_VALIDITY]" in world.helpdesk.said()[-1]
    note = world.helpdesk.said(public=False)[-1]
    assert "TOO_LONG_VALIDITY, ack" in note
    assert "ssl_accept" in note


def test_intermediates_of_a_good_chain_are_remembered(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)

    replies(world, "Here", signed(world, authority), authority.chain_pem)

    assert world.issuers.remembered == [der(authority.chain_pem)]


def test_note_for_agents_names_rule_and_date(world: FakeWorld, authority: Authority) -> None:
    certificate_wanted(world)

    replies(world, "Here", signed(world, authority, days=300), authority.chain_pem)

    assert "BR 6.3.2 since 2026-03-15" in world.helpdesk.said(public=False)[-1]
