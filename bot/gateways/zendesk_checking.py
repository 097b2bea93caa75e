"""What an account has to offer and permit, for `python -m bot check`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bot.gateways.zendesk_account import Account

DRIFT: Final = 60.0
"""Seconds that the clocks may differ; signatures are refused at 300."""


def missing(account: Account) -> tuple[str, ...]:
    """What is missing, a sentence each."""
    return tuple(_missing(account))


def _missing(account: Account) -> Iterator[str]:
    user = account.read("users/me.json")["user"]
    if user.get("role") not in ("agent", "admin"):
        # Without a valid log-in Zendesk may answer as to an anonymous end user.
        yield "the log-in is not that of an agent"
    elif user.get("restricted_agent") and user.get("ticket_restriction"):
        yield f"the agent sees only some tickets ({user['ticket_restriction']})"
    drift = abs((account.clock() - datetime.now(UTC)).total_seconds())
    if drift > DRIFT:
        yield f"its clock and ours differ by {drift:.0f} seconds; signatures will be refused"
