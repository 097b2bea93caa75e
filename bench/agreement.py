"""Whether two runs of the benchmark say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

LEAST: Final = 0.15
"""Half of the least interval that is taken for a figure: a shared machine differs by as much from
one run to the next, whatever a single run's rounds say."""

Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What one run says of a figure: a middle, and how far to both sides, as a part of it."""

    middle: float
    half: float

    @property
    def most(self) -> float:
        """The upper end."""
        return self.middle * (1 + self.half)

    @property
    def least(self) -> float:
        """The lower end."""
        return self.middle * (1 - self.half)


def compared(now: Sequence[Figure], then: Sequence[Figure]) -> Iterator[tuple[str, Told, Told]]:
    """Each figure that both runs have.

    It is the ratio to the first baseline where there is one: the machine's speed is in both.
    """
    earlier = {figure["title"]: figure for figure in then}
    for figure in now:
        if figure["title"] in earlier:
            yield figure["title"], _told(figure), _told(earlier[figure["title"]])


def agree(one: Told, other: Told) -> bool:
    """Whether their intervals meet."""
    first, second = (Told(told.middle, max(told.half, LEAST)) for told in (one, other))
    return first.least <= second.most and second.least <= first.most


def _told(figure: Figure) -> Told:
    ours, *beside = (
        _of(series) for series in (figure["ours"], *figure["baselines"][:1]) if series["values"]
    )
    if not beside or not beside[0].middle:
        return ours
    return Told(ours.middle / beside[0].middle, ours.half + beside[0].half)


def _of(series: Mapping[str, Any]) -> Told:
    values, middle = series["values"], median(series["values"])
    return Told(middle, (max(values) - min(values)) / middle / 2 if middle else 0.0)
