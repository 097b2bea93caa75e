"""The sandbox's Zendesk signs, repeats, loses and holds back webhooks as the real one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, Response, request

from sandbox.breaker import FEWEST
from sandbox.faults import Faults
from sandbox.service import Service
from sandbox.zendesk import Zendesk
from sandbox.zendesk.webhooks import Habits, signature
from tests.conftest import SHARED
from tests.sandbox.zendesk_place import served

SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
VECTOR = SHARED / "recorded/zendesk_webhooks/signature_vector_group_membership_created.body"


class Receiver:
    """Takes webhooks, with the answers given to it one after the other, then 202."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.got: list[tuple[dict[str, str], bytes]] = []
        app = Flask("receiver")
        app.add_url_rule("/hook", view_func=self._take, methods=["POST"])
        self.service = Service("receiver", app, Faults())
        self.url = f"{self.service.url}/hook"

    def _take(self) -> Any:
        self.got.append((dict(request.headers), request.get_data()))
        return self.answers.pop(0) if self.answers else ("", 202)


@contextmanager
def connected(*answers: Response) -> Iterator[tuple[Zendesk, Receiver]]:
    receiver = Receiver(*answers)
    try:
        with served() as zendesk:
            zendesk.connect(receiver.url, SECRET)
            yield zendesk, receiver
    finally:
        receiver.service.close()


def opened(zendesk: Zendesk) -> int:
    number = zendesk.brand_opens(zendesk.brand_user, "SSL", "It expires")
    assert zendesk.webhooks.idle()
    return number


@pytest.mark.skipif(not VECTOR.exists(), reason="the recorded traffic is not beside this one")
def test_signature_is_the_published_one() -> None:
    known = "10IqYzYTLHRftNsNE+im0DeOM6/JactIRuy0XCHJ9B8="

    assert signature(SECRET, "1234", VECTOR.read_bytes()) == known


def test_every_change_is_told_with_ids_alone() -> None:
    with connected() as (zendesk, receiver):
        number = opened(zendesk)
        zendesk.agent_tags(number, "ssl_stop")
        zendesk.agent_writes(number, "hm", public=False)
        assert zendesk.webhooks.idle()

    bodies = [json.loads(body) for _, body in receiver.got]
    assert [body["ticket_id"] for body in bodies] == [str(number)] * 3
    assert [body["actor_id"] for body in bodies] == [
        str(zendesk.brand_user),
        str(zendesk.agent_user),
        str(zendesk.agent_user),
    ]
    assert set(bodies[0]) == {"event", "ticket_id", "updated_at", "actor_id"}
    headers, body = receiver.got[0]
    stamp = headers["X-Zendesk-Webhook-Signature-Timestamp"]
    assert headers["X-Zendesk-Webhook-Signature"] == signature(SECRET, stamp, body)


@pytest.mark.parametrize(
    ("status", "after", "pauses"),
    [
        *((409, "", [1.0, 1.0, 1.0, None]), (0, "", [1.0, 2.0, 4.0, 8.0, 16.0, None])),
        *((503, "30", [30.0, 30.0, 30.0, None]), (503, "60", [None]), (503, "", [None])),
        *((429, "5", [5.0, 5.0, 5.0, None]), (500, "5", [None]), (502, "", [None])),
        *((504, "", [None]), (401, "", [None]), (202, "", [None])),
    ],
)
def test_what_is_repeated_and_after_which_pause(
    status: int, after: str, pauses: list[float | None]
) -> None:
    assert [Habits().again(status, after, tries) for tries in range(len(pauses))] == pauses


def test_refused_delivery_comes_again_with_the_same_id_and_a_signature_of_its_own() -> None:
    busy = Response(status=503, headers={"Retry-After": "30"})
    with connected(busy) as (zendesk, receiver):
        opened(zendesk)

    (first, _), (second, _) = receiver.got
    same = "X-Zendesk-Webhook-Invocation-Id"
    assert first[same] == second[same]
    assert [sent.status for sent in zendesk.deliveries()] == [503, 202]


def test_fault_of_the_receiver_is_not_repeated() -> None:
    with connected(Response(status=500)) as (zendesk, receiver):
        opened(zendesk)

    assert len(receiver.got) == 1


def test_nobody_answering_is_tried_six_times() -> None:
    with served() as zendesk:
        zendesk.connect("http://127.0.0.1:1/hook", SECRET)
        opened(zendesk)

        assert [sent.status for sent in zendesk.deliveries()] == [0] * 6


def test_breaker_trips_when_most_deliveries_fail() -> None:
    refusals = [Response(status=500) for _ in range(FEWEST)]
    with connected(*refusals) as (zendesk, receiver):
        number = opened(zendesk)
        for n in range(FEWEST + 3):
            zendesk.agent_tags(number, f"t{n}")
        assert zendesk.webhooks.idle()

        assert zendesk.webhooks.breaker.tripped()
        assert zendesk.deliveries()[-1].status == -2
    assert len(receiver.got) == FEWEST
