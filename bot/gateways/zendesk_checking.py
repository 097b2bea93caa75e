"""What an account has to offer and permit, for `python -m bot check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from bot.gateways.zendesk_account import Account

DRIFT: Final = 60.0
"""Seconds that the clocks may differ; signatures are refused at 300."""
REQUESTS: Final = 200
"""Requests a minute that even the smallest plan with an API has; fewer are shared with others."""


def missing(account: Account) -> tuple[str, ...]:
    """What is missing, a sentence each."""
    return tuple(_missing(account))


def scarce(account: Account) -> tuple[str, ...]:
    """What there is little of, a sentence each."""
    allowed = account.headers().get("X-Rate-Limit", "")
    if allowed.isdecimal() and int(allowed) < REQUESTS:
        what = f"the plan allows {allowed} requests a minute; renewals will wait for each other"
        return (what,)
    return ()


def _missing(account: Account) -> Iterator[str]:
    user = account.read("users/me.json")["user"]
    if user.get("role") not in ("agent", "admin"):
        # Without a valid log-in Zendesk may answer as to an anonymous end user.
        yield "the log-in is not that of an agent"
    elif user.get("restricted_agent") and user.get("ticket_restriction"):
        yield f"the agent sees only some tickets ({user['ticket_restriction']})"
    drift = _drift(account.headers())
    if drift > DRIFT:
        yield f"its clock and ours differ by {drift:.0f} seconds; signatures will be refused"


def _drift(headers: Mapping[str, str]) -> float:
    """Seconds between its clock, which tells whole ones, and ours."""
    try:
        theirs = parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return 0.0
    return abs((theirs - datetime.now(UTC)).total_seconds())
