"""A sandbox's service fails as it was told, and in no other way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest
import requests
from flask import Flask

from sandbox.faults import Fault, Faults, Kind
from sandbox.service import Service

WORKED = {Kind.GARBAGE, Kind.TYPE, Kind.EMPTY, Kind.TRUNCATED, Kind.CUT, Kind.DRIP}


class Counting:
    """Counts what is done."""

    def __init__(self) -> None:
        self.faults, self.done = Faults(), 0
        app = Flask("counting")
        app.add_url_rule("/count", view_func=self._count, methods=["POST"])
        self.service = Service("counting", app, self.faults)

    def _count(self) -> dict[str, int]:
        self.done += 1
        return {"done": self.done}

    def post(self) -> requests.Response:
        return requests.post(f"{self.service.url}/count", timeout=10)


@pytest.fixture
def counting() -> Iterator[Counting]:
    made = Counting()
    yield made
    made.service.close()


@pytest.mark.parametrize("kind", [Kind.RESET_BEFORE, Kind.RESET_AFTER, Kind.CUT])
def test_connection_breaks(counting: Counting, kind: Kind) -> None:
    counting.faults.plan(Fault(kind))

    with pytest.raises(requests.RequestException):
        counting.post()

    assert counting.done == (kind is not Kind.RESET_BEFORE)
    assert counting.post().json() == {"done": counting.done}


@pytest.mark.parametrize("kind", [Kind.GARBAGE, Kind.EMPTY, Kind.TRUNCATED, Kind.PAGE])
def test_answer_is_no_json(counting: Counting, kind: Kind) -> None:
    counting.faults.plan(Fault(kind, status=502))

    answer = counting.post()

    assert answer.status_code == (502 if kind is Kind.PAGE else 200)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        answer.json()
    assert counting.done == (kind in WORKED)


def test_right_answer_comes_with_the_wrong_type(counting: Counting) -> None:
    counting.faults.plan(Fault(Kind.TYPE))

    answer = counting.post()

    assert answer.headers["Content-Type"] == "text/html"
    assert answer.json() == {"done": 1}


@pytest.mark.parametrize("kind", [Kind.SLOW, Kind.DRIP])
def test_answer_takes_its_time(counting: Counting, kind: Kind) -> None:
    counting.faults.plan(Fault(kind, seconds=0.2))
    began = time.monotonic()

    assert counting.post().json() == {"done": 1}

    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("dated", [False, True])
def test_storm_of_429_says_when_to_come_back(counting: Counting, dated: bool) -> None:
    counting.faults.plan(Fault(Kind.STATUS, status=429, retry_after="60", dated=dated))

    answer = counting.post()

    told = answer.headers["Retry-After"]
    assert answer.status_code == 429
    assert told == "60" or parsedate_to_datetime(told).timestamp() - time.time() > 50
    assert counting.done == 0


def test_fault_that_lasts_ends_by_itself(counting: Counting) -> None:
    counting.faults.last(Fault(Kind.STATUS, status=401), 0.3, service="counting")

    assert [counting.post().status_code for _ in range(5)] == [401] * 5
    time.sleep(0.3)
    assert counting.post().status_code == 200
