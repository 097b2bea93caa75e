"""What Zendesk lets an account do in a time, spent and corrected by every call.

The plan's requests a minute, 100 ticket updates a minute for the account, and 30 updates
of one ticket in ten minutes (developer.zendesk.com, rate limits).  The totals differ from
one plan to the next and agents spend from them too, so the headers have the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.storage.budgets import Budgets, Limit

UPDATES: Final = Limit("zendesk updates", 100, 60.0)
PER_TICKET: Final = 30
TICKET_SECONDS: Final = 600.0
REQUESTS: Final = "zendesk requests"
SCARCE: Final = 4
"""One part in so many: only when less is left of the requests is the count shared at all."""

_TICKET: Final = re.compile(r"/api/v2/tickets/([0-9]{1,18})(?:\.json|/tags\.json|/comments/.*)?")
_COUNT: Final = re.compile(r"(total|remaining|resets)=([0-9]{1,9})(?:;|$)")


class ZendeskMeter:
    """`bot.gateways.sessions.Meter` on the budgets of all workers."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets

    def before(self, method: str, path: str) -> None:
        """Spend an update, or see that requests are left; raises TryLater when not."""
        self._budgets.check(REQUESTS)
        found = _TICKET.fullmatch(path)
        if method in ("PUT", "DELETE") and found:
            self._budgets.take(UPDATES, _of_ticket(int(found[1])))

    def after(self, path: str, headers: Mapping[str, str]) -> None:
        """Correct the counts by what the answer says; what it does not say changes nothing."""
        found = _TICKET.fullmatch(path)
        self._counted(UPDATES.name, headers.get("zendesk-rate-limit-tickets-update", ""))
        if found:
            told = headers.get("zendesk-ratelimit-per-ticket-updates", "")
            self._counted(_of_ticket(int(found[1])).name, told)
        self._requests(headers)

    def _counted(self, name: str, header: str) -> None:
        told = {kind: int(number) for kind, number in _COUNT.findall(header.replace(" ", ""))}
        if len(told) == 3 and told["total"] > 0:
            limit = Limit(name, told["total"], float(max(told["resets"], 1)))
            self._budgets.correct(limit, min(told["remaining"], told["total"]))

    def _requests(self, headers: Mapping[str, str]) -> None:
        total = _number(headers, "ratelimit-limit", "x-rate-limit")
        left = _number(headers, "ratelimit-remaining", "x-rate-limit-remaining")
        if total and left is not None and left * SCARCE < total:
            seconds = _number(headers, "ratelimit-reset") or 60
            self._budgets.correct(Limit(REQUESTS, total, float(min(seconds, 60))), left)


def _of_ticket(number: int) -> Limit:
    return Limit(f"zendesk updates of ticket {number}", PER_TICKET, TICKET_SECONDS)


def _number(headers: Mapping[str, str], *names: str) -> int | None:
    for name in names:
        value = headers.get(name, "").strip()
        if value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
    return None
