"""How long a call that failed waits before it is tried again."""

from __future__ import annotations

from typing import Final

import structlog

from bot import tally
from bot.engine.pace import Pace
from bot.errors import BotError, LogInRefused, TryLater

log = structlog.get_logger(__name__)

OWN_PAUSE: Final = 300.0
"""How far our own pauses grow while the other side asks for shorter ones, in seconds."""


def pause(error: Exception, tries: int, pace: Pace) -> float | None:
    """Seconds before the next try; None when there is none."""
    own = min(2.0 ** min(tries, 16), OWN_PAUSE)
    if isinstance(error, LogInRefused):
        # A token that ran out: work in flight waits for the new one instead of failing for good.
        return own
    if isinstance(error, TryLater):
        return min(max(error.after, own), pace.longest_pause)
    if isinstance(error, BotError) or tries >= len(pace.faults):
        return None
    return pace.faults[tries]


def tell(call: str, error: Exception, seconds: float) -> None:
    """Say that the call is tried again, and why."""
    tally.count("retries")
    if isinstance(error, LogInRefused):
        log.error("log-in refused", call=call, why=str(error), pause=seconds)
    else:
        log.warning("call tried again later", call=call, why=str(error), pause=seconds)
