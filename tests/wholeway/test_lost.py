"""Webhooks that nobody heard, and work that cannot go on: nothing is lost."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault, Kind
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import (
    answered,
    certified,
    installed,
    nothing_doubled,
    opened,
    renewed,
    staged,
    the_issue,
)

RENEWALS = 8


@pytest.mark.slow
def test_webhooks_lost_while_the_bot_was_down_are_made_up_for(
    sandbox: World, bot: BotProcesses
) -> None:
    """Nothing is ever connected: each step of each renewal is found by a sweep."""
    bot.environment["SWEEP_SECONDS"] = "2"
    tickets = [opened(sandbox) for _ in range(RENEWALS)]

    bot.start()

    for ticket in tickets:
        staged(sandbox, ticket, "details_wanted", 120)
        answered(sandbox, ticket)
    for ticket in tickets:
        staged(sandbox, ticket, "certificate_wanted", 120)
        certified(sandbox, ticket)
    for ticket in tickets:
        staged(sandbox, ticket, "change_open", 120)
    # One site serves one certificate at a time.
    for ticket in tickets[:3]:
        installed(sandbox, ticket)
        staged(sandbox, ticket, "done", 60)
        nothing_doubled(sandbox, ticket)
    assert len(sandbox.jira.issues("SPC")) == len(sandbox.jira.issues("ITOPS")) == RENEWALS


def test_what_cannot_go_on_is_laid_before_an_agent_and_replayed(
    sandbox: World, bot: BotProcesses
) -> None:
    sandbox.connect(bot.start())
    gone = Fault(Kind.STATUS, status=404)
    sandbox.faults.plan(gone, service="jira", method="POST", path="/issue", times=1000)
    ticket = opened(sandbox)
    staged(sandbox, ticket, "details_wanted")
    answered(sandbox, ticket)

    staged(sandbox, ticket, "with_agent")
    [note] = [c for c in sandbox.zendesk.comments(ticket) if "failed here" in c["plain_body"]]
    assert note["public"] is False
    [event] = [line.split("\t")[0] for line in bot.finish("replay").stdout.splitlines()][:1]
    assert f"python -m bot replay {event}." in note["plain_body"]

    sandbox.faults.clear()
    assert bot.finish("replay", event).returncode == 0
    staged(sandbox, ticket, "certificate_wanted")
    certified(sandbox, ticket)
    staged(sandbox, ticket, "change_open")
    installed(sandbox, ticket)
    staged(sandbox, ticket, "done")
    assert the_issue(sandbox, "ITOPS", ticket)
    nothing_doubled(sandbox, ticket)


def test_log_in_that_is_refused_for_a_while_fails_nothing(
    sandbox: World, bot: BotProcesses
) -> None:
    sandbox.connect(bot.start())
    for service in ("zendesk", "jira"):
        sandbox.faults.plan(Fault(Kind.STATUS, status=401), service=service, times=2)

    ticket = renewed(sandbox)

    nothing_doubled(sandbox, ticket)
    assert "log-in refused" in bot.log()
    until(lambda: bot.finish("replay").stdout == "", "there is no dead letter")
