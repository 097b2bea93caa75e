"""Whatever breaks between the bot and Jira: no write twice, and each fault is one of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.errors import BotError, Gone, Misconfigured, NeedsHuman, TryLater
from bot.gateways.jira import Jira, Place
from bot.gateways.jira_client import Client
from bot.ports import File, IssueKind
from sandbox.faults import Fault, Kind
from tests.gateways.jira_place import EMAIL, FLAVOURS, LEVEL, TOKEN, Sides, again, change, sides

FILES = (File("www.crt", b"one"), File("www.key.p7m", b"two"))
Verb = Callable[[Jira, str, str], object]
WRITES: dict[str, tuple[str, Verb]] = {
    "issue": ("/rest/api/2/issue", lambda t, _k, _r: t.raise_issue(change("new"))),
    "comment": ("/comment", lambda t, k, _r: t.comment(k, "Please create a CSR")),
    "attachment": ("/attachments", lambda t, k, _r: t.attach(k, FILES)),
    "remote link": ("/remotelink", lambda t, k, r: t.link(k, 35, r)),
    "issue link": ("/issueLink", lambda t, k, r: t.link(k, 35, r)),
    "transition": ("/transitions", lambda t, k, _r: t.close(k)),
}


# Issues of the project, and comments, files, remote links and issue links of the change.
ONCE = {
    "issue": (2, 0, 0, 0, 0),
    "comment": (1, 1, 0, 0, 0),
    "attachment": (1, 0, 2, 0, 0),
    "remote link": (1, 0, 0, 1, 1),
    "issue link": (1, 0, 0, 1, 1),
    "transition": (1, 0, 0, 0, 0),
}


@pytest.fixture(params=FLAVOURS)
def both(request: pytest.FixtureRequest) -> Iterator[Sides]:
    with sides(request.param) as made:
        yield made


def counted(both: Sides, key: str) -> tuple[int, ...]:
    fields = both.fields(key)
    return (
        len(both.sandbox.issues("SPC")),
        len(fields["comment"]["comments"]),
        len(fields["attachment"]),
        len(both.sandbox.remote_links(key)),
        len(fields["issuelinks"]),
    )


@pytest.mark.parametrize("kind", [Kind.RESET_AFTER, Kind.GARBAGE])
@pytest.mark.parametrize("write", WRITES)
def test_write_whose_answer_is_lost_is_found_and_not_repeated(
    both: Sides, write: str, kind: Kind
) -> None:
    path, verb = WRITES[write]
    request = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))
    key = both.raised()
    both.fail(kind, path)

    with pytest.raises(TryLater):
        verb(both.tracker, key, request)
    assert both.faults.hit, "the fault was met"
    with again():
        verb(both.tracker, key, request)

    assert counted(both, key) == ONCE[write]
    assert both.tracker.state(key).done is (write == "transition")


@pytest.mark.parametrize("write", WRITES)
def test_write_is_never_repeated_behind_our_back(both: Sides, write: str) -> None:
    path, verb = WRITES[write]
    request = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))
    key = both.raised()
    both.fail(Kind.RESET_BEFORE, path)

    with pytest.raises(TryLater):
        verb(both.tracker, key, request)

    assert len([call for call in both.writes() if call.path.endswith(path)]) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 408, 409])
@pytest.mark.parametrize("write", WRITES)
def test_failed_write_is_for_later(both: Sides, write: str, status: int) -> None:
    path, verb = WRITES[write]
    request = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))
    key = both.raised()
    both.fail(Kind.STATUS, path, status=status)

    with pytest.raises(TryLater, match=str(status)):
        verb(both.tracker, key, request)


@pytest.mark.parametrize("write", WRITES)
def test_rate_limit_is_waited_out_as_long_as_jira_says(both: Sides, write: str) -> None:
    path, verb = WRITES[write]
    request = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))
    key = both.raised()
    both.fail(Kind.STATUS, path, status=429, retry_after="37")

    with pytest.raises(TryLater) as raised:
        verb(both.tracker, key, request)

    assert raised.value.after == 37.0


def test_rate_limit_may_be_given_as_a_date(both: Sides) -> None:
    key = both.raised()
    due = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    both.faults.plan(Fault(Kind.STATUS, 429, retry_after=due), path=f"issue/{key}")

    with pytest.raises(TryLater) as raised:
        both.tracker.state(key)

    assert 80.0 < raised.value.after <= 90.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, NeedsHuman), (401, Misconfigured), (403, Misconfigured), (404, Gone), (413, NeedsHuman)],
)
def test_each_refusal_is_for_the_one_who_can_act(
    both: Sides, status: int, kind: type[BotError]
) -> None:
    key = both.raised()
    both.faults.plan(Fault(Kind.STATUS, status), method="POST", path="/comment")

    with pytest.raises(kind, match=f"comment on {key}"):
        both.tracker.comment(key, "text")


def test_wrong_token_is_for_the_operator(both: Sides) -> None:
    with pytest.raises(Misconfigured, match="401") as raised:
        both.connected(token="wr0ng").whoami()

    assert "wr0ng" not in repr(raised.value)


def test_no_message_holds_text_or_token(both: Sides) -> None:
    key = both.raised()
    secret = "BEGIN-" + "s3cret " * 6000
    for act in (
        lambda: both.tracker.comment(key, secret),
        lambda: both.tracker.raise_issue(change("x", description=secret)),
    ):
        with pytest.raises(NeedsHuman) as raised:
            act()
        told = f"{raised.value!r} {raised.value.__cause__} {raised.value.__suppress_context__}"
        assert "s3cret" not in told
        assert TOKEN not in told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"fields": 3}',
        b'{"fields": {"status": "Done"}}',
        b'{"fields": {"status": {"name": 3}}}',
    ],
)
def test_answer_of_any_shape_is_no_fault_of_ours(body: bytes) -> None:
    with answering(200, body) as url:
        tracker = plain(url)
        for verb in (tracker.state, tracker.close):
            with pytest.raises(TryLater, match="Jira"):
                verb("SPC-1")
        with pytest.raises(TryLater, match="Jira"):
            tracker.raise_issue(change())


@pytest.mark.parametrize(
    "fields",
    [
        b'"comment": [3], "attachment": [3], "issuelinks": [3]',
        b'"comment": 3, "attachment": 3, "issuelinks": 3',
        b'"attachment": [{"size": "x"}], "issuelinks": [{"inwardIssue": 3}]',
    ],
)
def test_trace_of_any_shape_is_no_fault_of_ours(fields: bytes) -> None:
    body = b'{"comments": [3], "total": "x", "fields": {' + fields + b"}}"
    with answering(200, body) as url, again():
        tracker = plain(url)
        for act in (
            lambda: tracker.comment("SPC-1", "text"),
            lambda: tracker.attach("SPC-1", FILES),
            lambda: tracker.link("SPC-1", 35, "ITOPS-1"),
        ):
            with pytest.raises(TryLater, match="Jira"):
                act()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_carries_no_log_in_anywhere(status: int) -> None:
    with answering(200, b"{}") as elsewhere, answering(status, b"", Location=elsewhere) as url:
        with pytest.raises(Misconfigured, match="JIRA_URL"):
            plain(url).raise_issue(change())

        assert elsewhere.heard == []
        assert len(url.heard) == 1


def test_address_where_nobody_listens_is_for_later() -> None:
    with pytest.raises(TryLater, match="does not answer"):
        plain("http://127.0.0.1:1").state("SPC-1")


def plain(url: str) -> Jira:
    places = {kind: Place("SPC", "Change Request") for kind in IssueKind}
    return Jira(Client(url, EMAIL, TOKEN), places, LEVEL, "https://acme.zendesk.com")


class Address(str):
    """A server's address, and the paths that were asked for there."""

    heard: list[str]


class answering:  # noqa: N801 - reads as the verb that it is
    """A server that gives one answer to everything but serverInfo."""

    def __init__(self, status: int, body: bytes, **headers: str) -> None:
        heard: list[str] = []
        about = b'{"versionNumbers": [1001], "deploymentType": "Cloud"}'

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                heard.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                known = status == 200 and self.path.endswith("serverInfo")
                data = about if known else body
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer  # noqa: N815 - as http.server names them

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = Address(f"http://127.0.0.1:{self._server.server_port}")
        self.url.heard = heard

    def __enter__(self) -> Address:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self.url

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
