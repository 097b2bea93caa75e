"""The live web: which certificates a site serves, address by address.

Nothing is verified here and nothing is read but the handshake: an expired, self-signed or
wrongly named certificate is a fact that the procedure wants to know.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bot.gateways import addresses
from bot.ports import Endpoint, Served
from bot.setting_types import ConnectTo
from bot.x509 import names

PORT: Final = 443
DEADLINE: Final = 10.0
"""Seconds for one address, from connecting to the end of the handshake."""

BETWEEN: Final = 2.0
"""Seconds between the two looks of a survey: behind one address may be many nodes."""

AT_ONCE: Final = 8
LONGEST_CHAIN: Final = 12
Target = tuple[str, int]
"""A numeric address and a port."""

_NO_ROUTE: Final = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class TlsSites:
    """`bot.ports.Sites`; `connect_to` names sites that are reached elsewhere, as curl's option."""

    def __init__(
        self,
        connect_to: Sequence[ConnectTo] = (),
        deadline: float = DEADLINE,
        between: float = BETWEEN,
    ) -> None:
        self._between = between
        self._elsewhere = {(c.host, c.port): (c.address, c.address_port) for c in connect_to}
        self.deadline = deadline

    def served(self, host: str) -> Served:
        """The certificates that the host serves now; never raises for a site's own faults."""
        targets = self.targets(host)
        if isinstance(targets, str):
            return Served(host, fault=targets)
        with ThreadPoolExecutor(max_workers=len(targets)) as looking:
            found = list(looking.map(lambda target: self.endpoint(host, *target), targets))
        return assembled(host, found)

    def survey(self, hosts: tuple[str, ...]) -> tuple[Served, ...]:
        """What each of the hosts serves, every address looked at twice, some seconds apart.

        An address that has answered otherwise the second time is there twice.
        """
        first = self._all(hosts)
        time.sleep(self._between)
        return tuple(map(_together, first, self._all(hosts)))

    def _all(self, hosts: tuple[str, ...]) -> tuple[Served, ...]:
        with ThreadPoolExecutor(max_workers=AT_ONCE) as looking:
            return tuple(looking.map(self.served, hosts))

    def targets(self, host: str) -> Sequence[Target] | str:
        """Where the host is reached, or the finding code that says why nowhere."""
        try:
            return self._targets(host)
        except addresses.Unresolved:
            return "SITE_UNRESOLVED"
        except addresses.Private:
            return "SITE_PRIVATE_ADDRESS"

    def endpoint(self, host: str, address: str, port: int) -> Endpoint | None:
        """What one address serves for the host; None without a route to it."""
        end = time.monotonic() + self.deadline
        try:
            try:
                return Endpoint(address, _chain(_MODERN, host, address, port, end))
            except ssl.SSLError:
                # A server that speaks only what browsers have dropped still has a certificate.
                return Endpoint(address, _chain(_ANCIENT, host, address, port, end))
        except OSError as error:
            if error.errno in _NO_ROUTE:
                return None
            return Endpoint(address, fault="SITE_REFUSED")

    def _targets(self, host: str) -> Sequence[Target]:
        """Numeric addresses and ports; none of them private, unless the operator says so."""
        if (host, PORT) in self._elsewhere:
            address, port = self._elsewhere[host, PORT]
            return [(found, port) for found in addresses.resolved(address, port)[:1]]
        try:
            if names.host(host) != host:
                raise addresses.Unresolved(host)
        except names.NameFault as fault:
            # `127.1` and its like are numbers to the resolver, and no names at all.
            raise addresses.Private(host) from fault
        return [(address, PORT) for address in addresses.public(host, PORT)]


def assembled(host: str, found: Iterable[Endpoint | None]) -> Served:
    """What the host serves, from what each of its addresses has shown."""
    # Without a route to IPv6 this machine cannot tell how the site stands there.
    seen = tuple(endpoint for endpoint in found if endpoint is not None)
    return Served(host, seen, "" if seen else "SITE_REFUSED")


def _together(first: Served, second: Served) -> Served:
    new = tuple(endpoint for endpoint in second.endpoints if endpoint not in first.endpoints)
    return Served(first.host, first.endpoints + new, first.fault or second.fault)


def _chain(
    context: ssl.SSLContext, host: str, address: str, port: int, end: float
) -> tuple[bytes, ...]:
    with socket.create_connection((address, port), timeout=_left(end)) as plain:
        plain.settimeout(_left(end))
        with context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) as tls:
            tls.do_handshake()
            return _sent(tls)[:LONGEST_CHAIN]


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("the site takes too long")
    return left


def _sent(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The chain as the server sent it, DER, leaf first.

    Python 3.13 has a public method for it, earlier ones a private one; where neither is, the
    leaf alone is known.
    """
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(public() or ())
    inner = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if inner is not None:
        pems = [certificate.public_bytes() for certificate in inner() or ()]
        return tuple(ssl.PEM_cert_to_DER_cert(pem) for pem in pems)
    leaf = tls.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()


def _context(*, ancient: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if ancient:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context


_MODERN: Final = _context()
_ANCIENT: Final = _context(ancient=True)
