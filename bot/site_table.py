"""The watched sites as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.site import Site
from bot.x509.printable import printable

HEADER = ("host", "environment", "brand", "issuer", "expires", "days left", "fault", "looked at")


def lines(sites: Iterable[Site], now: datetime) -> Iterator[str]:
    """A header, and a line for each site; columns are parted by tabs."""
    yield "\t".join(HEADER)
    for site in sites:
        yield "\t".join(map(printable, _row(site, now)))


def _row(site: Site, now: datetime) -> tuple[str, ...]:
    left = str((site.expires_at - now).days) if site.expires_at else ""
    return (
        site.host,
        site.environment,
        site.brand,
        site.issuer,
        _written(site.expires_at),
        left,
        site.fault,
        _written(site.probed_at),
    )


def _written(when: datetime | None) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}" if when else ""
