"""Attachments come from the account's own host, bounded, and log-ins go nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response, redirect, request

from bot.errors import Gone, Misconfigured, TryLater
from bot.gateways.downloads import LARGEST, Foreign, TooBig, download
from bot.gateways.sessions import session
from sandbox.faults import Fault, Faults, Kind
from tests.gateways.server import serving

SEEN: list[tuple[str, str | None]] = []


def home() -> Flask:
    app = Flask("home")

    @app.before_request
    def note() -> None:
        SEEN.append((request.host, request.headers.get("Authorization")))

    app.add_url_rule("/file", view_func=lambda: b"content", endpoint="file")
    app.add_url_rule("/gone", view_func=lambda: ("no", 404), endpoint="gone")
    app.add_url_rule("/mine", view_func=lambda: ("no", 403), endpoint="mine")
    app.add_url_rule("/big", view_func=lambda: b"x" * (LARGEST + 1), endpoint="big")
    app.add_url_rule("/away", view_func=lambda: redirect(request.args["to"]), endpoint="away")
    app.add_url_rule("/round", view_func=lambda: redirect("/round"), endpoint="round")

    @app.get("/endless")
    def endless() -> Response:
        return Response(b"x" * 65536 for _ in range(1000))

    return app


@pytest.fixture
def url() -> Iterator[str]:
    SEEN.clear()
    with serving(home()) as address:
        yield address


def fetched(address: str, url: str) -> bytes:
    http = session()
    http.auth = ("bot/token", "secret")
    return download(http, address, url, "Zendesk")


def test_file_of_the_account_is_fetched_with_the_log_in(url: str) -> None:
    assert fetched(f"{url}/file", url) == b"content"
    assert SEEN[0][1] is not None


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/x", "https://evil.example.com/x", "file:///etc/passwd", "ftp://x/y", ""],
)
def test_other_hosts_are_not_asked(url: str, address: str) -> None:
    with pytest.raises(Foreign):
        fetched(address, url)
    assert not SEEN


def test_user_name_before_the_host_does_not_deceive(url: str) -> None:
    with pytest.raises(Foreign):
        fetched(url.replace("http://", "http://127.0.0.1@evil.example.com/"), url)


def test_redirect_to_another_host_goes_without_the_log_in(url: str) -> None:
    other = url.replace("127.0.0.1", "localhost")

    assert fetched(f"{url}/away?to={other}/file", url) == b"content"
    assert SEEN[-1] == (other.removeprefix("http://"), None)


def test_redirect_to_an_odd_scheme_is_refused(url: str) -> None:
    with pytest.raises(Foreign):
        fetched(f"{url}/away?to=file:///etc/passwd", url)


def test_redirects_end(url: str) -> None:
    with pytest.raises(TryLater):
        fetched(f"{url}/round", url)


@pytest.mark.parametrize("path", ["big", "endless"])
def test_size_is_bounded_whether_announced_or_not(url: str, path: str) -> None:
    with pytest.raises(TooBig):
        fetched(f"{url}/{path}", url)


@pytest.mark.parametrize(("path", "error"), [("gone", Gone), ("mine", Misconfigured)])
def test_refusal_is_no_content(url: str, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetched(f"{url}/{path}", url)


def test_too_many_requests_are_waited_out() -> None:
    faults = Faults()
    faults.plan(Fault(Kind.STATUS, status=429, retry_after="7"))
    with serving(home(), faults) as url, pytest.raises(TryLater) as refused:
        fetched(f"{url}/file", url)

    assert refused.value.after == 7.0


def test_time_is_bounded(url: str) -> None:
    with pytest.raises(TryLater):
        download(session(), f"{url}/file", url, "Zendesk", longest=-1.0)
