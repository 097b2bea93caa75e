"""How many ticket updates an account takes in a minute, told and enforced as Zendesk does."""

from __future__ import annotations

import re
import threading
import time
from typing import Any, Final

from flask import Flask, Response, request

from sandbox.zendesk.refusal import Refusal

WINDOW: Final = 60.0
_UPDATE: Final = re.compile(r"/api/v2/tickets/[0-9]+(\.json)?")


class Limits:
    """The window that runs; the sandbox's plan is generous unless a test says otherwise."""

    def __init__(self, total: int = 100_000) -> None:
        self.total = total
        self.plan = 700  # requests a minute, as the plan says
        self._lock = threading.Lock()
        self._ends, self._left = 0.0, 0

    def enforce(self, app: Flask) -> None:
        """Count the updates of this application, refuse those beyond the limit."""
        app.before_request(self._before)
        app.after_request(self._after)

    def _before(self) -> None:
        if not _is_update():
            return
        with self._lock:
            now = time.monotonic()
            if now >= self._ends:
                self._ends, self._left = now + WINDOW, self.total
            if self._left <= 0:
                said = "Number of allowed API requests per minute exceeded"
                body: dict[str, Any] = {"error": "APIRateLimitExceeded", "description": said}
                raise Refusal(429, body)
            self._left -= 1

    def _after(self, answer: Response) -> Response:
        answer.headers["X-Rate-Limit"] = str(self.plan)
        answer.headers["X-Rate-Limit-Remaining"] = str(self.plan - 1)
        if _is_update():
            resets = max(int(self._ends - time.monotonic()), 1)
            told = f"total={self.total}; remaining={self._left}; resets={resets}"
            answer.headers["zendesk-rate-limit-tickets-update"] = told
            if answer.status_code == 429:
                answer.headers["Retry-After"] = str(resets)
        return answer


def _is_update() -> bool:
    return request.method == "PUT" and _UPDATE.fullmatch(request.path) is not None
