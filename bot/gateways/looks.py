"""Looks at thousands of sites: many addresses side by side, one site of each after the other.

So no server gets more than one connection of ours at a time, however many sites it has.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final

from bot.gateways.tls import Target, TlsSites, assembled
from bot.ports import Endpoint, Served

AT_ONCE: Final = 48
"""Addresses that are looked at side by side."""
NAMES_AT_ONCE: Final = 16
STRIKES: Final = 3
"""After so many sites in a row without an answer in time, an address is left alone."""
LONGEST: Final = 1200.0
"""Seconds for one round; sites that were not reached by then stay due."""


@dataclass
class _Look:
    """One host, until each of its addresses was asked."""

    host: str
    targets: Sequence[Target]
    found: dict[Target, Endpoint | None] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, target: Target, endpoint: Endpoint | None) -> Served | None:
        """What the host serves, once this was the last of its addresses."""
        with self.lock:
            self.found[target] = endpoint
            if len(self.found) < len(self.targets):
                return None
        return assembled(self.host, (self.found[target] for target in self.targets))


class Looks:
    """`bot.watch_round.Looks`."""

    def __init__(self, sites: TlsSites, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._sites, self._at_once, self._longest = sites, at_once, longest

    def of(self, hosts: Iterable[str]) -> Iterator[Served]:
        """What each of the hosts serves, as it becomes known, in no order."""
        ends = time.monotonic() + self._longest
        lanes: dict[str, list[tuple[_Look, Target]]] = defaultdict(list)
        for look in self._resolved(tuple(dict.fromkeys(hosts))):
            if isinstance(look, Served):
                yield look
                continue
            for target in look.targets:
                lanes[target[0]].append((look, target))
        yield from self._in_lanes(list(lanes.values()), ends)

    def _resolved(self, hosts: Sequence[str]) -> Iterator[_Look | Served]:
        with ThreadPoolExecutor(NAMES_AT_ONCE, "resolve") as pool:
            for host, targets in zip(hosts, pool.map(self._sites.targets, hosts), strict=True):
                if isinstance(targets, str):
                    yield Served(host, fault=targets)
                else:
                    yield _Look(host, tuple(dict.fromkeys(targets)))

    def _in_lanes(
        self, lanes: Sequence[Sequence[tuple[_Look, Target]]], ends: float
    ) -> Iterator[Served]:
        found: SimpleQueue[Served | None] = SimpleQueue()
        over = threading.Event()

        def work(lane: Sequence[tuple[_Look, Target]]) -> None:
            try:
                self._along(lane, found, lambda: over.is_set() or time.monotonic() > ends)
            finally:
                found.put(None)

        with ThreadPoolExecutor(self._at_once, "look") as pool:
            done = [pool.submit(work, lane) for lane in lanes]
            try:
                waiting = len(lanes)
                while waiting:
                    served = found.get()
                    waiting -= served is None
                    if served is not None:
                        yield served
            finally:
                over.set()  # whoever has asked may have broken off
        for lane in done:
            lane.result()  # a fault of ours is not kept back

    def _along(
        self,
        lane: Sequence[tuple[_Look, Target]],
        found: SimpleQueue[Served | None],
        over: Callable[[], bool],
    ) -> None:
        strikes = 0
        for look, target in lane:
            began = time.monotonic()
            if over():
                return
            if strikes < STRIKES:
                endpoint = self._sites.endpoint(look.host, *target)
                slow = time.monotonic() - began > self._sites.deadline / 2
                strikes = strikes + 1 if slow and endpoint and endpoint.fault else 0
            else:
                endpoint = Endpoint(target[0], fault="SITE_REFUSED")
            served = look.takes(target, endpoint)
            if served is not None:
                found.put(served)
