"""No write is repeated behind our back, and every answer of the other side becomes ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from flask import Flask

from bot.errors import BotError, Forbidden, Gone, LogInRefused, NeedsHuman, TryLater
from bot.gateways.sessions import (
    DEFAULT_PAUSE,
    LONGEST_PAUSE,
    Overloaded,
    pause,
    session,
    translated,
)
from sandbox.faults import Fault, Faults, Kind
from tests.gateways.server import serving


def app() -> Flask:
    made = Flask("other side")
    made.add_url_rule("/x", view_func=lambda: {"ok": True}, methods=["GET", "POST", "PUT"])
    return made


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("kind", [Kind.RESET_BEFORE, Kind.RESET_AFTER])
def test_write_whose_connection_breaks_is_sent_once(method: str, kind: Kind) -> None:
    faults = Faults()
    faults.plan(Fault(kind), times=5)
    with serving(app(), faults) as url, pytest.raises(requests.RequestException):
        session().request(method, f"{url}/x", data=b"x")

    assert len(faults.calls) == 1


@pytest.mark.parametrize("status", [413, 429, 500, 503])
def test_refused_call_is_not_repeated_by_the_session(status: int) -> None:
    faults = Faults()
    faults.plan(Fault(Kind.STATUS, status=status, retry_after="1"), times=5)
    with serving(app(), faults) as url:
        assert sent(url) == status

    assert len(faults.calls) == 1


def sent(url: str) -> int:
    """The status of a write; 429 comes as an error of the session's own."""
    try:
        return session().put(f"{url}/x", data=b"x").status_code
    except Overloaded as error:
        return error.response.status_code if error.response is not None else 0


def test_call_without_a_time_limit_gets_one() -> None:
    faults = Faults()
    faults.plan(Fault(Kind.SLOW, seconds=1.0))
    with serving(app(), faults) as url, pytest.raises(requests.RequestException, match="timed out"):
        session((0.5, 0.1)).put(f"{url}/x", data=b"x")


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        *((401, LogInRefused), (403, Forbidden), (404, Gone), (408, TryLater)),
        *((409, TryLater), (422, NeedsHuman), (429, TryLater), (500, TryLater), (503, TryLater)),
    ],
)
def test_answer_becomes_the_error_of_who_has_to_act(status: int, ours: type[BotError]) -> None:
    error = translated(requests.HTTPError(response=answered(status)), "Zendesk", "an update")

    assert type(error) is ours
    assert "Zendesk" in str(error)


def test_refused_fields_are_named_and_values_are_not() -> None:
    body = b'{"error":"RecordInvalid","details":{"status":[{"description":"secret words"}]}}'

    error = translated(requests.HTTPError(response=answered(422, body)), "Zendesk", "an update")

    assert str(error) == "Zendesk refuses an update: 422 RecordInvalid status"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error":{"title":"x"}}'])
def test_refusal_in_any_shape_is_told(body: bytes) -> None:
    error = translated(requests.HTTPError(response=answered(400, body)), "Jira", "a comment")

    assert isinstance(error, NeedsHuman)


@pytest.mark.parametrize("error", [requests.ConnectionError("x"), ValueError("no JSON")])
def test_no_answer_is_tried_later(error: Exception) -> None:
    assert isinstance(translated(error, "Jira", "a comment"), TryLater)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *(("7", 7.0), ("0", 1.0), ("-3", 1.0), ("1e9", LONGEST_PAUSE), ("", DEFAULT_PAUSE)),
        *(("soon", DEFAULT_PAUSE), ("nan", DEFAULT_PAUSE)),
    ],
)
def test_retry_after_in_seconds_is_bounded(header: str, seconds: float) -> None:
    assert pause(answered(429, retry_after=header)) == seconds


def test_retry_after_as_a_date_is_understood() -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)

    assert 80 < pause(answered(429, retry_after=format_datetime(later, usegmt=True))) <= 90


def answered(status: int, body: bytes = b"{}", retry_after: str = "") -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    answer._content = body
    if retry_after:
        answer.headers["Retry-After"] = retry_after
    return answer
