"""Which addresses the bot may connect to when a name comes from outside.

`ipaddress.is_global` alone lets multicast, NAT64 and 6to4 forms of private addresses and
some clouds' own services through, so the rule is stricter than it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Event
from typing import Final

MOST: Final = 16
"""Addresses of one name that are connected to."""

LONGEST: Final = 5.0
"""Seconds that a name may take to be resolved; getaddrinfo itself has no limit."""

PATIENCE: Final = 60.0
"""Seconds that a name waits for its turn while dead ones hold all threads."""

AT_ONCE: Final = 32

_NOT_V4: Final = tuple(
    map(ip_network, ("168.63.129.16/32", "192.88.99.0/24"))  # Azure's own, 6to4 relays
)
_UNICAST: Final = ip_network("2000::/3")
_NOT_V6: Final = tuple(
    map(ip_network, ("2002::/16", "2001::/32", "2001:db8::/32", "3fff::/20"))
)  # 6to4, Teredo, documentation


class Unresolved(Exception):
    """The name has no address, or none was found in time."""


class Private(Exception):
    """At least one of the name's addresses is not public."""


def is_public(text: str) -> bool:
    """Whether the numeric address belongs to the public internet, unicast."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_V4)
    return address in _UNICAST and not any(address in network for network in _NOT_V6)


def public(host: str, port: int) -> tuple[str, ...]:
    """The numeric addresses of the name, resolved once; raises Unresolved or Private.

    Connect to these, not to the name: a second look-up may answer otherwise.
    """
    addresses = resolved(host, port)
    if not all(is_public(address) for address in addresses):
        raise Private(host)
    return tuple(addresses[:MOST])


def resolved(host: str, port: int) -> Sequence[str]:
    """Every address of the name, each once, in the resolver's order; raises Unresolved."""
    return _resolver().addresses(host, port)


def _looked_up(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # Each row is (family, type, protocol, name, (address, port, …)); a scope is no part of it.
    return list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))


class Resolver:
    """Many names side by side; one whose servers are dead holds up the others, but spoils none.

    The system goes on asking for it long after we have given it up, so the time of a name counts
    from when its own look-up begins.
    """

    def __init__(
        self,
        look_up: Callable[[str, int], Sequence[str]] = _looked_up,
        at_once: int = AT_ONCE,
        longest: float = LONGEST,
        patience: float = PATIENCE,
    ) -> None:
        self._look_up, self._longest, self._patience = look_up, longest, patience
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="resolve")

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of the name; raises Unresolved."""
        begun = Event()

        def look_up() -> Sequence[str]:
            begun.set()
            return self._look_up(host, port)

        looking = self._threads.submit(look_up)
        begun.wait(self._patience)
        try:
            return looking.result(timeout=self._longest)
        except (OSError, UnicodeError, NotInTime):
            looking.cancel()
            raise Unresolved(host) from None


@cache
def _resolver() -> Resolver:
    return Resolver()
