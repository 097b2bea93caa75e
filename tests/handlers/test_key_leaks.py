"""A posted private key is removed, never kept, and replaced where it was ours."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.case import At
from sandbox.ca import Authority
from tests.conftest import the_case
from tests.fakes import AGENT, BRAND, STRANGER, TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, certificate_wanted, change_open, details_wanted, replies


def our_key(world: FakeWorld) -> str:
    """The private key of the case's CSR, as it must never be seen."""
    csr = the_case(world).csr
    assert csr is not None
    key = world.keys.private[csr.spki]
    clear = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    return str(clear.decode())


def everything(world: FakeWorld) -> str:
    """All that was written or kept."""
    return repr((world.helpdesk.updates, world.tracker, world.cases.kept))


@pytest.mark.parametrize("where", ["text", "file"])
def test_key_of_the_brands_own_is_removed_and_the_brand_told(
    world: FakeWorld, authority: Authority, where: str
) -> None:
    certificate_wanted(world)
    key, leaf = authority.issue([HOST, "nordlicht-store.com"], days=199)

    case = replies(world, key, leaf) if where == "text" else replies(world, "All", key, leaf)

    assert len(world.helpdesk.redacted) == 1
    assert bool(world.helpdesk.redacted[0][1]) is (where == "file")
    incident, refusal = world.helpdesk.said()[-2:]
    assert "must never be sent" in incident
    assert "revoke" in incident
    assert "[KEY_MISMATCH]" in refusal
    assert "FMT_IS_KEY" not in refusal
    assert case.at is At.CERTIFICATE_WANTED
    assert len(case.requests) == 1
    body = "".join(key.splitlines()[1:2])
    assert body not in everything(world)


def test_our_own_key_is_replaced_silently_while_nothing_is_signed(world: FakeWorld) -> None:
    before = certificate_wanted(world)

    case = replies(world, "Is this yours?", our_key(world))

    assert case.at is At.CERTIFICATE_WANTED
    assert len(case.requests) == 2
    assert case.csr != before.csr
    assert not any("revoke" in letter for letter in world.helpdesk.said())
    assert "making a new key" in world.helpdesk.said()[-3]


def test_brand_is_asked_to_revoke_what_was_signed_for_a_leaked_key(
    world: FakeWorld, authority: Authority
) -> None:
    case = certificate_wanted(world)
    assert case.csr is not None
    leaf = authority.sign(case.csr.pem, days=199)

    after = replies(world, "All I have", our_key(world), leaf, authority.chain_pem)

    assert after.at is At.CERTIFICATE_WANTED
    incident = next(t for t in world.helpdesk.said() if "must never be sent" in t)
    assert "issued again with the new CSR" in incident
    assert "revoke" in incident
    assert "[KEY_MATCHES_OLDER_CSR]" in world.helpdesk.said()[-1]
    assert not any(issue.kind == "change" for issue in world.tracker.issues.values())


def test_change_with_a_leaked_key_is_called_back(world: FakeWorld, authority: Authority) -> None:
    case = change_open(world, authority)

    after = replies(world, "Is this yours?", our_key(world))

    assert (case.change_issue, after.at) == ("SPC-2", At.CERTIFICATE_WANTED)
    assert any(k == "SPC-2" and "Do not install" in text for k, text in world.tracker.comments)
    assert after.held is None


def test_key_in_the_first_message_is_removed_too(world: FakeWorld, authority: Authority) -> None:
    key, _ = authority.issue([HOST], days=5)
    world.helpdesk.opens("SSL certificate expires", f"Our key:\n{key}")

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    assert len(world.helpdesk.redacted) == 1


@pytest.mark.parametrize("author", [AGENT, STRANGER])
def test_key_is_removed_whoever_has_posted_it(
    world: FakeWorld, authority: Authority, author
) -> None:
    details_wanted(world)
    key, _ = authority.issue([HOST], days=5)
    world.helpdesk.writes(TICKET, key, author)

    world.look()

    assert len(world.helpdesk.redacted) == 1


def test_stopped_bot_removes_a_key_and_says_nothing_to_the_brand(
    world: FakeWorld, authority: Authority
) -> None:
    details_wanted(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    said = len(world.helpdesk.said())
    key, _ = authority.issue([HOST], days=5)

    replies(world, key)

    assert len(world.helpdesk.redacted) == 1
    assert len(world.helpdesk.said()) == said


def test_key_leaked_while_a_person_decides_is_replaced_when_handed_back(
    world: FakeWorld, authority: Authority
) -> None:
    certificate_wanted(world)
    leaked = our_key(world)
    world.helpdesk.tags("ssl_stop")
    world.look()
    replies(world, leaked)
    assert the_case(world).at is At.STOPPED

    world.helpdesk.tags("ssl_resume")
    world.look()

    assert len(the_case(world).requests) == 2


def test_agent_is_called_where_the_bot_may_not_redact(
    world: FakeWorld, authority: Authority
) -> None:
    world.helpdesk.may_redact = False
    details_wanted(world)
    key, _ = authority.issue([HOST], days=5)

    replies(world, key)

    assert any("redact it by hand" in note for note in world.helpdesk.said(public=False))


def test_incident_is_answered_once(world: FakeWorld, authority: Authority) -> None:
    details_wanted(world)
    key, _ = authority.issue([HOST], days=5)
    replies(world, key)
    world.helpdesk.writes(TICKET, FORM, BRAND)

    world.look()

    assert len(world.helpdesk.redacted) == 1
    assert sum("must never be sent" in t for t in world.helpdesk.said()) == 1
