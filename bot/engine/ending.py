"""What becomes of an event whose job cannot go on."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import structlog

from bot.codec import Failed
from bot.engine.inbox import Inbox
from bot.errors import BotError

log = structlog.get_logger(__name__)

FAILED: Final = "failed"
"""The kind of event by which a job hears of another one that failed for good."""

TOLD: Final = frozenset({"look", "form", "order", "rolled_back"})
"""The kinds of events whose failure stops a ticket."""


def begin_anew(inbox: Inbox, event: str, instead_of: str, error: Exception) -> None:
    """Another event takes over from one whose job was changed by a new release."""
    log.warning("journal out of step", event_id=event, why=str(error))
    inbox.put_anew(event, instead_of or event)


def tell(inbox: Inbox, event: str, kind: str, payload: dict[str, object], error: Exception) -> None:
    """Have an agent told; what fails while telling is told to nobody but the log."""
    log.error("event failed", event_id=event, kind=kind, why=str(error))
    ticket = payload.get("ticket")
    if kind not in TOLD or not isinstance(ticket, int):
        return
    why = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
    told: dict[str, object] = {"ticket": ticket, "event": event, "why": why}
    try:
        # Each failure anew, also that of a replay.
        inbox.put(f"failed-{uuid4().hex}", ticket, FAILED, told)
    except BotError as fault:
        log.error("failure not told to an agent", event_id=event, why=str(fault))
