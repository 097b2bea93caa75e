"""Brands and SaaS team of many renewals side by side, each with a site of its own."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.processes import NotInTime
from sandbox.site import Site
from sandbox.world import World
from tests.storm.agent import ORDERS, Agent
from tests.wholeway.renewal import the_issue

ANSWERS = """Common Name: {host}
Organization: Nordlicht Handels GmbH
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: P-256
"""
PATIENCE = 330.0
"""Seconds without any step forward: longer than the bot's own pauses ever grow."""
TAGGED_WITHIN = 2.5
"""Seconds after a move: a ticket's time of change is told in seconds, a change within one hides."""
ORDER = ("details_wanted", "certificate_wanted", "change_open", "done")


@dataclass
class Renewal:
    """One brand's renewal: the next thing that its people do."""

    world: World
    number: int
    ticket: int = 0
    acted: int = 0
    watched: bool = False  # the bot's expiry watch opens the ticket, and not the brand
    agent: Agent | None = None  # takes the case over while the certificate is awaited
    ordered: int = 0
    tagged: list[str] = field(default_factory=list)  # by colleagues, while the bot is at it
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self._dice, self._tag_at = random.Random(self.number), 0.0
        old = datetime.now(UTC) - timedelta(days=193)
        key, leaf = self.world.ca.issue([self.host], 199, not_before=old)
        self.site = Site((self.host,), key, leaf + self.world.ca.chain_pem)

    @property
    def host(self) -> str:
        """The brand's site."""
        return f"shop{self.number}.nordlicht-store.com"

    @property
    def reached(self) -> str:
        """For PROBE_CONNECT_TO."""
        return f"{self.host}:443:127.0.0.1:{self.site.port}"

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.acted == len(ORDER)

    @property
    def moves(self) -> int:
        """How far people have come with it."""
        return self.acted + self.ordered

    def begin(self) -> None:
        """The brand opens its ticket, or finds the one that the watch has opened."""
        if self.watched:
            self.ticket = self._opened_for_us()
            return
        self.ticket = self.world.zendesk.brand_opens(
            self.world.brand_user,
            f"SSL certificate of {self.host} expires",
            f"Hi, the SSL certificate of https://{self.host} expires next week.",
        )

    def act(self) -> None:
        """Open the ticket, or do what its stage asks for, once."""
        if not self.ticket:
            self.begin()
        if not self.ticket or self.done or self._with_agent():
            return
        self._tag()
        if f"ssl_{ORDER[self.acted]}" not in self.tags():
            return
        if self.acted == 0:
            self.world.zendesk.brand_writes(self.ticket, ANSWERS.format(host=self.host))
        elif self.acted == 1:
            leaf = self.world.ca.sign(self.world.latest_csr(self.ticket), days=199)
            bundle = (leaf + self.world.ca.chain_pem).encode()
            files = [("certificate.pem", bundle, "application/x-pem-file")]
            self.world.zendesk.brand_writes(self.ticket, "Here it is.", files=files)
        elif self.acted == 2:
            change = the_issue(self.world, "SPC", self.ticket)["key"]
            [chain] = [
                data
                for name, data in self.world.files(change).items()
                if name.endswith(".fullchain.crt")
            ]
            # That the key opens and fits is what lets the site take it.
            self.site.install(self.world.team_opens_key(change), chain.decode())
            self.world.jira.person_moves(change, "Done", "Done")
        self.acted += 1
        self._tag_at = time.monotonic() + self._dice.uniform(0.0, TAGGED_WITHIN)

    def _with_agent(self) -> bool:
        """An agent stops the case, and hands it back later."""
        if self.agent is None or self.acted != 1 or self.ordered == len(ORDERS):
            return False
        self.ordered += self.agent.ordered(self.ticket, *ORDERS[self.ordered])
        return True

    def _tag(self) -> None:
        """After each move somebody tags the ticket, at about the time when the bot writes to it."""
        if time.monotonic() >= self._tag_at and len(self.tagged) < self.moves:
            self.tagged.append(f"colleague_{len(self.tagged)}")
            self.world.zendesk.agent_tags(self.ticket, self.tagged[-1])

    def _opened_for_us(self) -> int:
        """0 as long as there is none."""
        zendesk = self.world.zendesk
        names = {n: str(zendesk.ticket(n).get("external_id")) for n in zendesk.ticket_ids()}
        return next((n for n, name in names.items() if name.endswith(f"-{self.host}")), 0)

    def tags(self) -> list[str]:
        """As the ticket has them."""
        found: list[str] = self.world.zendesk.ticket(self.ticket)["tags"]
        return found


def played(renewals: list[Renewal], seconds: float) -> None:
    """Begin all in so many seconds, and play them to their end.

    How long that takes is the machine's affair; says which are left when nothing moves any more.
    """
    began = moved = time.monotonic()
    moves = 0
    while not all(renewal.done for renewal in renewals):
        due = int((time.monotonic() - began) / seconds * len(renewals)) + 1
        for renewal in renewals[:due]:
            renewal.act()
        now = sum(renewal.moves for renewal in renewals)
        if now != moves:
            moves, moved = now, time.monotonic()
        if time.monotonic() - moved > PATIENCE:
            left = [f"{r.ticket}: {r.ticket and r.tags()}" for r in renewals if not r.done]
            raise NotInTime(f"{len(left)} renewals do not move any more: {left[:5]}")
        time.sleep(0.1)
