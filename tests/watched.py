"""The expiry watch with all around it in memory: sites, a helpdesk, the live web, a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from bot.case import Case
from bot.engine.inbox import Inbox
from bot.engine.journal import Does, Journal
from bot.ports import Served
from bot.site import Site
from bot.storage.audit import AuditTrail
from bot.storage.schema import METADATA
from bot.storage.sites import SiteStore
from bot.storage.sweeps import Sweeps
from bot.watch_round import WatchRound
from bot.watch_site import WatchSite
from bot.watching import Terms
from tests.fakes import NOW, FakeHelpdesk, FakeSites


def in_memory() -> Engine:
    """An empty database that ends with the test."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    METADATA.create_all(engine)
    return engine


class Killed(Exception):
    """The process ended here."""


@dataclass
class FakeJournal:
    """Makes each call once: a job that runs again is told what the calls before had answered.

    `dies_after` is the name of a call after which the process ends before its answer is kept.
    """

    world: WatchWorld
    told: list[tuple[str, Any]] = field(default_factory=list)
    dies_after: str = ""
    calls: int = 0

    def step(self, name: str, call: Callable[[], Any], does: Does = Does.LOOK) -> Any:
        if self.calls < len(self.told):
            known, answer = self.told[self.calls]
            assert known == name, "the job makes the same calls again"
        else:
            answer = _answer(call)
            if name == self.dies_after:
                self.dies_after = ""
                raise Killed(name)
            self.told.append((name, answer))
        self.calls += 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    def put_later(self, ticket: int, at: datetime, kind: str, payload: dict[str, object]) -> None:
        id_ = f"later-{len(self.told)}-{ticket}-{at}"
        self.step("later", lambda: self.world.put(id_, ticket, kind, payload))


def _answer(call: Callable[[], Any]) -> Any:
    from bot.errors import BotError  # noqa: PLC0415 - kept as an answer, as the journal does

    try:
        return call()
    except BotError as error:
        return error


@dataclass
class WatchWorld:
    """One watch; `events` is what waits in its inbox, `done` the ids that have been there."""

    now: datetime = NOW
    roots: tuple[bytes, ...] = ()
    terms: Terms = field(default_factory=Terms)
    database: Engine = field(default_factory=in_memory)
    helpdesk: FakeHelpdesk = field(default_factory=FakeHelpdesk)
    live: FakeSites = field(default_factory=FakeSites)
    open: list[Case] = field(default_factory=list)
    over: list[Site] = field(default_factory=list)
    since: list[datetime | None] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    ticks: int = 0

    def __post_init__(self) -> None:
        self.sites = SiteStore(self.database)
        inbox = cast("Inbox", self)
        shared: dict[str, Any] = {
            "sites": self.sites,
            "cases": self,
            "inbox": inbox,
            "roots": self.roots,
            "terms": self.terms,
            "clock": lambda: self.now,
        }
        self.round = WatchRound(sweeps=Sweeps(self.database), looks=self, **shared)
        self.one = WatchSite(
            live=self.live,
            helpdesk=self.helpdesk,
            openings=self.helpdesk,
            trail=AuditTrail(self.database),
            **shared,
        )

    def put(
        self,
        name: str,
        place: int | str,
        kind: str,
        payload: dict[str, object],
        delay: float = 0.0,
    ) -> None:
        """As the inbox: once for each id."""
        if name not in self.done:
            self.done.add(name)
            self.events.append((kind, payload))

    def of(self, hosts: Iterable[str]) -> Iterator[Served]:
        """As the looks."""
        return map(self.live.served, hosts)

    def finished(self, since: datetime | None) -> tuple[Site, ...]:
        """As the cases that are done."""
        self.since.append(since)
        return tuple(self.over)

    def under_way(self, site: Site) -> Case | None:
        """As the cases that are open."""
        ours = ((site.host, site.environment), (site.fingerprint, site.environment))
        found = (c for c in self.open if (c.host, c.environment) in ours or _same(c, site))
        return next(found, None)

    def goes_round(self, passes: timedelta = timedelta(0)) -> None:
        """One round, and all that follows from it."""
        self.now += passes
        self.ticks += 1
        journal = cast("Journal", FakeJournal(self))
        self.round.go({"part": "sites", "put_at": self.now.timestamp() + self.ticks}, journal)
        self.works()

    def works(self) -> list[dict[str, object]]:
        """Deal with the sites that were put in; what else waits is given back, and waits on."""
        for kind, payload in [e for e in self.events if e[0] == "site"]:
            self.events.remove((kind, payload))
            self.one.go(payload, cast("Journal", FakeJournal(self)))
        return [payload for kind, payload in self.events if kind != "site"]

    def watches(self, host: str, **more: Any) -> Site:
        """A site that somebody has put on a list."""
        self.sites.imported([replace(Site(host, source="import"), **more)], self.now)
        return self.site(host)

    def site(self, host: str, environment: str = "production") -> Site:
        found = self.sites.find(host, environment)
        assert found is not None
        return found

    def looks_again(self, host: str) -> None:
        """The site is due at once."""
        self.sites.seen([replace(self.site(host), next_at=self.now)])


def _same(case: Case, site: Site) -> bool:
    return bool(case.served) and (case.served, case.environment) == (
        site.fingerprint,
        site.environment,
    )
