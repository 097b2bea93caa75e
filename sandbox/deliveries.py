"""The queue of either side's webhooks: one thread sends in order and repeats by its rules."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Final, Protocol

import requests

from sandbox.breaker import Breaker
from sandbox.mischief import Fates, Mischief

LOST: Final = -1
HELD_BACK: Final = -2
HOLD: Final = 1.0
"""How long a delivery waits for the one that shall overtake it, in seconds."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook goes, what signs it, and its id on its own side."""

    url: str
    secret: str
    webhook: str = "01HSANDBOX0000000000000000"


@dataclass(order=True)
class Delivery:
    """A body on its way; the same `id` on every try."""

    due: float
    order: int
    body: bytes = field(compare=False)
    id: str = field(compare=False)
    target: Target = field(compare=False)
    tries: int = field(default=0, compare=False)
    waits: bool = field(default=False, compare=False)  # for another one to overtake it


@dataclass(frozen=True, slots=True)
class Sent:
    """One try; `status` 0 is no answer, else the answer's, LOST or HELD_BACK by the breaker."""

    id: str
    status: int
    tries: int


class Habits(Protocol):
    """What differs from side to side; `timeout` is in seconds."""

    @property
    def timeout(self) -> float: ...

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """All headers of this try, its signature among them."""
        ...

    def again(self, status: int, after: str, tries: int) -> float | None:
        """The pause before the next try, in seconds; None when there is none."""
        ...


class Deliveries:
    """The queue, and the thread that empties it; `patience` scales the pauses."""

    def __init__(self, habits: Habits, patience: float, breaker: Breaker | None = None) -> None:
        self._habits, self._patience, self.breaker = habits, patience, breaker
        self._target: Target | None = None
        self._waiting: list[Delivery] = []
        self._numbers = itertools.count(1)
        self._wake = threading.Condition()
        self._open, self._busy = True, False
        self._http = requests.Session()
        # Deliveries stay on this machine; and to ask the environment for proxies while another
        # thread changes it can fail.
        self._http.trust_env = False
        self.mischief, self.fates = Mischief(), Fates()
        self.sent: list[Sent] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def connect(self, url: str, secret: str) -> None:
        """From now on, changes are told there."""
        self._target = Target(url, secret)

    def send(self, body: bytes, about: str, target: Target | None = None) -> None:
        """Queue a delivery to a webhook's target, else to where `connect` said, if it did."""
        target = target or self._target
        if target is None:
            return
        identifier = uuid.uuid4().hex
        with self._wake:
            fate, now = self.fates.of(self.mischief, about), time.monotonic()
            if fate.lost:
                self.sent.append(Sent(identifier, LOST, 0))
            else:
                due = now + fate.delay + (HOLD if fate.overtaken else 0.0)
                for _ in range(2 if fate.doubled else 1):
                    made = Delivery(due, next(self._numbers), body, identifier, target)
                    made.waits = fate.overtaken
                    self._waiting.append(made)
                if not fate.overtaken:
                    self._let_follow(now)
            heapq.heapify(self._waiting)
            self._wake.notify_all()

    def idle(self, seconds: float = 10.0) -> bool:
        """Whether everything is delivered or given up, within this time."""
        end = time.monotonic() + seconds
        with self._wake:
            while self._waiting or self._busy:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._wake.wait(left)
        return True

    def close(self) -> None:
        """Send nothing more."""
        with self._wake:
            self._open = False
            self._wake.notify_all()
        self._thread.join(timeout=5)
        self._http.close()

    def _let_follow(self, now: float) -> None:
        """Those that waited to be overtaken go right behind the one that came now."""
        for delivery in self._waiting:
            if delivery.waits:
                delivery.due, delivery.order, delivery.waits = now, next(self._numbers), False

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

    def _next(self) -> Delivery | None:
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

    def _tried(self, delivery: Delivery) -> float | None:
        if self.breaker and self.breaker.tripped():
            self.sent.append(Sent(delivery.id, HELD_BACK, delivery.tries))
            return None
        status, after = self._post(delivery)
        self.sent.append(Sent(delivery.id, status, delivery.tries))
        if self.breaker:
            self.breaker.note(failed=not 200 <= status < 300)
        return self._habits.again(status, after, delivery.tries)

    def _post(self, delivery: Delivery) -> tuple[int, str]:
        """Status and Retry-After; 0 when nobody answered."""
        try:
            with self._http.post(
                delivery.target.url,
                data=delivery.body,
                headers=self._habits.headers(delivery),
                timeout=self._habits.timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status_code, answer.headers.get("Retry-After", "")
        except requests.RequestException:
            return 0, ""
