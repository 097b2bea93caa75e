"""What goes wrong and when: all of it drawn from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sandbox.faults import Fault, Kind
from sandbox.mischief import Mischief


def length(renewals: int) -> float:
    """How long new faults begin, in seconds; brands open their tickets in the same time."""
    return 8.0 + renewals / 1.5


@dataclass(frozen=True, slots=True)
class Calls:
    """The next calls that fit fail."""

    service: str
    method: str
    fault: Fault
    times: int


@dataclass(frozen=True, slots=True)
class Hooks:
    """From now on webhooks of both sides are lost, doubled, late and reordered."""

    zendesk: Mischief
    jira: Mischief


@dataclass(frozen=True, slots=True)
class Kill:
    """kill -9 of a process, and after a pause another one in its place."""

    what: str  # worker or web
    pause: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The way to the database breaks for so many seconds (PostgreSQL)."""

    seconds: float


Trouble = Calls | Hooks | Kill | Cut


@dataclass(frozen=True, slots=True)
class Planned:
    """A trouble and when it begins, in seconds from the start."""

    at: float
    trouble: Trouble


def plan(seed: int, renewals: int, *, cuts: bool = False) -> tuple[Planned, ...]:
    """The troubles of a seed, in order: about three for two renewals."""
    dice, seconds = random.Random(seed), length(renewals)
    kinds = [_calls, _calls, _calls, _calls, _hooks, _kill]
    found = [
        Planned(dice.uniform(0.0, seconds), dice.choice(kinds)(dice))
        for _ in range(8 + renewals * 3 // 2)
    ]
    # Each storm has each of these at least once, whatever the dice say.
    found += [Planned(dice.uniform(2.0, seconds), Kill(what, 0.5)) for what in ("worker", "web")]
    found += [Planned(0.0, _hooks(dice))]
    if cuts:
        found += [Planned(dice.uniform(3.0, seconds), Cut(dice.uniform(1.0, 4.0))) for _ in "12"]
    return tuple(sorted(found, key=lambda planned: planned.at))


def _calls(dice: random.Random) -> Trouble:
    fault, method = dice.choice(
        [
            (Fault(Kind.STATUS, status=503), ""),
            (Fault(Kind.STATUS, status=500), ""),
            (Fault(Kind.STATUS, status=401), ""),
            (Fault(Kind.STATUS, status=403), ""),
            (Fault(Kind.STATUS, status=429, retry_after="1"), ""),
            (Fault(Kind.STATUS, status=409), "PUT"),
            (Fault(Kind.RESET_BEFORE), ""),
            (Fault(Kind.RESET_AFTER), "PUT"),
            (Fault(Kind.RESET_AFTER), "POST"),
            (Fault(Kind.GARBAGE), "PUT"),
            (Fault(Kind.GARBAGE), "POST"),
            (Fault(Kind.GARBAGE), "GET"),
            (Fault(Kind.SLOW, seconds=dice.uniform(0.2, 2.0)), ""),
        ]
    )
    return Calls(dice.choice(["zendesk", "jira"]), method, fault, dice.randint(1, 6))


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
