"""What goes wrong on a webhook's way, drawn from a seed and not from the clock.

The fate of a delivery follows from the seed, what it is about (a ticket, an issue) and how many
were sent about that before: two runs lose the same deliveries, however fast they are.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mischief:
    """The shares of deliveries, from 0 to 1, that fare badly; a late one waits `delay` at most."""

    seed: int = 0
    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    overtaken: float = 0.0
    delay: float = 1.0

    def fate(self, about: str, number: int) -> Fate:
        """What becomes of the delivery with this number among those about the same thing."""
        dice = random.Random(f"{self.seed} {about} {number}")
        lost, doubled, late, overtaken = (
            dice.random() < share for share in (self.lost, self.doubled, self.late, self.overtaken)
        )
        return Fate(lost, doubled, overtaken, dice.uniform(0.0, self.delay) if late else 0.0)


@dataclass(frozen=True, slots=True)
class Fate:
    """How one delivery fares; `delay` is in seconds, `overtaken` by the next delivery."""

    lost: bool
    doubled: bool
    overtaken: bool
    delay: float

    @property
    def words(self) -> tuple[str, ...]:
        """What is counted."""
        if self.lost:
            return ("lost",)
        ill = {"doubled": self.doubled, "overtaken": self.overtaken, "late": self.delay > 0}
        return tuple(word for word, is_so in ill.items() if is_so)


@dataclass
class Fates:
    """Counts the deliveries by what they are about, and what became of them."""

    counted: Counter[str] = field(default_factory=Counter)
    _numbers: Counter[str] = field(default_factory=Counter)

    def of(self, mischief: Mischief, about: str) -> Fate:
        """The fate of the next delivery about this."""
        self._numbers[about] += 1
        fate = mischief.fate(about, self._numbers[about])
        self.counted.update(fate.words)
        return fate
