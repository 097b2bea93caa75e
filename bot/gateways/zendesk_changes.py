"""Which tickets changed, by the search's export: agents may use it, and it has no last page.

The incremental export would be exact, but is for administrators alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import structlog

from bot.gateways.zendesk_account import Account
from bot.sweeping import ChangedTicket

log = structlog.get_logger(__name__)
PAGE: Final = 1000
"""One request for so many changed tickets."""


class ZendeskChanges:
    """`bot.sweeping.Tickets`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def changed(self, since: datetime) -> tuple[ChangedTicket, ...]:
        """Every ticket that was changed at that time or later, as far as the index knows."""
        asked = {
            "query": f"updated>={since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "filter[type]": "ticket",
            "page[size]": PAGE,
        }
        pages = self._account.pages("search/export.json", "results", asked)
        if (pages[-1].get("meta") or {}).get("has_more"):
            log.error("sweep cut short", tickets=sum(len(page["results"]) for page in pages))
        found = (_read(raw) for page in pages for raw in page["results"])
        # A ticket that changes while pages are read can be on two of them.
        return tuple({ticket.number: ticket for ticket in found}.values())


def _read(raw: dict[str, Any]) -> ChangedTicket:
    return ChangedTicket(
        number=int(raw["id"]),
        updated=str(raw["updated_at"]),
        status=str(raw.get("status") or ""),
        subject=str(raw.get("subject") or ""),
        text=str(raw.get("description") or ""),
        tags=tuple(map(str, raw.get("tags") or ())),
    )
