"""The sites as a calendar: a day for each certificate's end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from bot.site import Site
from bot.x509 import names


def calendar(sites: Iterable[Site], now: datetime) -> bytes:
    """An iCalendar (RFC 5545); the ids stay the same when it is taken anew."""
    made = Calendar()
    made.add("prodid", "-//SSL renewals//sites//EN")
    made.add("version", "2.0")
    for site in sites:
        if site.expires_at:
            made.add_component(_day(site, site.expires_at, now))
    found: bytes = made.to_ical()
    return found


def _day(site: Site, ends: datetime, now: datetime) -> Event:
    day = ends.astimezone(UTC).date()
    event = Event()
    event.add("uid", f"{site.fingerprint[:32]}-{site.environment}-{site.host}")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"Certificate of {names.display(site.host)} ends ({site.environment})")
    event.add("description", f"Issued by {site.issuer}; SHA-256 {site.fingerprint}")
    event.add("transp", "TRANSPARENT")
    return event
