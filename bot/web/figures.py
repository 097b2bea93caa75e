"""The figures of the shared database as Prometheus wants them, read at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from bot.errors import BotError
from bot.storage.figures import Figures
from bot.web.recent import kept

CACHED: Final = 10.0
"""Seconds that figures are good for: several scrapers cost no more than one."""
_STATUS: Final = {
    "ENQUEUED": "waiting",
    "DELAYED": "appointed",
    "PENDING": "at work",
    "ERROR": "dead",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "dead",
    "CANCELLED": "cancelled",
}


class Depths(Protocol):
    """The engine's events."""

    def depths(self) -> tuple[dict[str, int], float]:
        """Counts by status, and the age of the oldest that waits."""
        ...


class FiguresCollector(Collector):
    """A collector of prometheus_client; a database that does not answer is a figure, too."""

    def __init__(self, read: Callable[[], Figures], engine: Depths) -> None:
        self._read, self._engine = read, engine
        self._recent = kept(self._fresh, CACHED)

    def collect(self) -> Iterator[Metric]:
        """All metrics of the database."""
        return iter(self._recent())

    def _fresh(self) -> list[Metric]:
        up = Gauge("bot_database_up", "Whether the database answers")
        try:
            figures, (events, oldest) = self._read(), self._engine.depths()
        except BotError:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *_of_cases(figures), *_of_events(events, oldest), *_of_work(figures)]


def _of_cases(figures: Figures) -> Iterator[Metric]:
    yield _gauge("bot_cases", "Cases by stage", "stage", figures.cases)
    text = "How long the case of a stage that moved last before all others has stood still"
    yield _gauge("bot_case_oldest_seconds", text, "stage", figures.oldest)
    text = "Open cases whose site's certificate expires within so many days"
    by_days = {str(days): count for days, count in figures.expiring.items()}
    yield _gauge("bot_cases_expiring", text, "days", by_days)
    names = {what.removeprefix("key "): count for what, count in figures.keys.items()}
    yield _counter("bot_keys", "What was done with private keys", "what", names)


def _of_events(events: dict[str, int], oldest: float) -> Iterator[Metric]:
    by_word: dict[str, int] = {"waiting": 0, "dead": 0}
    for status, count in events.items():
        word = _STATUS.get(status, status.lower())
        by_word[word] = by_word.get(word, 0) + count
    yield _gauge("bot_events", "Events by what became of them", "status", by_word)
    waits = Gauge("bot_event_oldest_seconds", "How long the oldest event has waited for a worker")
    waits.add_metric([], oldest)
    yield waits


def _of_work(figures: Figures) -> Iterator[Metric]:
    left = {name: left for name, (left, _) in figures.budgets.items()}
    total = {name: total for name, (_, total) in figures.budgets.items()}
    yield _gauge("bot_budget_left", "Calls left in the window", "budget", left)
    yield _gauge("bot_budget_total", "Calls that a window allows", "budget", total)
    yield _gauge("bot_sweep_age_seconds", "Since when a sweep saw all", "part", figures.sweeps)
    yield _gauge("bot_sites", "Sites that are watched, overdue, expired", "what", figures.sites)
    workers = Gauge("bot_workers", "Workers whose heart beats (PostgreSQL)")
    workers.add_metric([], figures.workers)
    yield workers
    counts = figures.tallies
    yield _counter("bot_api_calls", "Calls to the other sides", "side", _named(counts, "calls "))
    yield _counter("bot_handled", "Events that steps handled", "event", _named(counts, "events "))
    retries = Counter("bot_retries", "Calls that had to be tried again")
    retries.add_metric([], counts.get("retries", 0))
    yield retries


def _named(counts: dict[str, int], start: str) -> dict[str, int]:
    return {k.removeprefix(start): n for k, n in counts.items() if k.startswith(start)}


def _gauge(name: str, text: str, label: str, values: dict[str, int] | dict[str, float]) -> Gauge:
    made = Gauge(name, text, labels=[label])
    for key, value in sorted(values.items()):
        made.add_metric([key], value)
    return made


def _counter(name: str, text: str, label: str, values: dict[str, int]) -> Counter:
    made = Counter(name, text, labels=[label])
    for key, value in sorted(values.items()):
        made.add_metric([key], value)
    return made
