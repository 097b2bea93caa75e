"""Rounds in turns, and what comes of them: medians and spreads."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Series:
    """One thing measured in several rounds."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """How far least and most lie apart, as a part of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table: ours beside its baselines.  `met` is None where there is no target."""

    title: str
    ours: Series
    baselines: tuple[Series, ...] = ()
    target: str = ""
    met: bool | None = None
    notes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: a quick run has fewer and shorter rounds."""

    quick: bool = False

    @property
    def rounds(self) -> int:
        """How often each thing is measured."""
        return 1 if self.quick else 3

    @property
    def plays(self) -> int:
        """How often a bot is started anew for a thing."""
        return 1 if self.quick else 2

    def pick(self, quick: float, full: float) -> float:
        """A number for this scale."""
        return quick if self.quick else full

    def count(self, quick: int, full: int) -> int:
        """A whole number for this scale."""
        return quick if self.quick else full


def in_turns(
    rounds: int, unit: str, measures: Mapping[str, Callable[[], float]]
) -> dict[str, Series]:
    """Each thing once a round, so that a machine that slows down slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return {name: Series(name, unit, tuple(values)) for name, values in found.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all lies at or under."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
