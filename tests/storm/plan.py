"""What goes wrong and when: all of it drawn from one seed.

The same seed, number of renewals and database give the same troubles at the same times, and each
webhook its fate by what it is about.  Which call a trouble hits depends on what the bot does at
that moment, and so on the machine; a trouble that waits for a process to end moves those after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from sandbox.faults import Fault, Kind
from sandbox.mischief import Mischief
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

SIDES: Final = ("zendesk", "jira")
ANY, WRITES, ALL = ("",), ("PUT", "POST"), ("GET", "PUT", "POST")
FAULTS: Final[tuple[tuple[Fault, tuple[str, ...]], ...]] = (
    *((Fault(Kind.STATUS, status=status), ANY) for status in (401, 403, 500, 503)),
    (Fault(Kind.STATUS, status=409), ("PUT",)),
    (Fault(Kind.STATUS, status=429, retry_after="1"), ANY),
    (Fault(Kind.STATUS, status=429, retry_after="2", dated=True), ANY),
    (Fault(Kind.PAGE, status=502), ANY),
    (Fault(Kind.RESET_BEFORE), ANY),
    (Fault(Kind.RESET_AFTER), WRITES),
    *((Fault(kind), ALL) for kind in (Kind.GARBAGE, Kind.EMPTY, Kind.TRUNCATED, Kind.CUT)),
    (Fault(Kind.TYPE), ANY),
    (Fault(Kind.SLOW, seconds=1.0), ANY),
    (Fault(Kind.DRIP, seconds=1.5), ANY),
)
LASTING: Final = (
    Fault(Kind.RESET_BEFORE),  # the whole side is down
    Fault(Kind.PAGE, status=503),
    Fault(Kind.STATUS, status=401),
    Fault(Kind.STATUS, status=403),
    Fault(Kind.STATUS, status=429, retry_after="1"),
    Fault(Kind.STATUS, status=429, retry_after="1", dated=True),
)
AHEAD, BEHIND = 60.0, -30.0
"""How far a clock may be set, in seconds: every wait of the bot's may grow by as much."""


def length(renewals: int) -> float:
    """How long new faults begin, in seconds; brands open their tickets in the same time."""
    return 8.0 + renewals / 1.5


def plan(seed: int, renewals: int, database: str) -> tuple[Planned, ...]:
    """The troubles of a seed, in order: about three for two renewals, and one of each kind."""
    dice, seconds = random.Random(seed), length(renewals)
    kinds: list[Callable[[random.Random], Trouble]] = [
        *[_calls] * 6,
        *(_hooks, _hooks, _kill, _restart, _spell),
        *_of_database(database),
    ]
    found = [
        Planned(dice.uniform(0.0, seconds), dice.choice(kinds)(dice))
        for _ in range(8 + renewals * 3 // 2)
    ]
    sure = (Planned(dice.uniform(1.0, seconds), trouble) for trouble in _surely(dice, database))
    first = Planned(0.0, _hooks(dice))
    return tuple(sorted([first, *found, *sure], key=lambda planned: planned.at))


def _surely(dice: random.Random, database: str) -> Iterator[Trouble]:
    """Each storm has each of these at least once, whatever the dice say."""
    for what in ("worker", "web"):
        yield Kill(what, 0.5)
        yield Restart(what, 0.5)
    for fault, methods in FAULTS:
        yield Calls(dice.choice(SIDES), dice.choice(methods), fault, 1)
    for fault in LASTING:
        yield Spell(dice.choice(SIDES), fault, dice.uniform(1.0, 3.0))
    for ahead in (dice.uniform(0.0, AHEAD), dice.uniform(BEHIND, 0.0), 0.0):
        yield ClockStep(ahead)
    for trouble in _of_database(database):
        yield trouble(dice)


def _of_database(database: str) -> tuple[Callable[[random.Random], Trouble], ...]:
    if database == "sqlite":
        # Longer than a connection waits for the lock, now and then.
        return (lambda dice: Locked(dice.choice([1.0, 3.0, 12.0])),)
    return (lambda dice: Cut(dice.uniform(1.0, 4.0)), lambda _: Terminated())


def _calls(dice: random.Random) -> Trouble:
    fault, methods = dice.choice(FAULTS)
    return Calls(dice.choice(SIDES), dice.choice(methods), fault, dice.randint(1, 6))


def _spell(dice: random.Random) -> Trouble:
    return Spell(dice.choice(SIDES), dice.choice(LASTING), dice.uniform(0.5, 6.0))


def _hooks(dice: random.Random) -> Trouble:
    return Hooks(_mischief(dice), _mischief(dice))


def _mischief(dice: random.Random) -> Mischief:
    return Mischief(
        seed=dice.randrange(1 << 32),
        lost=dice.choice([0.0, 0.2, 0.5, 1.0]),
        doubled=dice.choice([0.0, 0.3, 1.0]),
        late=dice.choice([0.0, 0.3, 1.0]),
        overtaken=dice.choice([0.0, 0.3, 0.7]),
        delay=dice.uniform(0.2, 3.0),
    )


def _kill(dice: random.Random) -> Trouble:
    return Kill(dice.choice(["worker", "worker", "web"]), dice.uniform(0.0, 2.0))


def _restart(dice: random.Random) -> Trouble:
    return Restart(dice.choice(["worker", "web"]), dice.uniform(0.0, 2.0))
