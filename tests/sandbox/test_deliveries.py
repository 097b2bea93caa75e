"""The queue of both sides' webhooks loses, doubles, delays and reorders them by a seed alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request

from sandbox.deliveries import LOST, Deliveries
from sandbox.faults import Faults
from sandbox.jira.webhooks import Habits as OfJira
from sandbox.mischief import Fates, Mischief
from sandbox.service import Service
from sandbox.zendesk.webhooks import Habits as OfZendesk

SHARES = Mischief(seed=7, lost=0.3, doubled=0.3, late=0.3, overtaken=0.3, delay=0.05)


class Receiver:
    """Takes bodies in the order of their arrival."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self._lock = threading.Lock()
        app = Flask("receiver")
        app.add_url_rule("/hook", view_func=self._take, methods=["POST"])
        self.service = Service("receiver", app, Faults())

    def _take(self) -> tuple[str, int]:
        with self._lock:
            self.got.append(request.get_data(as_text=True))
        return "", 202


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.service.close()


@pytest.fixture(params=[OfZendesk(), OfJira()], ids=["zendesk", "jira"])
def deliveries(request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[Deliveries]:
    made = Deliveries(request.param, patience=0.01)
    made.connect(f"{receiver.service.url}/hook", "secret")
    yield made
    made.close()


def test_all_are_lost_or_doubled_when_that_is_wanted(
    deliveries: Deliveries, receiver: Receiver
) -> None:
    deliveries.mischief = Mischief(lost=1.0)
    deliveries.send(b"first", "ticket 1")
    deliveries.mischief = Mischief(doubled=1.0)
    deliveries.send(b"second", "ticket 1")
    assert deliveries.idle()

    assert receiver.got == ["second", "second"]
    assert deliveries.sent[0].status == LOST
    assert len({sent.id for sent in deliveries.sent[1:]}) == 1, "a double has the same id"


def test_the_next_delivery_overtakes(deliveries: Deliveries, receiver: Receiver) -> None:
    deliveries.mischief = Mischief(overtaken=1.0)
    deliveries.send(b"first", "ticket 1")
    deliveries.mischief = Mischief()
    deliveries.send(b"second", "ticket 1")
    assert deliveries.idle()

    assert receiver.got == ["second", "first"]


def test_what_nothing_overtakes_is_sent_all_the_same(
    deliveries: Deliveries, receiver: Receiver
) -> None:
    deliveries.mischief = Mischief(overtaken=1.0)
    deliveries.send(b"alone", "ticket 1")
    assert deliveries.idle()

    assert receiver.got == ["alone"]


def test_fates_follow_from_the_seed_and_not_from_the_order_of_tickets() -> None:
    one, other = Fates(), Fates()
    alternating = {(t, n): one.of(SHARES, f"ticket {t}") for n in range(20) for t in range(5)}
    in_turn = {(t, n): other.of(SHARES, f"ticket {t}") for t in range(5) for n in range(20)}

    assert alternating == in_turn
    assert one.counted == other.counted
    assert set(one.counted) == {"lost", "doubled", "overtaken", "late"}
    third = Fates()
    assert in_turn != {
        (t, n): third.of(Mischief(8, 0.3, 0.3, 0.3, 0.3), f"ticket {t}")
        for t in range(5)
        for n in range(20)
    }
