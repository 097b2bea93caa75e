"""Which calls of Zendesk and Jira a renewal costs, one by one."""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.baselines.naive import renewed
from bench.rounds import Figure, Scale, Series
from bench.world import Play, playing, warmed
from bot.x509 import request
from sandbox.faults import Call
from sandbox.world import World
from tests.wholeway.renewal import (
    ANSWERS,
    answered,
    certified,
    installed,
    opened,
    staged,
    the_issue,
)
from tests.x509.delivered import DETAILS, written

LEAST: Final = {
    "form": (
        "PUT the form",
        "POST the CSR's upload",
        "PUT the CSR",
        "GET the certificate",
        "GET the intermediate",
        "PUT the change",
        "PUT the end",
    ),
    "prefilled": (
        "POST the CSR's upload",
        "PUT the CSR",
        "GET the certificate",
        "GET the intermediate",
        "PUT the change",
        "PUT the end",
    ),
    "itops": (
        "PUT the form",
        "PUT the request",
        "POST the CSR's upload",
        "PUT the CSR",
        "GET the certificate",
        "GET the intermediate",
        "PUT the change",
        "PUT the end",
    ),
}
"""What Zendesk must be asked at the very least, if nothing was ever read but the certificate."""

QUIET: Final = 0.8
"""Seconds without a call, after which the bot has nothing more to do for now."""

_NUMBER: Final = re.compile(r"[0-9]+|[A-Z]+-[0-9]+|[0-9a-f]{16,}")


def measured(scale: Scale) -> Iterator[Figure]:
    """With the form, with details that are known, with ITOps' keys; a naive client last."""
    naive = _naive()
    for kind in list(LEAST)[: scale.count(1, len(LEAST))]:
        calls, webhooks = _played(kind)
        yield _figure(kind, "zendesk", calls, naive, webhooks)
        yield _figure(kind, "jira", calls, naive, webhooks)


def _figure(
    kind: str, side: str, calls: Sequence[Call], naive: Sequence[Call], webhooks: int
) -> Figure:
    own, theirs = _of(side, calls), _of(side, naive)
    count = sum(own.values())
    baselines = [Series("a naive client", "calls", (float(sum(theirs.values())),))]
    target, met, least = "", None, len(LEAST[kind])
    if side == "zendesk":
        baselines.insert(0, Series("the least possible", "calls", (float(least),)))
        target = "the least and one more; a third of the naive client"
        met = count <= least + 1 and 3 * count <= sum(theirs.values())
    return Figure(
        f"calls of {side.capitalize()} for a renewal: {kind}",
        Series("the bot", "calls", (float(count),)),
        tuple(baselines),
        target,
        met,
        details={
            "calls": dict(own),
            "naive": dict(theirs),
            "least": list(LEAST[kind]),
            "webhooks": webhooks,
        },
    )


def _of(side: str, calls: Sequence[Call]) -> Counter[str]:
    return Counter(
        f"{call.method} {_NUMBER.sub('N', call.path)}" for call in calls if call.service == side
    )


def _played(kind: str) -> tuple[list[Call], int]:
    """The calls of a renewal, in a process that has asked before for what never changes."""
    source = "itops" if kind == "itops" else "bot"
    # A sweep at just that moment would count as the renewal's own.
    with playing(1, CSR_SOURCE=source, SWEEP_SECONDS="0") as play:
        warmed(play)
        before = len(play.world.faults.calls)
        told = _webhooks(play)
        ticket = opened(play.world) if kind != "prefilled" else _prefilled(play)
        if kind != "prefilled":
            _rests(play, ticket, "details_wanted")
            answered(play.world, ticket)
        if kind == "itops":
            _itops(play, ticket)
        _rests(play, ticket, "certificate_wanted")
        certified(play.world, ticket)
        _rests(play, ticket, "change_open")
        installed(play.world, ticket)
        _rests(play, ticket, "done")
        sent = _webhooks(play) - told
        return play.world.faults.calls[before:], sent


def _rests(play: Play, ticket: int, stage: str) -> None:
    """People take their time: the bot has seen to all that its own step has brought, too."""
    staged(play.world, ticket, stage)
    calls, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET:
        if len(play.world.faults.calls) != calls:
            calls, since = len(play.world.faults.calls), time.monotonic()
        time.sleep(0.02)


def _webhooks(play: Play) -> int:
    return len(play.world.zendesk.deliveries()) + len(play.world.jira.webhooks.sent)


def _prefilled(play: Play) -> int:
    """The brand's first message says all that is needed."""
    host = play.world.host
    return play.world.zendesk.brand_opens(
        play.world.brand_user,
        "SSL certificate expires soon",
        ANSWERS.format(host=host, apex=host.removeprefix("www.")),
    )


def _itops(play: Play, ticket: int) -> None:
    """The SaaS team makes key and CSR by hand."""
    _rests(play, ticket, "csr_ordered")
    issue = the_issue(play.world, "ITOPS", ticket)["key"]
    key = request.draw(DETAILS.key)
    play.world.jira.person_attaches(issue, "site.key", written(key))
    play.world.jira.person_attaches(issue, "site.csr", request.sign(key, DETAILS).encode())


def _naive() -> list[Call]:
    with tempfile.TemporaryDirectory() as folder, closing(World.start(Path(folder))) as world:
        renewed(world)
        return list(world.faults.calls)
