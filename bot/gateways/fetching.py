"""Fetches what a file from outside points at: issuers and revocation lists.

The address is an attacker's until proven otherwise, so it is treated like a site that is
probed: plain HTTP on its own port, the name resolved once, no private address, no redirect,
bounded in size and time.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog

from bot.gateways import addresses
from bot.setting_types import ConnectTo
from bot.x509 import names

log = structlog.get_logger(__name__)

PORT: Final = 80
PAUSE: Final = 5.0
"""Seconds that the other side may be silent."""

LONGEST: Final = 15.0
_CHUNK: Final = 64 * 1024


class Fetcher:
    """`connect_to` names hosts that are reached elsewhere, as curl's option does."""

    def __init__(self, connect_to: Sequence[ConnectTo] = (), longest: float = LONGEST) -> None:
        self._elsewhere = {(c.host, c.port): (c.address, c.address_port) for c in connect_to}
        self._longest = longest

    def fetched(self, url: str, largest: int) -> bytes:
        """What lies there; nothing when it cannot or must not be fetched."""
        try:
            place = urlsplit(url)
            host, port = place.hostname or "", place.port or PORT
            if place.scheme != "http" or port != PORT or names.host(host) != host:
                return b""
            address, port = self._target(host, port)
            path = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
            return self._read((address, port), host, path, largest)
        except (addresses.Private, addresses.Unresolved) as fault:
            log.warning("address in a certificate refused", fault=type(fault).__name__)
        except (OSError, ValueError, http.client.HTTPException) as fault:
            log.info("address in a certificate gave nothing", fault=type(fault).__name__)
        return b""

    def _target(self, host: str, port: int) -> tuple[str, int]:
        if (host, port) in self._elsewhere:
            address, elsewhere = self._elsewhere[host, port]
            return addresses.resolved(address, elsewhere)[0], elsewhere
        return addresses.public(host, port)[0], port

    def _read(self, target: tuple[str, int], host: str, path: str, largest: int) -> bytes:
        end = time.monotonic() + self._longest
        connection = http.client.HTTPConnection(*target, timeout=PAUSE)
        try:
            connection.request("GET", path, headers={"Host": host, "Connection": "close"})
            answer = connection.getresponse()
            if answer.status != 200:
                return b""
            data = bytearray()
            while chunk := answer.read1(_CHUNK):
                data += chunk
                if len(data) > largest or time.monotonic() > end:
                    return b""
            return bytes(data)
        finally:
            connection.close()
