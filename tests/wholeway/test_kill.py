"""kill -9 of the worker at every outside write of a renewal: it completes, nothing is doubled."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter

import pytest

from sandbox.faults import Call
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import nothing_doubled, renewed


class Killer:
    """Kills the worker at each write that an undisturbed renewal makes, and starts it again."""

    def __init__(self, bot: BotProcesses, undisturbed: Counter[str]) -> None:
        self._bot = bot
        self._left = undisturbed.copy()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> None:
        with self._lock:
            if self._left[point(call)] > 0:
                self._left[point(call)] -= 1
                self._bot.kill_worker()
                self._bot.add_worker()

    @property
    def spared(self) -> Counter[str]:
        """The points that were never reached."""
        return +self._left


def point(call: Call) -> str:
    """A write by its kind: numbers and keys differ from one renewal to the next."""
    return f"{call.service} {call.method} {re.sub(r'[A-Z]*-?[0-9]+', '#', call.path)}"


MOMENTS = ["after_write", "after_answer"] if os.environ.get("TRIALS") else ["after_write"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_worker_killed_at_every_write_completes_and_doubles_nothing(
    sandbox: World, bot: BotProcesses, moment: str
) -> None:
    """`after_write`: done, the answer lost.  `after_answer`: answered, perhaps not yet kept."""
    sandbox.connect(bot.start())
    renewed(sandbox)
    writes = Counter(point(call) for call in sandbox.faults.calls if call.writes)
    killer = Killer(bot, writes)
    getattr(sandbox.faults, moment)(killer)

    ticket = renewed(sandbox, seconds=300)

    # The last write is seen before the kill that follows it, and before what comes of that.
    until(lambda: not killer.spared, "the worker was killed at every write")
    until(lambda: f"{ticket}\tdone" in bot.finish("cases").stdout, "the case is kept as done")
    nothing_doubled(sandbox, ticket)
    assert writes.total() >= 14
