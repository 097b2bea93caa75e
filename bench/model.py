"""What one and ten machines carry, and what binds first: from the measurements of one run.

A machine is one of two cores like the one that was measured, one for the web process and one
for workers.  A renewal is one event of Zendesk or Jira after another, as the sandbox sends them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LIFETIMES: Final = (200, 100, 47)
SITES: Final = (10**3, 10**5, 10**7)
EARLY: Final = 2 / 3
"""A renewal begins when a third of the lifetime is left."""

UPDATES_A_MINUTE: Final = 100
PLANS: Final = {"Team": 200, "Professional": 400, "Enterprise": 700, "High volume": 2_500}
"""Zendesk's requests a minute by plan (developer.zendesk.com, rate limits)."""

DAY: Final = 24 * 60
SAVES: Final = 10
"""How often a renewal's case is saved: each stage, and what the brand says in between."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a renewal and a webhook cost, measured."""

    renewals_a_minute: float  # of one worker process
    webhooks_a_second: float  # of one web process
    zendesk_calls: float
    zendesk_updates: float
    webhooks: float
    database_seconds: float  # of a renewal: its hints kept, its case found and saved
    by_cpu: float  # renewals a minute of one core, by a worker's CPU time alone


def costs(figures: Sequence[Mapping[str, object]]) -> Costs:
    """From a run's figures; raises StopIteration where one was not measured."""
    details = _details(figures, "calls of Zendesk for a renewal: form")
    calls = details["calls"]
    return Costs(
        renewals_a_minute=_median(figures, "renewals, RSA 2048"),
        webhooks_a_second=_median(figures, "signed webhooks made durable, one core, SQLite"),
        zendesk_calls=float(sum(calls.values())),
        zendesk_updates=float(sum(n for call, n in calls.items() if call.startswith("PUT"))),
        webhooks=float(details["webhooks"]),
        database_seconds=(
            float(details["webhooks"]) * _median(figures, "an event kept and carried")
            + SAVES * _median(figures, "a case found and saved")
        )
        / 1000,
        by_cpu=60_000 / _median(figures, "a renewal's CPU time in the worker"),
    )


def wanted(sites: int, lifetime: int) -> float:
    """Renewals a day that so many sites need."""
    return sites / (lifetime * EARLY)


def carried(found: Costs, machines: int, plan: int) -> dict[str, float]:
    """Renewals a day, by what binds: database and the account's limits are shared by all."""
    return {
        "CPU of workers": found.renewals_a_minute * DAY * machines,
        "CPU of the door": found.webhooks_a_second * 60 * DAY * machines / found.webhooks,
        "database": DAY * 60 / found.database_seconds,
        "Zendesk requests": plan / found.zendesk_calls * DAY,
        "Zendesk updates": UPDATES_A_MINUTE / found.zendesk_updates * DAY,
    }


def binds(limits: Mapping[str, float]) -> tuple[str, float]:
    """What is reached first."""
    name = min(limits, key=lambda name: limits[name])
    return name, limits[name]


def _median(figures: Sequence[Mapping[str, object]], title: str) -> float:
    values = sorted(_figure(figures, title)["ours"]["values"])
    return float(values[len(values) // 2])


def _details(figures: Sequence[Mapping[str, object]], title: str) -> Mapping[str, Any]:
    details: Mapping[str, Any] = _figure(figures, title)["details"]
    return details


def _figure(figures: Sequence[Mapping[str, object]], title: str) -> Mapping[str, Any]:
    return next(figure for figure in figures if str(figure["title"]).startswith(title))
