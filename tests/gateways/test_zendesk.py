"""The Zendesk gateway, by the genuine library, against a Zendesk over HTTP."""

from __future__ import annotations

import pytest

from bot import attempt
from bot.case import At
from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.events import Role, Ticket
from bot.gateways.downloads import Foreign
from bot.gateways.zendesk import Zendesk
from bot.ports import File, TicketUpdate
from bot.wording.letter import Letter, Paragraph
from sandbox.faults import Fault, Faults, Kind
from sandbox.zendesk import Zendesk as Sandbox
from tests.gateways.conftest import EMAIL, TOKEN

HELLO = Letter((Paragraph("Hello <Ada> & all"),))


@pytest.fixture
def faults(sandbox: Sandbox) -> Faults:
    return sandbox.faults


@pytest.fixture
def number(sandbox: Sandbox) -> int:
    return sandbox.brand_opens(
        sandbox.brand_user, "SSL", "Our certificate expires", tags=("vip", "eu")
    )


def roles(ticket: Ticket) -> list[Role]:
    return [comment.author.role for comment in ticket.comments]


def test_ticket_is_read_with_its_comments_and_who_wrote_them(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.agent_writes(number, "hm", public=False)
    sandbox.brand_writes(number, "and?", user=sandbox.colleague_user)
    sandbox.brand_writes(number, "me too", user=sandbox.stranger_user)
    zendesk.update(number, TicketUpdate(HELLO))

    ticket = zendesk.ticket(number)

    assert roles(ticket) == [Role.BRAND, Role.AGENT, Role.BRAND, Role.OTHER, Role.BOT]
    assert [c.public for c in ticket.comments] == [True, False, True, True, True]
    assert ticket.comments[0].text == "Our certificate expires"
    assert (ticket.number, ticket.subject, ticket.tags) == (number, "SSL", ("vip", "eu"))
    assert ticket.organization == sandbox.organization
    assert ticket.requester_name


def test_every_page_of_comments_is_read(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    for n in range(120):
        sandbox.brand_writes(number, f"reply {n}")

    ticket = zendesk.ticket(number)

    assert [c.text for c in ticket.comments[1:]] == [f"reply {n}" for n in range(120)]


def test_one_update_carries_comment_files_status_and_stage(
    sandbox: Sandbox, zendesk: Zendesk, number: int, faults: Faults
) -> None:
    before = len(faults.calls)
    files = (File("www.x.com.csr", b"a csr", "application/pkcs10"),)

    zendesk.update(number, TicketUpdate(HELLO, files=files, stage=At.CERTIFICATE_WANTED))

    raw = sandbox.ticket(number)
    assert raw["status"] == "pending"
    assert set(raw["tags"]) == {"vip", "eu", "ssl_renewal", "ssl_certificate_wanted"}
    said = sandbox.comments(number)[-1]
    assert "<p>Hello &lt;Ada&gt; &amp; all</p>" in said["html_body"]
    [attached] = said["attachments"]
    assert attached["file_name"] == "www.x.com.csr"
    assert sandbox.attachment_bytes(attached["id"]) == b"a csr"
    writes = [call.method for call in faults.calls[before:] if call.writes]
    assert writes == ["POST", "PUT"]


def test_next_stage_replaces_the_last_ones_tag(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    for stage in (At.DETAILS_WANTED, At.CSR_ORDERED, At.DONE):
        zendesk.update(number, TicketUpdate(HELLO, stage=stage))

    raw = sandbox.ticket(number)
    assert set(raw["tags"]) == {"vip", "eu", "ssl_renewal", "ssl_done"}
    assert raw["status"] == "solved"


def test_note_is_internal_and_leaves_status_and_stage(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.agent_tags(number, "ssl_stop")

    zendesk.update(number, TicketUpdate(HELLO, public=False, drop_tags=("ssl_stop",)))

    assert not sandbox.comments(number)[-1]["public"]
    assert sandbox.ticket(number)["tags"] == ["vip", "eu"]
    assert sandbox.ticket(number)["status"] == "new"


def test_hold_becomes_pending_where_the_account_has_none(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.has_hold = False

    zendesk.update(number, TicketUpdate(HELLO, stage=At.CSR_ORDERED))

    assert sandbox.ticket(number)["status"] == "pending"
    assert not zendesk.has_hold()


def test_change_by_somebody_else_meanwhile_is_not_lost(
    sandbox: Sandbox, zendesk: Zendesk, number: int, faults: Faults
) -> None:
    """The ticket changes between our reading and our writing: read again, write on top."""
    sandbox.before_next_update(lambda: sandbox.agent_tags(number, "urgent"))

    zendesk.update(number, TicketUpdate(HELLO, stage=At.CSR_ORDERED))

    assert {"urgent", "ssl_csr_ordered"} <= set(sandbox.ticket(number)["tags"])
    assert len(sandbox.comments(number)) == 2


@pytest.mark.parametrize("kind", [Kind.RESET_AFTER, Kind.GARBAGE, Kind.RESET_BEFORE])
def test_update_whose_answer_was_lost_is_found_and_not_repeated(
    sandbox: Sandbox, zendesk: Zendesk, number: int, faults: Faults, kind: Kind
) -> None:
    faults.plan(Fault(kind), method="PUT")
    with attempt.of("job.1", again=False), pytest.raises(TryLater):
        zendesk.update(number, TicketUpdate(HELLO))

    with attempt.of("job.1", again=True):
        zendesk.update(number, TicketUpdate(HELLO))

    assert len(sandbox.comments(number)) == 2


def test_same_words_at_another_step_are_said_again(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    for mark in ("job.1", "job.2"):
        with attempt.of(mark, again=True):
            zendesk.update(number, TicketUpdate(HELLO))

    assert len(sandbox.comments(number)) == 3


def test_closed_ticket_needs_a_person(sandbox: Sandbox, zendesk: Zendesk, number: int) -> None:
    sandbox.agent_sets(number, "closed")

    with pytest.raises(NeedsHuman, match="closed"):
        zendesk.update(number, TicketUpdate(HELLO))


def test_who_set_a_tag_is_read_from_the_audits(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.agent_tags(number, "ssl_stop")
    sandbox.end_user_tags(number, "ssl_accept")

    found = zendesk.who_tagged(number, ("ssl_accept", "ssl_stop", "ssl_resume"))

    assert [(tag, person.role) for tag, person in found] == [
        ("ssl_stop", Role.AGENT),
        ("ssl_accept", Role.BRAND),
        ("ssl_resume", Role.OTHER),
    ]


def test_attachment_is_downloaded_from_the_account_alone(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    sandbox.brand_writes(number, "here", files=[("c.crt", b"bytes", "application/x")])
    [attachment] = zendesk.ticket(number).comments[-1].attachments

    assert zendesk.attachment(attachment) == b"bytes"
    assert (attachment.name, attachment.size) == ("c.crt", 5)

    away = type(attachment)(1, "x", "https://evil.example.com/x", 1)
    with pytest.raises(Foreign):
        zendesk.attachment(away)


def test_private_key_in_a_comment_is_masked_before_anything_is_kept(
    sandbox: Sandbox, zendesk: Zendesk, number: int
) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----"
    sandbox.brand_writes(number, f"our key:\n{key}")

    assert "MIIEvQ" not in zendesk.ticket(number).comments[-1].text


def test_custom_fields_come_with_their_titles(sandbox: Sandbox, zendesk: Zendesk) -> None:
    field = next(f for f in sandbox.ticket_fields() if f["type"] == "text")
    number = sandbox.brand_opens(
        sandbox.brand_user, "SSL", "expires", fields={field["id"]: "www.x.com"}
    )

    assert zendesk.ticket(number).fields == ((field["title"], "www.x.com"),)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Kind.STATUS, status=429, retry_after="7"), TryLater),
        (Fault(Kind.STATUS, status=503), TryLater),
        (Fault(Kind.STATUS, status=500), TryLater),
        (Fault(Kind.STATUS, status=401), Misconfigured),
        (Fault(Kind.STATUS, status=403), Misconfigured),
        (Fault(Kind.STATUS, status=404), Gone),
        (Fault(Kind.GARBAGE), TryLater),
        (Fault(Kind.RESET_BEFORE), TryLater),
    ],
)
def test_trouble_while_reading_is_told_by_who_has_to_act(
    zendesk: Zendesk, number: int, faults: Faults, fault: Fault, error: type[Exception]
) -> None:
    faults.plan(fault, path="/tickets/", times=3)

    with pytest.raises(error) as raised:
        zendesk.ticket(number)

    assert TOKEN not in str(raised.value)
    if fault.retry_after:
        assert raised.value.after == 7.0  # type: ignore[attr-defined]


def test_wrong_token_is_a_fault_of_the_configuration(sandbox: Sandbox, number: int) -> None:
    with pytest.raises(Misconfigured):
        Zendesk(sandbox.url, EMAIL, "wrong").ticket(number)


def test_account_in_order_misses_nothing(zendesk: Zendesk) -> None:
    assert zendesk.missing() == ()
