"""The disk is full: deliveries are put off, and all goes on when there is room again."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.web.sending import delivery
from tests.wholeway.renewal import answered, opened, staged

ROOM = 64 * 1024
"""What may still be written to a file, in bytes."""
TICKETS = 6
SUFFERS = ("event left off", "hints not carried", "periodic work not put in", "tried again later")


@pytest.mark.skipif(not os.environ.get("TRIALS"), reason="half a minute of waiting: make trials")
def test_full_disk_puts_off_and_loses_nothing(sandbox: World, bot: BotProcesses) -> None:
    bot.environment["SWEEP_SECONDS"] = "5"
    address = bot.start()
    sandbox.connect(address)
    tickets = [opened(sandbox) for _ in range(TICKETS)]
    for ticket in tickets:
        staged(sandbox, ticket, "details_wanted")
    database = Path(bot.environment["DATABASE_URL"].removeprefix("sqlite:///"))

    # The worker is in the midst of its work when the disk is full; the last answer reaches no door.
    for ticket in tickets[:-1]:
        answered(sandbox, ticket)
    with no_room(bot, database):
        refused = until_refused(address, sandbox.tokens["zd-hook"])
        answered(sandbox, tickets[-1])
        second = opened(sandbox)
        until(lambda: any(line in bot.log() for line in SUFFERS), "the worker finds no room either")

    assert refused.headers["Retry-After"] == "30"
    assert "sqlite" not in refused.text.lower()
    assert all(worker.poll() is None for worker in bot.workers), "the worker lives"
    for ticket in tickets:
        staged(sandbox, ticket, "certificate_wanted", 240)
        said = [c["plain_body"] for c in sandbox.zendesk.comments(ticket) if c["public"]]
        assert len(said) == len(set(said))
    staged(sandbox, second, "details_wanted", 240)
    assert bot.finish("replay").stdout == ""


def until_refused(address: str, secret: str) -> requests.Response:
    """Deliveries until there is no room for one more."""
    answers: list[requests.Response] = []

    def refused() -> bool:
        body, headers = delivery(secret, len(answers) + 1_000_000)
        answers.append(
            requests.post(f"{address}/webhooks/zendesk", data=body, headers=headers, timeout=30)
        )
        return answers[-1].status_code == 503

    until(refused, "the door says that there is no room")
    assert {a.status_code for a in answers} <= {202, 503}
    return answers[-1]


@contextmanager
def no_room(bot: BotProcesses, database: Path) -> Iterator[None]:
    """No file of the bot's processes may grow any more."""
    limit = max(path.stat().st_size for path in database.parent.glob(f"{database.name}*")) + ROOM
    pids = [pid for process in (bot.web, *bot.workers) if process for pid in family(process.pid)]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    try:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, before[pid][1]))
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before[pid])


def family(pid: int) -> list[int]:
    """A process and its children."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += family(int(path.parent.name))
    return found
