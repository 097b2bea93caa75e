"""Brings a plan's troubles upon a running bot."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from sandbox.mischief import Mischief
from sandbox.processes import BotProcesses
from sandbox.world import World
from tests.storm.clock import Clock
from tests.storm.stores import Store
from tests.storm.troubles import (
    Calls,
    ClockStep,
    Cut,
    Hooks,
    Kill,
    Locked,
    Planned,
    Restart,
    Spell,
    Terminated,
    Trouble,
)

LANES: Final = ((Calls, Spell, Hooks, ClockStep), (Kill, Restart), (Locked, Cut, Terminated))
"""Troubles of one lane wait for each other; those of several come together."""


@dataclass
class Weather:
    """Lets each trouble begin at its time, or when the one before it in its lane is over."""

    world: World
    bot: BotProcesses
    store: Store
    clock: Clock
    troubles: tuple[Planned, ...]
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._over, self._starting = threading.Event(), threading.Lock()
        self._began = time.monotonic()
        self._lanes = [threading.Thread(target=self._run, args=(lane,)) for lane in LANES]
        self._lanes.append(threading.Thread(target=self._watched))
        for lane in self._lanes:
            lane.start()

    def end(self) -> None:
        """Let no further trouble begin, and wait until the sky is clear.

        What is planned for calls and has hit none yet, lost webhooks and the clock stay till now.
        """
        self._over.set()
        for lane in self._lanes:
            lane.join()
        self.world.faults.clear()
        self.world.zendesk.webhooks.mischief = self.world.jira.webhooks.mischief = Mischief()
        self.clock.step(0.0)

    def _run(self, lane: tuple[type[Trouble], ...]) -> None:
        for planned in self.troubles:
            if not isinstance(planned.trouble, lane):
                continue
            if self._over.wait(max(self._began + planned.at - time.monotonic(), 0.0)):
                return
            self._begin(planned.trouble)

    def _watched(self) -> None:
        """What ends by itself is started again, as whoever looks after a machine's services does.

        A worker that cannot even start, since its database is away, ends.
        """
        while not self._over.wait(1.0):
            with self._starting:
                for worker in [one for one in self.bot.workers if one.poll() is not None]:
                    self.bot.workers.remove(worker)
                    self.bot.add_worker()
                    self.counted["worker ended by itself"] += 1
                if self.bot.web is not None and self.bot.web.poll() is not None:
                    self.bot.web = self.bot.run("web")
                    self.counted["web ended by itself"] += 1

    def _begin(self, trouble: Trouble) -> None:
        match trouble:
            case Calls(service, method, fault, times):
                self.world.faults.plan(fault, service=service, method=method, times=times)
            case Spell(service, fault, seconds):
                self.world.faults.last(fault, seconds, service=service)
                self.counted[f"{service} failing for seconds"] += 1
            case Hooks(zendesk, jira):
                self.world.zendesk.webhooks.mischief = zendesk
                self.world.jira.webhooks.mischief = jira
            case Kill(what, pause):
                self._ended(what, signal.SIGKILL, pause)
                self.counted[f"{what} killed"] += 1
            case Restart(what, pause):
                self._ended(what, signal.SIGTERM, pause)
                self.counted[f"{what} restarted"] += 1
            case ClockStep(ahead):
                self.counted["clock steps"] += self.clock.step(ahead)
            case Locked() | Cut() | Terminated():
                self.store.suffer(trouble)
                self.counted[f"database {type(trouble).__name__.lower()}"] += 1

    def _ended(self, what: str, how: signal.Signals, pause: float) -> None:
        """End a process, and start another one in its place."""
        # The oldest worker, so that each has its turn.
        with self._starting:
            old = self.bot.workers.pop(0) if what == "worker" else self.bot.web
            self.bot.web = None if what == "web" else self.bot.web
        assert old is not None, "the bot was started"
        os.kill(old.pid, how)
        _gone(old)
        time.sleep(pause)
        with self._starting:
            if what == "worker":
                self.bot.add_worker()
            else:
                self.bot.web = self.bot.run("web")


def _gone(process: subprocess.Popen[bytes], seconds: float = 40.0) -> None:
    """A process that was told to end does so in this time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
