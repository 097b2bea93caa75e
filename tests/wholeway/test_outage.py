"""A day without the bot, and no webhook of that day comes: the sweep alone makes up for it.

The tickets stand at mixed stages when the bot is stopped, and each moves once while it is down:
opened, answered, certified or installed.  The day is one in the books of all three sides: the
bot's last sweep, and the changes of Zendesk and Jira, lie back by up to so much.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update

from bot.engine.inbox import Inbox
from bot.storage.schema import SWEEPS
from sandbox.mischief import Mischief
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.storm.people import ORDER, Renewal, played
from tests.wholeway.renewal import nothing_doubled, the_issue

DAY = timedelta(hours=24)
STAGES = len(ORDER)
SEARCHES = ("/api/v2/search/export", "/rest/api/2/search")
LOOKING = 16
"""Calls that a ticket may cost on average, with all the bot's own steps that follow its move."""
TRIALS = os.environ.get("TRIALS")
LONG = pytest.mark.skipif(not TRIALS, reason="five minutes: make trials")


@pytest.mark.slow
@pytest.mark.parametrize("tickets", [16, pytest.param(300, marks=LONG)])
def test_sweep_alone_completes_what_moved_while_the_bot_was_down(
    sandbox: World, bot: BotProcesses, tickets: int, capsys: pytest.CaptureFixture[str]
) -> None:
    renewals = [Renewal(sandbox, number) for number in range(1, tickets + 1)]
    bot.environment["PROBE_CONNECT_TO"] = ",".join(renewal.reached for renewal in renewals)
    bot.environment["SWEEP_SECONDS"] = "2"
    sandbox.connect(bot.start())
    brought(renewals, before=1)
    until(lambda: nothing_waits(bot), "no event is left from before the outage")
    bot.stop()

    sandbox.zendesk.webhooks.mischief = sandbox.jira.webhooks.mischief = Mischief(lost=1.0)
    for renewal in renewals:
        acted = renewal.acted
        renewal.act()
        assert renewal.acted == acted + 1 or goal(renewal) == 0
    a_day_passes(sandbox, bot, renewals)
    calls, before = len(sandbox.faults.calls), sweeps(bot)
    bot.start()
    brought(renewals)

    spent = sandbox.faults.calls[calls:]
    searches = Counter(call.service for call in spent if call.path.startswith(SEARCHES))
    # A sweep that was begun and not ended yet has asked, too.
    swept = sweeps(bot) - before + Counter(tickets=1, issues=1)
    figures = (
        f"{searches['zendesk']} searches of {swept['tickets']} sweeps for tickets, "
        f"{searches['jira']} of {swept['issues']} for issues, "
        f"{(len(spent) - searches.total()) / tickets:.1f} other calls a ticket"
    )
    with capsys.disabled():
        sys.stdout.write(f"\noutage with {tickets} tickets: {figures}\n")
    assert searches["zendesk"]
    assert searches["jira"]
    issues = len(sandbox.jira.issues("ITOPS")) + len(sandbox.jira.issues("SPC"))
    assert searches["zendesk"] <= swept["tickets"] * pages(tickets, 1000)
    assert searches["jira"] <= swept["issues"] * pages(issues, 50)
    assert len(spent) - searches.total() <= LOOKING * tickets
    played(renewals, 1.0)
    for renewal in renewals:
        nothing_doubled(sandbox, renewal.ticket)
        renewal.site.close()
    assert bot.finish("replay").stdout == "", "no event has failed for good"


def goal(renewal: Renewal) -> int:
    """Which stage the renewal's move during the outage leads to."""
    return renewal.number % STAGES


def brought(renewals: Sequence[Renewal], before: int = 0) -> None:
    """Play each to its goal, or so many stages before it."""

    def there(renewal: Renewal) -> bool:
        wanted = goal(renewal) - before
        if wanted >= 0 and (not renewal.ticket or renewal.acted < wanted):
            renewal.act()
        return wanted < 0 or f"ssl_{ORDER[wanted]}" in renewal.tags()

    left = list(renewals)

    def none_left() -> bool:
        left[:] = [renewal for renewal in left if not there(renewal)]
        return not left

    until(none_left, "all renewals are where they should be", 60.0 + 4.0 * len(renewals))


def a_day_passes(world: World, bot: BotProcesses, renewals: Sequence[Renewal]) -> None:
    """What happened lies back by a part of a day, the last sweep by a whole one."""
    for place, renewal in enumerate(renewals):
        back = DAY * (place / len(renewals))
        if goal(renewal) == STAGES - 1:
            # Only the issue has changed: the search for tickets must not find these.
            world.jira.lies_back(the_issue(world, "SPC", renewal.ticket)["key"], back)
            back = 2 * DAY
        world.zendesk.lies_back(renewal.ticket, back)
    engine = create_engine(bot.environment["DATABASE_URL"])
    with engine.begin() as connection:
        for part, at in connection.execute(select(SWEEPS.c.part, SWEEPS.c.swept_to)).all():
            mine = update(SWEEPS).where(SWEEPS.c.part == part)
            connection.execute(mine.values(swept_to=at - DAY))
    engine.dispose()


def nothing_waits(bot: BotProcesses) -> bool:
    """Whether every event is finished but those that wait for their time."""
    inbox = Inbox(bot.environment["DATABASE_URL"], [bot.environment["KEY_STORE_KEYS"]])
    found, _ = inbox.depths()
    inbox.close()
    return not {"ENQUEUED", "PENDING"} & set(found)


def pages(found: int, size: int) -> int:
    """How many calls show so many things."""
    return max(1, -(-found // size))


def sweeps(bot: BotProcesses) -> Counter[str]:
    """How many sweeps of each part have come to their end."""
    lines = (line for line in bot.log().splitlines() if '"sweep done"' in line)
    return Counter(str(json.loads(line)["part"]) for line in lines)
