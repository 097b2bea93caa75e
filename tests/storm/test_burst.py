"""A burst of 10,000 deliveries while workers are killed: all are taken, every case is right."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from sandbox.processes import REPOSITORY, BotProcesses
from sandbox.world import World
from tests.wholeway.renewal import opened, staged

DELIVERIES, SENDERS, TICKETS = 10_000, 4, 16
RATE = 160.0
"""Deliveries a second, whatever becomes of those before."""
KILL_EVERY = 4.0
SECONDS = 2.0
"""What a delivery may take: Zendesk itself waits for twelve."""


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("TRIALS"), reason="two minutes of full load: make trials")
def test_burst_of_deliveries_with_kills_is_taken_whole(
    sandbox: World, bot: BotProcesses, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.environment |= {"WEB_CONCURRENCY": "2", "SWEEP_SECONDS": "0"}
    tickets = [opened(sandbox) for _ in range(TICKETS)]
    address = bot.start()

    senders = [sender(f"{address}/webhooks/zendesk", sandbox, tickets, n) for n in range(SENDERS)]
    kills = 0
    while any(one.poll() is None for one in senders):
        time.sleep(KILL_EVERY)
        bot.kill_worker()
        bot.add_worker()
        kills += 1
    answers = [line.split() for one in senders for line in one.communicate()[0].splitlines()]

    statuses = Counter(status for status, _, _ in answers)
    slowest = max(float(seconds) for _, seconds, _ in answers)
    with capsys.disabled():
        sys.stdout.write(f"\nburst: {told(answers)}; {kills} kills\n")
    assert sum(statuses.values()) == DELIVERIES
    assert set(statuses) <= {"202", "503"}
    assert slowest < SECONDS
    for ticket in tickets:
        staged(sandbox, ticket, "details_wanted", 180)
        public = [c for c in sandbox.zendesk.comments(ticket) if c["public"]]
        assert len(public) == 2, "the brand's own, and one form"


def told(answers: list[list[str]]) -> str:
    """The figures: answers by status, how long they took, how late the senders themselves were."""
    statuses = Counter(status for status, _, _ in answers)
    times = sorted(float(seconds) for _, seconds, _ in answers)
    over = sum(seconds >= SECONDS for seconds in times)
    parts = [f"{count} with {status}" for status, count in statuses.items()]
    parts += [f"half within {times[len(times) // 2]:.3f} s, 99 % {times[-len(times) // 100]:.3f} s"]
    parts += [f"slowest {times[-1]:.2f} s, {over} over {SECONDS:.0f} s"]
    parts += [f"sent up to {max(float(late) for _, _, late in answers):.2f} s late"]
    return ", ".join(parts)


def sender(url: str, world: World, tickets: list[int], number: int) -> subprocess.Popen[str]:
    """A process of its own, so that all send at once."""
    numbers = ",".join(map(str, tickets))
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.storm.burst_client", url, world.tokens["zd-hook"]),
            *(numbers, str(DELIVERIES // SENDERS), str(number), str(RATE / SENDERS)),
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
