"""A round of the expiry watch: learns from finished renewals, and looks at the sites that are due.

It only looks and remembers.  A site where something is to be done gets an event of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot import rhythm, seeing, watching
from bot.engine.inbox import Inbox
from bot.engine.journal import Does, Journal
from bot.ports import Served
from bot.site import Site
from bot.storage.durations import Durations
from bot.storage.sites import SiteStore
from bot.storage.sweeps import Sweeps
from bot.sweeping import BACK, LAG
from bot.watching import Terms
from bot.x509 import anchors
from bot.x509.anchors import Anchors

log = structlog.get_logger(__name__)
PART: Final = "sites"
"""The one part of this periodic work, and the name of its cursor."""
MOST: Final = 5_000
"""Sites that are looked at in one round."""
OVERLAP: Final = timedelta(hours=1) + LAG
"""How far each round asks for what the one before it has seen."""
AT_A_TIME: Final = 100
"""Sites that are saved together."""


class Looks(Protocol):
    """The live web, many sites at once."""

    def of(self, hosts: Iterable[str]) -> Iterator[Served]:
        """What each of the hosts serves, as it becomes known, in no order."""
        ...


class Renewals(Protocol):
    """The cases, asked for what is finished."""

    def finished(self, since: datetime | None) -> tuple[Site, ...]:
        """The sites of the renewals that were finished since then, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of a round."""

    looked: int
    wanted: int


@dataclass(frozen=True, slots=True)
class WatchRound:
    """The job."""

    sites: SiteStore
    cases: Renewals
    sweeps: Sweeps
    looks: Looks
    inbox: Inbox
    roots: tuple[bytes, ...]
    terms: Terms
    clock: Callable[[], datetime]

    def go(self, payload: Mapping[str, object], journal: Journal) -> None:
        """Learn, look, and put in what is to be done; a repeated one goes on where it broke off."""
        now = journal.step("now", self.clock)
        turn = str(int(float(str(payload["put_at"]))))
        learnt = journal.step("sites.learn", lambda: self._learn(now), Does.KEEP)
        counted = journal.step("sites.look", lambda: self._look(now, turn), Does.KEEP)
        log.info("watch done", learnt=learnt, looks=counted.looked, wanted=counted.wanted)

    def _learn(self, now: datetime) -> int:
        learnt = self.sites.renewed(self.cases.finished(self._since(now)), now)
        self.sweeps.save(PART, now)
        return learnt

    def _since(self, now: datetime) -> datetime | None:
        """What is known already tells nothing twice, so rather too far back than not enough."""
        since = self.sweeps.swept_to(PART)
        if since is None or since <= now + LAG:
            return since and since - OVERLAP
        log.warning("watch turned back", ahead=str(since - now))
        self.sweeps.turn_back(PART, now)
        return now - BACK

    def _look(self, now: datetime, turn: str) -> Counted:
        due: dict[str, list[Site]] = {}
        for site in self.sites.due(now, MOST):
            due.setdefault(site.host, []).append(site)
        trusted, durations = anchors.trusted(self.roots), self.sites.durations()
        looked, wanted, some = 0, 0, list[Site]()
        for served in self.looks.of(due):
            for site in due[served.host]:
                after, is_wanted = self._looked_at(site, served, trusted, durations, turn)
                some.append(after)
                wanted += is_wanted
            if len(some) >= AT_A_TIME:
                looked += self._save(some)
        return Counted(looked + self._save(some), wanted)

    def _looked_at(
        self, site: Site, served: Served, trusted: Anchors, durations: Durations, turn: str
    ) -> tuple[Site, bool]:
        """The site as it is now, and whether something is to be done, which is put in first."""
        seen = seeing.seen(served, self.clock(), trusted)
        after = seeing.observed(site, seen)
        took = durations.of(after)
        wanted = watching.wanted(site, seen, self.terms, took)
        if wanted:
            put_in(self.inbox, site, after, turn)
        return replace(after, next_at=rhythm.next_look(after, seen.at, self.terms, took)), wanted

    def _save(self, some: list[Site]) -> int:
        count = len(some)
        self.sites.seen(some)
        some.clear()
        return count


def put_in(inbox: Inbox, before: Site, after: Site, turn: str) -> None:
    """Have the site dealt with: one at a time of those that share a certificate."""
    inbox.put(
        f"site-{turn}-{after.host}-{after.environment}",
        f"site-{after.fingerprint[:32] or after.host}",
        "site",
        {"host": after.host, "environment": after.environment, "was": before.fingerprint},
    )
