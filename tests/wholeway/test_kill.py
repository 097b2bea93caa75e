"""kill -9 of the worker at every outside write of a renewal: it completes, nothing is doubled."""

from __future__ import annotations

import threading

import pytest

from sandbox.processes import BotProcesses
from sandbox.world import World
from tests.wholeway.renewal import nothing_doubled, renewed


class Killer:
    """Kills the worker once at each outside write, and starts it again."""

    def __init__(self, bot: BotProcesses) -> None:
        self.bot = bot
        self.killed: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, service: str, method: str, path: str, n: int) -> None:
        with self._lock:
            point = f"{service} {method} {path}"
            if self.killed.count(point) >= self._times(point):
                return
            self.killed.append(point)
            self.bot.kill_worker()
            self.bot.add_worker()

    @staticmethod
    def _times(point: str) -> int:
        """The same address is written at several steps: each of the five ticket updates dies once.

        A repeated update counts as a point of its own, so the number is doubled.
        """
        return 10 if "zendesk PUT" in point else 2


@pytest.mark.parametrize("moment", ["after_write", "after_answer"])
def test_killed_worker_completes_and_doubles_nothing(
    sandbox: World, bot: BotProcesses, moment: str
) -> None:
    """`after_write`: done, the answer lost.  `after_answer`: answered, not yet in the journal."""
    killer = Killer(bot)
    sandbox.connect(bot.start())
    getattr(sandbox.faults, moment)(killer)

    ticket = renewed(sandbox, seconds=240)

    nothing_doubled(sandbox, ticket)
    assert len(killer.killed) >= 12, killer.killed
