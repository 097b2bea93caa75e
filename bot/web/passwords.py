"""The log-in by one password that all share, with a name for the audit.

Whoever knows it may do everything: it is for the first days, and for when the single sign-on
is down.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from flask import request
from werkzeug.security import check_password_hash

from bot.web import sessions
from bot.web.roles import Role

TRIES: Final = 5
WINDOW: Final = 300.0
"""Wrong passwords that one process takes within so many seconds, from wherever they come."""
LONGEST_PASSWORD: Final = 1000


class Throttle:
    """Counts wrong passwords; when there were too many, even the right one has to wait.

    A password counts as wrong until it is known to be right: many are tried side by side.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._wrong: deque[float] = deque()

    def begin(self) -> float | None:
        """When this try began; None when nobody may try now."""
        with self._lock:
            now = self._now()
            while self._wrong and self._wrong[0] < now - WINDOW:
                self._wrong.popleft()
            if len(self._wrong) >= TRIES:
                return None
            self._wrong.append(now)
            return now

    def right(self, began: float) -> None:
        """The password of that try was right."""
        with self._lock, contextlib.suppress(ValueError):
            self._wrong.remove(began)


class Passwords:
    """The log-in for one password, known by its hash."""

    def __init__(self, hashed: str) -> None:
        self._hashed, self._throttle = hashed, Throttle()

    def fault(self) -> tuple[str, int] | None:
        """Log in who sent the form at hand, or say why not, and with which status."""
        began = self._throttle.begin()
        if began is None:
            return "Too many wrong passwords; please try again in some minutes.", 429
        if not check_password_hash(
            self._hashed, request.form.get("password", "")[:LONGEST_PASSWORD]
        ):
            return "The password is wrong.", 401
        self._throttle.right(began)
        name = sessions.named(request.form.get("name", ""))
        if not name:
            return "Please give your name.", 401
        sessions.begin(name, Role.OPERATOR, single=False)
        return None
