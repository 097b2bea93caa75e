"""The domain names that a Zendesk account knows of its organizations."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Final

from bot.errors import Gone
from bot.gateways.zendesk_account import Account
from bot.x509 import names

LIVE: Final = 600.0
"""Seconds for which an organization's domains are remembered."""
_MOST: Final = 1_000


class ZendeskOrganizations:
    """Organizations, each read again only after a while; threads may share it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._known: dict[int, tuple[float, tuple[str, ...]]] = {}

    def domains(self, organization: int) -> tuple[str, ...]:
        """The organization's domain names, as A-labels; none when it does not exist."""
        with self._lock:
            read_at, domains = self._known.get(organization, (0.0, ()))
        if read_at and time.monotonic() - read_at < LIVE:
            return domains
        domains = self._read(organization)
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[organization] = (time.monotonic(), domains)
        return domains

    def _read(self, organization: int) -> tuple[str, ...]:
        raw: list[object] = []
        with suppress(Gone):
            found = self._account.read(f"organizations/{organization}.json")["organization"]
            raw = found.get("domain_names") or []
        domains = []
        for name in raw:
            # Zendesk takes e-mail addresses here too, and what people type beside domains.
            with suppress(names.NameFault):
                domains.append(names.host(str(name).rpartition("@")[2]))
        return tuple(dict.fromkeys(domains))
