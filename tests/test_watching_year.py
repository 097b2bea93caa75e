"""A year of five hundred sites under the dated lifetimes: all asked in time, none asked twice."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import watching
from bot.case import At, Case
from bot.site import Site
from bot.watching import Terms
from bot.x509 import facts, rules
from sandbox.ca import Authority
from tests.conftest import der
from tests.watched import WatchWorld

ELSEWHERE = 0.12
"""So many of the sites are renewed by a machine of the brand's own, before the bot would ask."""
STEP = timedelta(hours=24)
DAY = timedelta(days=1)
TOLERANCE, LEAST, OF_ALL = 0.15, 8, 0.05
"""How far the forecast of a month may lie from what came, in parts or renewals, and of the year.

What brands begin some days later than foreseen is counted in the next month.
"""


@dataclass
class Year:
    """The world, its brands, and what came of it."""

    start: datetime
    sites: int
    authority: Authority
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    expired: list[str] = field(default_factory=list)
    asked: list[tuple[datetime, str, str]] = field(default_factory=list)  # when, host, certificate
    replaced: Counter[str] = field(default_factory=Counter)
    arrives: dict[int, tuple[datetime, Case]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = WatchWorld(now=self.start, roots=(der(self.authority.root_pem),))
        self.chain = der(self.authority.chain_pem)
        self.took = {f"www{n}.brand{n}.com": self._habit(n) for n in range(self.sites)}
        self.by_machine = set(list(self.took)[: int(ELSEWHERE * self.sites)])
        self.until: dict[str, tuple[datetime, timedelta]] = {}
        for number, host in enumerate(self.took):
            age = self.dice.random() * self._lifetime(self.start) * 2 / 3
            self._installs(host, self.start - age)
            if host in self.by_machine:
                age = self.dice.random() * self._lifetime(self.start) / 2
                self._installs(host, self.start - age)
            learnt = replace(self._finished(host, 1), organization=number + 1)
            self.world.sites.renewed([learnt], self.start - 90 * DAY)

    def _habit(self, number: int) -> float:
        """Most brands take some days, a few weeks."""
        return self.dice.uniform(15, 20) if number % 25 == 24 else self.dice.uniform(1, 10)

    def _lifetime(self, at: datetime) -> timedelta:
        return timedelta(days=rules.longest_validity(at) - 1)

    def _installs(self, host: str, issued: datetime) -> str:
        lifetime = self._lifetime(issued)
        days = int(lifetime / DAY)
        leaf = der(self.authority.issue([host], days, not_before=issued.replace(microsecond=0))[1])
        self.world.live.serves(host, leaf, self.chain)
        self.until[host] = (issued + lifetime, lifetime)
        return facts.facts(leaf).sha256

    def _finished(self, host: str, ticket: int, expected: str = "") -> Site:
        return Site(
            host,
            brand=host,
            organization=self.world.site(host).organization if expected else None,
            requester=1_000,
            last_ticket=ticket,
            took=self.took[host],
            expected=expected,
            expected_until=self.until[host][0] if expected else None,
            watch_until=self.world.now + 3 * DAY if expected else None,
        )

    def by_ticket(self) -> tuple[Site, ...]:
        """The sites whose brands need the bot."""
        return tuple(s for s in self.world.sites.all() if s.host not in self.by_machine)

    def runs(self, length: timedelta) -> None:
        """The whole time, step by step."""
        while self.world.now < self.start + length:
            self.world.now += STEP
            self._machines()
            self._brands()
            self.world.goes_round()
            self.tickets()
            self.world.over.clear()

    def _machines(self) -> None:
        for host in self.by_machine:
            ends, lifetime = self.until[host]
            early = watching.early(lifetime, Terms(), self.took[host]) + 3 * DAY
            if self.world.now >= ends - early:
                self._installs(host, self.world.now)
                self.replaced[host] += 1

    def _brands(self) -> None:
        for ticket, (at, case) in list(self.arrives.items()):
            if self.world.now >= at:
                del self.arrives[ticket]
                self.world.open.remove(case)
                expected = self._installs(case.host, self.world.now)
                self.world.over.append(self._finished(case.host, ticket, expected))
        self.expired += [host for host, (ends, _) in self.until.items() if ends <= self.world.now]

    def tickets(self) -> None:
        """The tickets that were opened become cases, and the brands begin to work on them."""
        for kind, payload in self.world.events:
            assert kind == "look", "nothing was rolled back"
            number = int(str(payload["ticket"]))
            subject = self.world.helpdesk.tickets[number].subject
            host = next(word for word in subject.split() if word in self.took)
            case = Case(number, 1_000, "", None, At.DETAILS_WANTED, host=host)
            self.world.open.append(case)
            self.arrives[number] = (self.world.now + self.took[host] * DAY, case)
            self.asked.append((self.world.now, host, self.world.site(host).asked_for))
        self.world.events.clear()


@pytest.fixture(
    params=[(2026, 500), (2028, 200)],  # four times as many renewals come later
    ids=["100 days from 2027-03-15", "47 days from 2029-03-15"],
)
def year(request: pytest.FixtureRequest) -> Year:
    """A year that crosses one of the dates; the first round has seen every site."""
    year, sites = request.param
    start = datetime(year, 9, 15, tzinfo=UTC)
    made = Year(start, sites, Authority(now=start))
    made.world.goes_round()
    made.tickets()
    return made


def test_every_site_is_asked_in_time_and_none_twice(year: Year) -> None:
    forecast = watching.forecast(year.by_ticket(), 12, year.start)

    year.runs(365 * DAY)

    assert year.expired == []
    certificates = Counter(certificate for _, _, certificate in year.asked)
    assert set(certificates.values()) == {1}, "no certificate is asked for twice"
    assert {host for _, host, _ in year.asked} == set(year.took) - year.by_machine
    assert set(year.replaced) == year.by_machine
    year.world.goes_round(2 * DAY)  # the last changes are seen
    year.tickets()
    notices = [r for r in year.world.helpdesk.opened if r.startswith("ssl-notice-")]
    assert len(year.world.helpdesk.opened) - len(notices) == len(year.asked)
    assert len(notices) == year.replaced.total(), "an agent hears of each that nobody announced"
    came = Counter(at.date().replace(day=1) for at, _, _ in year.asked)
    for month in forecast[1:]:  # the first one began before the year
        near = max(LEAST, TOLERANCE * came[month.first])
        assert abs(month.renewals - came[month.first]) <= near, month
    foreseen = sum(month.renewals for month in forecast[1:])
    all_ = sum(came[month.first] for month in forecast[1:])
    assert abs(foreseen - all_) <= OF_ALL * all_
