"""Sends signed webhooks from one thread, and repeats what Zendesk repeats."""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import itertools
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import requests

TIMEOUT: Final = 12.0
WINDOW: Final = 300.0
MOST_ERRORS: Final = 1_000
SHARE: Final = 0.7
FEWEST: Final = 20
"""So many deliveries are needed before a share of errors trips the breaker."""

_ON_CONFLICT, _ON_TIMEOUT, _ON_BUSY = 3, 5, 3


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook goes, and what signs it."""

    url: str
    secret: str
    webhook: str = "01HSANDBOX0000000000000000"


@dataclass(order=True)
class _Delivery:
    due: float
    order: int
    body: bytes = field(compare=False)
    invocation: str = field(compare=False)
    target: Target = field(compare=False)
    tries: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt; `status` 0 is no answer, -1 lost on purpose, -2 held by the breaker."""

    invocation: str
    status: int
    tries: int


@dataclass
class Mischief:
    """What goes wrong on the way: every nth is lost, all come twice, all come late."""

    lose_every: int = 0
    twice: bool = False
    late: float = 0.0


class Webhooks:
    """The queue, the thread that empties it, and the circuit breaker."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._target: Target | None = None
        self._waiting: list[_Delivery] = []
        self._numbers = itertools.count(1)
        self._sends = itertools.count(1)
        self._wake = threading.Condition()
        self._open, self._busy = True, False
        self._recent: deque[tuple[float, bool]] = deque()
        self._http = requests.Session()
        self.mischief = Mischief()
        self.sent: list[Sent] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def connect(self, url: str, secret: str) -> None:
        """From now on, changes are told there."""
        self._target = Target(url, secret)

    def send(self, body: bytes, target: Target | None = None) -> None:
        """Queue a delivery to a webhook's target, else to where `connect` said, if it did."""
        target = target or self._target
        if target is None:
            return
        number, invocation = next(self._sends), uuid.uuid4().hex.upper()[:26]
        if self.mischief.lose_every and number % self.mischief.lose_every == 0:
            self.sent.append(Sent(invocation, -1, 0))
            return
        due = time.monotonic() + self.mischief.late
        with self._wake:
            for _ in range(2 if self.mischief.twice else 1):
                made = _Delivery(due, next(self._numbers), body, invocation, target)
                heapq.heappush(self._waiting, made)
            self._wake.notify_all()

    def idle(self, seconds: float = 10.0) -> bool:
        """Whether everything is delivered or given up, within this time."""
        end = time.monotonic() + seconds
        with self._wake:
            while self._waiting or self._busy:
                if not self._wake.wait(max(end - time.monotonic(), 0.0)):
                    return False
        return True

    def close(self) -> None:
        """Send nothing more."""
        with self._wake:
            self._open = False
            self._wake.notify_all()
        self._thread.join(timeout=5)
        self._http.close()

    def tripped(self) -> bool:
        """Whether too much failed lately; nothing is sent then."""
        while self._recent and self._recent[0][0] < time.monotonic() - WINDOW:
            self._recent.popleft()
        errors = sum(failed for _, failed in self._recent)
        share = len(self._recent) >= FEWEST and errors >= SHARE * len(self._recent)
        return errors >= MOST_ERRORS or share

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            pause = self._tried(delivery)
            with self._wake:
                self._busy = False
                if pause is not None:
                    delivery.due = time.monotonic() + self._patience * pause
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

    def _tried(self, delivery: _Delivery) -> float | None:
        """The pause before the next try, in seconds; None when there is none."""
        if self.tripped():
            self.sent.append(Sent(delivery.invocation, -2, delivery.tries))
            return None
        status, after = self._post(delivery)
        self.sent.append(Sent(delivery.invocation, status, delivery.tries))
        self._recent.append((time.monotonic(), not 200 <= status < 300))
        return again(status, after, delivery.tries)

    def _post(self, delivery: _Delivery) -> tuple[int, str]:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": "22129848",
            "X-Zendesk-Webhook-Id": delivery.target.webhook,
            "X-Zendesk-Webhook-Invocation-Id": delivery.invocation,
            "X-Zendesk-Webhook-Signature": signature(delivery.target.secret, stamp, delivery.body),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }
        try:
            with self._http.post(
                delivery.target.url,
                data=delivery.body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as answer:
                return answer.status_code, answer.headers.get("Retry-After", "")
        except requests.RequestException:
            return 0, ""


def again(status: int, after: str, tries: int) -> float | None:
    """409 thrice, 429 and 503 only with a Retry-After under a minute, no answer five times."""
    if status == 409 and tries < _ON_CONFLICT:
        return 1.0
    if status == 0 and tries < _ON_TIMEOUT:
        return 2.0**tries
    if status in (429, 503) and after.isdecimal() and int(after) < 60 and tries < _ON_BUSY:
        return float(after)
    return None


def signature(secret: str, stamp: str, body: bytes) -> str:
    """X-Zendesk-Webhook-Signature; the secret is used as it stands."""
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
