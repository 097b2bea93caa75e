"""Each answer of the two doors, and that only accepted events are kept."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot.errors import TryLater
from tests.web.door import (
    ENVIRON,
    RECORDED,
    Doors,
    jira_headers,
    recorded,
    seconds_from_now,
    zendesk_headers,
)

TRIGGER = json.dumps(
    {"event": "ticket_changed", "ticket_id": "35", "updated_at": "2026-11-24T11:59:59Z"}
).encode()
COMMENTED = json.dumps(
    {"type": "zen:event-type:ticket.comment_added", "id": "u-1", "detail": {"id": "36"}}
).encode()
CHANGE = json.dumps(
    {
        "webhookEvent": "jira:issue_updated",
        "issue": {"key": "SPC-7", "fields": {"labels": ["ssl-renewal", "zd-37"]}},
    }
).encode()
LOOSE = json.dumps({"webhookEvent": "comment_created", "issue": {"key": "SPC-8"}}).encode()
needs_recordings = pytest.mark.skipif(
    not RECORDED.exists(), reason="the recorded traffic is not beside this repository"
)


def refused(answer, status, code, doors):
    assert answer.status_code == status
    assert answer.json["error"] == code
    assert answer.json["detail"]
    assert doors.inbox.events == {}


@pytest.mark.parametrize("secret", ["old-z", "new-z"])
def test_a_triggers_delivery_becomes_a_look_at_the_ticket(secret):
    doors = Doors()
    answer = doors.zendesk(TRIGGER, secret=secret)
    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    assert doors.inbox.events == {"zd:inv-1:35": (35, "look", {"ticket": 35})}


def test_a_delivery_seen_before_is_accepted_and_kept_once():
    doors = Doors()
    assert [doors.zendesk(TRIGGER).status_code for _ in range(2)] == [202, 202]
    assert len(doors.inbox.events) == 1


def test_a_subscriptions_delivery_becomes_a_look_at_the_ticket():
    doors = Doors()
    assert doors.zendesk(COMMENTED).status_code == 202
    assert doors.inbox.events == {"zd:u-1": (36, "look", {"ticket": 36})}


def test_an_issue_that_names_its_ticket_is_looked_up_in_the_tickets_turn():
    doors = Doors()
    assert doors.jira(CHANGE, secret="old-j", id="w-1").status_code == 202
    assert doors.inbox.events == {"jira:w-1": (37, "issue", {"issue": "SPC-7", "ticket": 37})}


def test_an_issue_of_our_project_without_a_ticket_is_looked_up():
    doors = Doors()
    assert doors.jira(LOOSE, id="w-2").status_code == 202
    assert doors.inbox.events == {
        "jira:w-2": ("issue:SPC-8", "issue", {"issue": "SPC-8", "ticket": None})
    }


@pytest.mark.parametrize("door", ["zendesk", "jira"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_get_405(door, method):
    doors = Doors()
    answer = doors.client.open(f"/webhooks/{door}", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    if method != "HEAD":
        refused(answer, 405, "METHOD_NOT_ALLOWED", doors)


@pytest.mark.parametrize("door", ["zendesk", "jira"])
def test_over_one_mebibyte_gets_413_before_it_is_read(door):
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("the body was read")

        readinto = read

    doors = Doors()
    answer = doors.client.post(
        f"/webhooks/{door}",
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": str(1024 * 1024 + 1)},
        content_type="text/plain",
    )
    refused(answer, 413, "TOO_LARGE", doors)


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 401), (1024 * 1024 + 1, 413)])
def test_a_body_in_chunks_is_bounded_too(size, status):
    doors = Doors()
    answer = doors.client.post(
        "/webhooks/jira",
        input_stream=io.BytesIO(b" " * size),
        environ_overrides={"wsgi.input_terminated": True},
        content_type="application/json",
    )
    assert answer.status_code == status


def test_a_body_that_breaks_off_gets_400():
    doors = Doors()
    answer = doors.client.post(
        "/webhooks/jira",
        input_stream=io.BytesIO(b"{"),
        environ_overrides={"CONTENT_LENGTH": "10"},
        content_type="application/json",
    )
    refused(answer, 400, "NOT_UNDERSTOOD", doors)


@pytest.mark.parametrize("door", ["zendesk", "jira"])
@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_another_type_gets_415_even_when_signed(door, kind):
    doors = Doors()
    headers = zendesk_headers(TRIGGER) | jira_headers(TRIGGER)
    refused(doors.post(door, TRIGGER, headers, content_type=kind), 415, "NOT_JSON", doors)


@pytest.mark.parametrize("at", [-299, 0, 299])
def test_a_signature_within_five_minutes_is_good(at):
    assert Doors().zendesk(TRIGGER, at=seconds_from_now(at)).status_code == 202


@pytest.mark.parametrize(
    "at", [seconds_from_now(-301), seconds_from_now(301), "1234", "soon", "\xe9"]
)
def test_a_signed_delivery_of_another_time_gets_401(at):
    doors = Doors()
    refused(doors.zendesk(TRIGGER, at=at), 401, "UNAUTHORIZED", doors)


GOOD = zendesk_headers(TRIGGER)


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Zendesk-Webhook-Signature": ""},
        {"X-Zendesk-Webhook-Signature": GOOD["X-Zendesk-Webhook-Signature"][:-2] + "A="},
        {"X-Zendesk-Webhook-Signature": "\xe9\xff"},
        {"X-Zendesk-Webhook-Signature-Timestamp": ""},
        {"X-Zendesk-Webhook-Signature-Timestamp": seconds_from_now(1)},
        zendesk_headers(TRIGGER, secret="other"),
        zendesk_headers(TRIGGER, secret="old-z, new-z"),
        zendesk_headers(TRIGGER, secret=""),
        zendesk_headers(TRIGGER + b" "),
    ],
)
def test_a_wrong_signature_of_zendesk_gets_401(changed):
    doors = Doors()
    refused(doors.post("zendesk", TRIGGER, GOOD | changed), 401, "UNAUTHORIZED", doors)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "\xe9",
        jira_headers(CHANGE)["X-Hub-Signature"].removeprefix("sha256="),
        jira_headers(CHANGE)["X-Hub-Signature"].replace("sha256", "sha1"),
        jira_headers(CHANGE, secret="other")["X-Hub-Signature"],
        jira_headers(CHANGE + b"\n")["X-Hub-Signature"],
    ],
)
def test_a_wrong_signature_of_jira_gets_401(header):
    doors = Doors()
    headers = {} if header is None else {"X-Hub-Signature": header}
    refused(doors.post("jira", CHANGE, headers), 401, "UNAUTHORIZED", doors)


BROKEN = [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff", b"[" * 100_000, b"9" * 5000]


@pytest.mark.parametrize(
    "body",
    [
        *BROKEN,
        b'{"event": {}}',
        b'{"event": "ticket_changed"}',
        b'{"event": "ticket_changed", "ticket_id": 0}',
        b'{"event": "ticket_changed", "ticket_id": -1}',
        b'{"event": "ticket_changed", "ticket_id": 3.5}',
        b'{"event": "ticket_changed", "ticket_id": true}',
        b'{"event": "ticket_changed", "ticket_id": "{{ticket.id}}"}',
        b'{"event": "ticket_changed", "ticket_id": "1234567890123456789"}',
        b'{"event": "ticket_changed", "ticket_id": 35, "subject": "a "quote""}',
        b'{"type": "zen:event-type:ticket.created"}',
        b'{"type": "zen:event-type:ticket.created", "detail": {"id": null}}',
    ],
)
def test_signed_but_not_understandable_from_zendesk_gets_400(body):
    doors = Doors()
    refused(doors.zendesk(body), 400, "NOT_UNDERSTOOD", doors)


@pytest.mark.parametrize("body", [*BROKEN, b'{"webhookEvent": 1}'])
def test_signed_but_not_understandable_from_jira_gets_400(body):
    doors = Doors()
    refused(doors.jira(body), 400, "NOT_UNDERSTOOD", doors)


@pytest.mark.parametrize(
    "fault", [TryLater("busy"), OperationalError("insert", {}, Exception("down")), KeyError("x")]
)
@pytest.mark.parametrize("door", ["zendesk", "jira"])
def test_an_event_that_cannot_be_stored_gets_503_and_is_sent_again(door, fault):
    doors = Doors(fault)
    answer = doors.zendesk(TRIGGER) if door == "zendesk" else doors.jira(CHANGE)
    refused(answer, 503, "TRY_LATER", doors)
    assert answer.headers["Retry-After"] == "30"
    assert "down" not in answer.text


def test_what_does_not_matter_is_accepted_without_the_inbox():
    doors = Doors(TryLater("busy"))
    assert doors.zendesk(b'{"event": "something_else"}').status_code == 202
    assert doors.jira(b'{"webhookEvent": "sprint_closed"}').status_code == 202


@needs_recordings
@pytest.mark.parametrize("path", recorded("zendesk"), ids=lambda path: path.stem)
def test_recorded_deliveries_of_zendesk_are_accepted(path):
    doors = Doors()
    assert doors.zendesk(path.read_bytes()).status_code == 202
    assert [kind for _, kind, _ in doors.inbox.events.values()] == ["look"]


@needs_recordings
@pytest.mark.parametrize("path", recorded("jira"), ids=lambda path: path.stem)
def test_recorded_deliveries_of_jira_belong_to_no_case(path):
    doors = Doors()
    assert doors.jira(path.read_bytes()).status_code == 202
    assert doors.inbox.events == {}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = ["event", "type", "id", "detail", "ticket_id", "issue", "key", "fields", "labels"]
KINDS = ["ticket_changed", "zen:event-type:ticket.created", "jira:issue_updated"]
WORDS = st.sampled_from([*NAMES, *KINDS, "summary", "webhookEvent"])
JSON = st.recursive(
    SCALARS | WORDS | st.sampled_from(["SPC-1", "zd-1", "(ZD-0)", "35"]),
    lambda inner: st.lists(inner) | st.dictionaries(WORDS | st.text(), inner),
)
LIVE = Doors()


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_signed_body_ever_gets_a_fault_of_ours(body):
    assert LIVE.zendesk(body).status_code in (202, 400)
    assert LIVE.jira(body).status_code in (202, 400)


def test_answers_and_logs_hold_no_secret_and_no_body(capsys):
    doors = Doors()
    answers = [doors.zendesk(TRIGGER), doors.zendesk(TRIGGER, secret="other"), doors.zendesk(b"{")]
    seen = "".join(answer.text for answer in answers) + "".join(capsys.readouterr())
    for secret in ("old-z", "new-z", "ticket_changed", ENVIRON["ZENDESK_TOKEN"]):
        assert secret not in seen
