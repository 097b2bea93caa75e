"""Requests that no HTTP library would send, over a raw socket to a real web process."""

from __future__ import annotations

import base64
import hmac
import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet

from sandbox.processes import BotProcesses, free_port, until
from sandbox.world import member

pytestmark = pytest.mark.slow
SECRET = b"zendesk-secret"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
MIB = 1024 * 1024


class Raw:
    """The web process, by bytes."""

    def __init__(self, port: int) -> None:
        self._port = port

    def answer(self, sent: bytes) -> tuple[int, dict[str, object]]:
        """The status of the answer, and its body where that is JSON."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=15) as client:
            with suppress(BrokenPipeError, ConnectionResetError):  # answered before it was read
                client.sendall(sent)
            got = b""
            while b"\r\n\r\n" not in got or not got.rstrip().endswith((b"}", b">")):
                part = client.recv(65536)
                if not part:
                    break
                got += part
        head, _, body = got.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else {}

    def delivered(self, body: bytes, **more: bytes) -> int:
        """The status for a signed body with its right length."""
        return self.answer(head(body, **more) + body)[0]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    folder, port = tmp_path_factory.mktemp("raw"), free_port()
    (folder / "recipients.pem").write_bytes(member("Sam Deploy")[0])
    bot = BotProcesses(environment(folder, port), folder)
    bot.web = bot.run("web")
    until(lambda: ready(port), "the web process is ready")
    yield Raw(port)
    bot.stop()
    # Whatever was sent, nothing went wrong on our side.
    assert "Traceback" not in bot.log()
    assert '"answer": 5' not in bot.log()


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "ZENDESK_URL": "http://127.0.0.1:1",
        "ZENDESK_EMAIL": "bot@helpdesk.example",
        "ZENDESK_TOKEN": "token",
        "ZENDESK_WEBHOOK_SECRET": SECRET.decode(),
        "JIRA_URL": "http://127.0.0.1:1",
        "JIRA_TOKEN": "token",
        "JIRA_WEBHOOK_SECRET": "jira-secret",
        "KEY_STORE_KEYS": Fernet.generate_key().decode(),
        "KEY_RECIPIENTS": str(folder / "recipients.pem"),
        "PORT": str(port),
    }


def ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def head(body: bytes, more: bytes = b"", stamp: bytes = b"", length: bytes | None = None) -> bytes:
    """The head of a signed delivery; `length` instead of the right one, or `CHUNKED` in `more`."""
    stamp = stamp or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    signature = base64.b64encode(hmac.digest(SECRET, stamp + body, "sha256"))
    size = str(len(body)).encode() if length is None else length
    lines = (
        b"POST /webhooks/zendesk HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json",
        b"X-Zendesk-Webhook-Signature: " + signature,
        b"X-Zendesk-Webhook-Signature-Timestamp: " + stamp,
        b"X-Zendesk-Webhook-Invocation-Id: " + os.urandom(8).hex().encode(),
    )
    sized = b"" if CHUNKED in more else b"Content-Length: " + size + b"\r\n"
    return b"\r\n".join(lines) + b"\r\n" + more + sized + b"\r\n"


def trigger(ticket: bytes = b"35", padding: int = 0) -> bytes:
    start = b'{"event":"ticket_changed","ticket_id":' + ticket + b',"padding":"'
    return start + b"a" * max(padding - len(start) - 2, 0) + b'"}'


def chunks(body: bytes) -> bytes:
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(("size", "status"), [(0, 202), (MIB, 202), (MIB + 1, 413), (4 * MIB, 413)])
def test_chunked_body_has_the_same_limit_as_any_other(web: Raw, size: int, status: int) -> None:
    body = trigger(padding=size)
    assert web.answer(head(body, CHUNKED) + chunks(body))[0] == status
    assert web.delivered(body) == status


@pytest.mark.parametrize("broken", [b"zz\r\nabc", b"-1\r\nabc\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n"])
def test_chunks_that_are_none_are_the_senders_fault(web: Raw, broken: bytes) -> None:
    status, told = web.answer(head(trigger(), CHUNKED) + broken)
    assert (status, told["error"]) == (400, "NOT_UNDERSTOOD")


@pytest.mark.parametrize(
    ("length", "status"),
    [(b"5", 401), (b"-5", 400), (b"+5", 400), (b"abc", 400), (b"", 400), (b"9" * 30, 413)],
)
def test_wrong_length_is_never_accepted(web: Raw, length: bytes, status: int) -> None:
    assert web.answer(head(trigger(), length=length) + trigger())[0] == status


def test_two_lengths_are_refused(web: Raw) -> None:
    assert web.delivered(trigger(), more=b"Content-Length: 5\r\n") == 400


@pytest.mark.parametrize(
    "more",
    [
        b"X-Zendesk-Webhook-Signature: x\r\n",
        b"X-Zendesk-Webhook-Signature-Timestamp: 2020-01-01T00:00:00Z\r\n",
    ],
)
def test_second_signature_or_time_spoils_the_first(web: Raw, more: bytes) -> None:
    assert web.delivered(trigger(), more=more) == 401


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (b"X-A: " + b"a" * 20_000 + b"\r\n", 431),
        (b"X-A: a\r\n" * 200, 431),
        (b"X-A: a\x00b\r\n", 400),
        (b"X-A: \xff\xfe\r\n", 202),
        (b"X-Zendesk-Webhook-Signature-Timestamp: \xff\r\n", 401),
    ],
)
def test_headers_are_bounded_and_may_hold_odd_bytes(web: Raw, more: bytes, status: int) -> None:
    assert web.delivered(trigger(), more=more) == status


@pytest.mark.parametrize(
    "ticket",
    [
        *(b"true", b"false", b"null", b"1.0", b"1e3", b"NaN", b"[35]", b"{}", b"-1", b"0"),
        *(b'"0"', b'"+35"', b'"35 "', b'"\\u0663"', b'"35\\u0000"', b"9" * 19, b"9" * 5000),
    ],
)
def test_what_is_no_ticket_number_is_not_understood(web: Raw, ticket: bytes) -> None:
    assert web.delivered(trigger(ticket)) == 400


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b"\x00" * 10, b"\xff\xfe{", b'{"event":"ticket_changed","x":"\xff"}'),
        *(b"[" * 200_000, b'{"a":' * 100_000, b"[" * 50_000 + b"]" * 50_000),
        b'{"type":"zen:event-type:ticket.created","detail":null}',
    ],
    ids=range(10),
)
def test_body_that_is_signed_and_senseless_is_not_understood(web: Raw, body: bytes) -> None:
    assert web.delivered(body) == 400


def test_event_with_an_odd_id_is_accepted(web: Raw) -> None:
    for odd in (b'"\\ud800\\u0000"', b"5", b"null", b'"' + b"a" * 5000 + b'"'):
        body = b'{"type":"zen:event-type:ticket.created","id":%b,"detail":{"id":"35"}}' % odd
        assert web.delivered(body) == 202


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", 202),
        ("%Y-%m-%dT%H:%M:%S.123Z", 202),
        ("%Y-%m-%dT%H:%M:%S.123456789Z", 202),
        ("%Y-%m-%dT%H:%M:%S+00:00", 202),
        ("%Y-%m-%dT%H:%M:%S", 202),
        ("%Y-%m-%dT%H:%M:%S+02:00", 401),
        ("%s", 401),
        ("%a, %d %b %Y %H:%M:%S GMT", 401),
        ("0001-01-01T00:00:00+23:59", 401),
        ("9999-12-31T23:59:59-23:59", 401),
        ("9" * 4000, 401),
    ],
)
def test_time_of_signing_is_read_as_iso_8601(web: Raw, form: str, status: int) -> None:
    stamp = datetime.now(UTC).strftime(form).encode()
    assert web.delivered(trigger(), stamp=stamp) == status


def test_client_that_asks_first_is_told_to_go_on(web: Raw) -> None:
    assert web.delivered(trigger(), more=b"Expect: 100-continue\r\n") == 100


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /healthz\r\n\r\n", 400, "NOT_UNDERSTOOD"),
        (b"\x16\x03\x01\x02\x00\xfc\r\n\r\n", 400, "NOT_UNDERSTOOD"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414, "REQUEST_URI_TOO_LONG"),
        (b"GET / HTTP/1.1\r\n" + b"X-A: a\r\n" * 200 + b"\r\n", 431, ""),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: <secret>\r\n\r\n", 417, "EXPECTATION_FAILED"),
    ],
)
def test_what_is_no_request_is_refused_in_json_that_quotes_nothing(
    web: Raw, sent: bytes, status: int, code: str
) -> None:
    answered, told = web.answer(sent)

    assert (answered, told["status"]) == (status, status)
    assert told["error"] == (code or "REQUEST_HEADER_FIELDS_TOO_LARGE")
    assert "secret" not in repr(told)
