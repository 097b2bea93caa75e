"""Sends signed webhooks from one thread, in order, and repeats what was not taken."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

import requests

RETRIES: Final = 5
AGAIN: Final = frozenset({408, 409, 425, 429})
_TIMEOUT: Final = 20.0


@dataclass(order=True)
class _Delivery:
    due: float
    order: int
    body: bytes = field(compare=False)
    identifier: str = field(compare=False)
    target: tuple[str, str] = field(compare=False)
    tries: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """One try of a delivery; `status` 0 is no answer at all."""

    identifier: str
    event: str
    status: int
    tries: int


class Webhooks:
    """The queue, and the thread that empties it."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._target: tuple[str, str] | None = None
        self._waiting: list[_Delivery] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._open, self._busy = True, False
        self._http = requests.Session()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.sent: list[Sent] = []

    def connect(self, url: str, secret: str) -> None:
        """From now on, changes are told there."""
        self._target = (url, secret)

    def send(self, body: dict[str, Any], target: tuple[str, str] | None = None) -> None:
        """Queue a delivery to address and secret, else to where `connect` said, if it did."""
        target = target or self._target
        if target is None:
            return
        raw = json.dumps(body, ensure_ascii=False).encode()
        with self._wake:
            due = time.monotonic()
            made = _Delivery(due, next(self._numbers), raw, uuid.uuid4().hex, target)
            heapq.heappush(self._waiting, made)
            self._wake.notify_all()

    def idle(self, seconds: float = 10.0) -> bool:
        """Whether everything is delivered or given up, within this time."""
        end = time.monotonic() + seconds
        with self._wake:
            while self._waiting or self._busy:
                if not self._wake.wait(end - time.monotonic()) and time.monotonic() >= end:
                    return False
        return True

    def close(self) -> None:
        """Send nothing more."""
        with self._wake:
            self._open = False
            self._wake.notify_all()
        self._thread.join(timeout=5)
        self._http.close()

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            status = self._tried(delivery)
            with self._wake:
                self._busy = False
                if _repeats(status) and delivery.tries < RETRIES:
                    delivery.due = time.monotonic() + self._patience * 2.0**delivery.tries
                    delivery.tries += 1
                    heapq.heappush(self._waiting, delivery)
                self._wake.notify_all()

    def _next(self) -> _Delivery | None:
        with self._wake:
            while self._open:
                if not self._waiting:
                    self._wake.wait()
                elif (left := self._waiting[0].due - time.monotonic()) > 0:
                    self._wake.wait(left)
                else:
                    self._busy = True
                    return heapq.heappop(self._waiting)
        return None

    def _tried(self, delivery: _Delivery) -> int:
        url, secret = delivery.target
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
            "X-Atlassian-Webhook-Identifier": delivery.identifier,
            "X-Atlassian-Webhook-Flow": "Primary",
            "X-Hub-Signature": signature(secret, delivery.body),
        }
        if delivery.tries:
            headers["X-Atlassian-Webhook-Retry"] = str(delivery.tries)
        try:
            with self._http.post(
                url,
                data=delivery.body,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as answer:
                status = answer.status_code
        except requests.RequestException:
            status = 0
        event = json.loads(delivery.body)["webhookEvent"]
        self.sent.append(Sent(delivery.identifier, event, status, delivery.tries))
        return status


def signature(secret: str, body: bytes) -> str:
    """X-Hub-Signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _repeats(status: int) -> bool:
    return status == 0 or status >= 500 or status in AGAIN
