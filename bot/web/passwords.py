"""The log-in by one password that all share, with a name for the audit.

Whoever knows it may do everything: it is for the first days, and for when the single sign-on
is down.
"""

from __future__ import annotations

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
    """Counts wrong passwords; when there were too many, even the right one has to wait."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._wrong: deque[float] = deque()

    def full(self) -> bool:
        """Whether nobody may try now."""
        while self._wrong and self._wrong[0] < self._now() - WINDOW:
            self._wrong.popleft()
        return len(self._wrong) >= TRIES

    def wrong(self) -> None:
        """One wrong password more."""
        self._wrong.append(self._now())


class Passwords:
    """The log-in for one password, known by its hash."""

    def __init__(self, hashed: str) -> None:
        self._hashed, self._throttle = hashed, Throttle()

    def fault(self) -> tuple[str, int] | None:
        """Log in who sent the form at hand, or say why not, and with which status."""
        if self._throttle.full():
            return "Too many wrong passwords; please try again in some minutes.", 429
        if not check_password_hash(
            self._hashed, request.form.get("password", "")[:LONGEST_PASSWORD]
        ):
            self._throttle.wrong()
            return "The password is wrong.", 401
        name = sessions.named(request.form.get("name", ""))
        if not name:
            return "Please give your name.", 401
        sessions.begin(name, Role.OPERATOR, single=False)
        return None
