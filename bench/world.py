"""A sandbox, a bot of real processes, and renewals played through both."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.faults import Fault, Kind
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.storm.people import Renewal, played

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Play:
    """A bot at work."""

    world: World
    bot: BotProcesses
    url: str
    renewals: list[Renewal]

    def slowed(self, seconds: float) -> None:
        """Each API call takes so much longer from now on."""
        if seconds:
            self.world.faults.plan(Fault(Kind.SLOW, seconds=seconds), times=10**9)

    def run(self, renewals: Sequence[Renewal] = ()) -> float:
        """Play these renewals, or all, side by side; how long it took, in seconds."""
        began = time.monotonic()
        played(list(renewals or self.renewals), 0.5)
        return time.monotonic() - began


@contextmanager
def playing(
    count: int, database: str = "", workers: int = 1, latency: float = 0.0, **more: str
) -> Iterator[Play]:
    """So many brands' sites; each API call takes `latency` seconds longer; `more` are settings."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = World.start(folder, patience=0.1)
        renewals = [Renewal(world, number) for number in range(1, count + 1)]
        settings = {
            **world.environment(),
            "DATABASE_URL": database or f"sqlite:///{folder / 'bot.db'}",
            "PROBE_CONNECT_TO": ",".join(
                [world.environment()["PROBE_CONNECT_TO"], *(r.reached for r in renewals)]
            ),
            **more,
        }
        bot = BotProcesses(settings, folder, measured=False)
        try:
            url = bot.start(workers=workers)
            world.connect(url)
            play = Play(world, bot, url, renewals)
            play.slowed(latency)
            yield play
        finally:
            bot.stop()
            world.close()
            for renewal in renewals:
                renewal.site.close()


def warmed(play: Play) -> None:
    """Another brand's renewal is on its way: who the bot is, and what the account has, is known."""
    [other] = play.renewals
    while other.acted == 0:
        other.act()
        time.sleep(0.1)
    until(lambda: _past(play, other.ticket), "the other renewal has its CSR request")
    time.sleep(2.0)


def _past(play: Play, ticket: int) -> bool:
    tags = play.world.zendesk.ticket(ticket)["tags"]
    return "ssl_certificate_wanted" in tags or "ssl_csr_ordered" in tags


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, its children's too."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICK
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return own + sum(cpu(int(child)) for child in children)


def resident(pid: int) -> float:
    """Resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]
