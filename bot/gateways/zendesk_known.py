"""Tickets as they were read a moment ago: good for one update, where nobody can change them unseen.

Zendesk refuses an update of a ticket that was changed since, but tells changes apart by their
second.  So what was read at least two seconds behind the last change is safe: any later change
has another time.  What was read sooner is read again right before the update.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, Final

from bot.gateways.zendesk_account import Account

APART: Final = timedelta(seconds=2)
_MOST: Final = 500


class KnownTickets:
    """Reads tickets, and remembers each for its next update; threads may share it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._known: OrderedDict[int, dict[str, Any]] = OrderedDict()

    def read(self, number: int) -> dict[str, Any]:
        """The ticket as it is now."""
        answer, said = self._account.dated(f"tickets/{number}.json")
        ticket: dict[str, Any] = answer["ticket"]
        with self._lock:
            self._known.pop(number, None)
            if said and said - datetime.fromisoformat(str(ticket["updated_at"])) >= APART:
                self._known[number] = ticket
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return ticket

    def for_update(self, number: int) -> tuple[dict[str, Any], bool]:
        """The ticket as it was read last, if its time tells every change since; else read anew.

        And whether it was read anew.
        """
        with self._lock:
            known = self._known.pop(number, None)
        if known is not None:
            return known, False
        fresh = self.read(number)
        self.forget(number)
        return fresh, True

    def forget(self, number: int) -> None:
        """The next update reads anew."""
        with self._lock:
            self._known.pop(number, None)
