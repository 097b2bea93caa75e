"""Brings a plan's troubles upon a running bot."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sandbox.mischief import Mischief
from sandbox.processes import BotProcesses
from sandbox.world import World
from tests.engine.passage import Passage
from tests.storm.plan import Calls, Cut, Hooks, Kill, Planned, Trouble


@dataclass
class Weather:
    """One thread that lets each trouble begin at its time."""

    world: World
    bot: BotProcesses
    troubles: tuple[Planned, ...]
    passage: Passage | None = None
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Let no further trouble begin, and wait until the sky is clear."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        for planned in self.troubles:
            if self._over.wait(max(began + planned.at - time.monotonic(), 0.0)):
                break
            self._begin(planned.trouble)
        # What was planned for calls and has hit none yet must not follow the last calls for ever.
        self.world.faults.clear()
        self.world.zendesk.webhooks.mischief = self.world.jira.webhooks.mischief = Mischief()

    def _begin(self, trouble: Trouble) -> None:
        match trouble:
            case Calls(service, method, fault, times):
                self.world.faults.plan(fault, service=service, method=method, times=times)
            case Hooks(zendesk, jira):
                self.world.zendesk.webhooks.mischief = zendesk
                self.world.jira.webhooks.mischief = jira
                self.counted["webhooks changed"] += 1
            case Kill("worker", pause):
                # The oldest one, so that each has its turn.
                self.bot.workers.append(self.bot.workers.pop(0))
                self.bot.kill_worker()
                time.sleep(pause)
                self.bot.add_worker()
                self.counted["worker killed"] += 1
            case Kill(_, pause):
                assert self.bot.web is not None, "the bot was started"
                os.kill(self.bot.web.pid, signal.SIGKILL)
                self.bot.web.wait()
                time.sleep(pause)
                self.bot.web = self.bot.run("web")
                self.counted["web killed"] += 1
            case Cut(seconds):
                assert self.passage is not None, "only a plan for PostgreSQL has cuts"
                self.passage.close_door()
                time.sleep(seconds)
                self.passage.open_door()
                self.counted["database cut"] += 1
