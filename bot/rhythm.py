"""How often a site is looked at: once a day, more often when something is near or wrong."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.seeing import UNREACHABLE
from bot.site import Site
from bot.watching import Terms, ask_at

NEAR: Final = timedelta(days=2)
"""How long before its ticket is due a site is looked at more often."""
BEYOND: Final = timedelta(days=3)
"""No look is planned so far ahead: the longest pause is a day and a half."""
_DAY: Final = timedelta(days=1)
_OFTEN: Final = timedelta(hours=6)
_AGAIN: Final = timedelta(hours=3)


def next_look(site: Site, now: datetime, terms: Terms, took: float | None) -> datetime:
    """When to look again: at each turn after a renewal, else at the site's own time of the day."""
    if site.watch_until is not None and now < site.watch_until:
        return now
    return _own_time(site, now, _pause(site, now, terms, took))


def _pause(site: Site, now: datetime, terms: Terms, took: float | None) -> timedelta:
    if site.fault in UNREACHABLE:
        lasting = site.fault_since and now - site.fault_since > terms.unreachable + _DAY
        return _DAY if lasting else _AGAIN
    due = ask_at(site, terms, took)
    near = due is not None and due - NEAR <= now and site.asked_for != site.fingerprint
    return _OFTEN if near else _DAY


def _own_time(site: Site, now: datetime, pause: timedelta) -> datetime:
    """Each site has its own place within the pause, so that any number of them spreads evenly."""
    length = int(pause.total_seconds())
    place = hashlib.sha256(f"{site.host} {site.environment}".encode()).digest()[:4]
    offset = int.from_bytes(place, "big") % length
    at = ((int(now.timestamp()) - offset) // length + 1) * length + offset
    at += length if at - now.timestamp() < length / 2 else 0
    return datetime.fromtimestamp(at, UTC)
