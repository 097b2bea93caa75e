"""Missing issuers of a certificate: remembered ones, else fetched from where it says (AIA).

The address stands in a file from outside, so it is fetched like a site is probed: the name is
resolved once, no private address, plain HTTP, no redirect, little and soon.
"""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from cryptography import x509

from bot.gateways import addresses
from bot.setting_types import ConnectTo
from bot.storage.intermediates import Intermediates
from bot.x509 import chain, intake, names
from bot.x509.intake import Blob

log = structlog.get_logger(__name__)

DEEPEST: Final = 4
LARGEST: Final = 64 * 1024
TIMEOUT: Final = 5.0
PORT: Final = 80


class Issuers:
    """`bot.ports.Issuers`; `connect_to` names hosts that are reached elsewhere."""

    def __init__(self, known: Intermediates, connect_to: Sequence[ConnectTo] = ()) -> None:
        self._known = known
        self._elsewhere = {(c.host, c.port): (c.address, c.address_port) for c in connect_to}

    def above(self, leaf: bytes, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The missing issuers of the path above the leaf, DER, as far as they can be had."""
        found: list[bytes] = []
        at = path[-1] if path else leaf
        while len(found) < DEEPEST:
            issuer = self._issuer(at)
            if issuer is None or issuer in (leaf, *path, *found):
                break
            found.append(issuer)
            at = issuer
        return tuple(found)

    def remember(self, intermediates: tuple[bytes, ...]) -> None:
        """Keep them for brands to come."""
        self._known.remember(intermediates)

    def _issuer(self, der: bytes) -> bytes | None:
        certificate = x509.load_der_x509_certificate(der)
        if certificate.issuer == certificate.subject:
            return None
        for candidate in self._known.named(certificate.issuer):
            if _issued(certificate, candidate):
                return candidate
        for url in chain.wanted_issuer_urls(der, ()):
            for candidate in intake.gather([Blob("issuer", self._fetched(url))]).certificates:
                if _issued(certificate, candidate):
                    return candidate
        return None

    def _fetched(self, url: str) -> bytes:
        """What lies there; nothing when it cannot or must not be fetched."""
        place = urlsplit(url)
        try:
            host, port = place.hostname or "", place.port or PORT
            if place.scheme != "http" or names.host(host) != host or port != PORT:
                return b""
            address, port = self._target(host, port)
            return _read(
                address, port, host, place.path + (f"?{place.query}" if place.query else "")
            )
        except (OSError, ValueError, http.client.HTTPException) as fault:
            log.info("issuer not fetched", host=place.netloc[:100], fault=type(fault).__name__)
        except (addresses.Private, addresses.Unresolved) as fault:
            log.warning("issuer not fetched", host=place.netloc[:100], fault=type(fault).__name__)
        return b""

    def _target(self, host: str, port: int) -> tuple[str, int]:
        if (host, port) in self._elsewhere:
            address, elsewhere = self._elsewhere[host, port]
            return addresses.resolved(address, elsewhere)[0], elsewhere
        return addresses.public(host, port)[0], port


def _issued(certificate: x509.Certificate, candidate: bytes) -> bool:
    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(candidate))
    except Exception:  # from outside: whatever is wrong with it, it is not the issuer
        return False
    return True


def _read(address: str, port: int, host: str, path: str) -> bytes:
    connection = http.client.HTTPConnection(address, port, timeout=TIMEOUT)
    try:
        connection.request("GET", path or "/", headers={"Host": host, "Connection": "close"})
        answer = connection.getresponse()
        data = answer.read(LARGEST + 1) if answer.status == 200 else b""
        return data if len(data) <= LARGEST else b""
    finally:
        connection.close()
