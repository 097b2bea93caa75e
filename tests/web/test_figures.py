"""`/metrics` tells how everything stands, whichever process is asked."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.errors import TryLater
from bot.storage.figures import Figures
from bot.web.figures import FiguresCollector
from bot.web.metrics import Metrics

FIGURES = Figures(
    cases={"details_wanted": 3},
    oldest={"details_wanted": 61.0},
    expiring={2: 1, 7: 2},
    keys={"key opened": 5},
    budgets={"zendesk updates": (88, 100)},
    sweeps={"tickets": 12.0},
    workers=2,
    tallies={"calls Zendesk": 23, "events BrandReplied": 4, "events failed": 1, "retries": 9},
    sites={"watched": 40, "overdue": 1},
)


class Engine:
    """The engine's queue."""

    def depths(self) -> tuple[dict[str, int], float]:
        return {"ENQUEUED": 4, "ERROR": 1, "MAX_RECOVERY_ATTEMPTS_EXCEEDED": 1}, 3.5


def samples(collector: FiguresCollector) -> dict[str, float]:
    text = Metrics(collector).text().decode()
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_of_the_database_are_told() -> None:
    found = samples(FiguresCollector(lambda: FIGURES, Engine()))

    for name, value in {
        "bot_database_up[]": 1,
        "bot_cases['details_wanted']": 3,
        "bot_case_oldest_seconds['details_wanted']": 61,
        "bot_cases_expiring['2']": 1,
        "bot_keys_total['opened']": 5,
        "bot_events['waiting']": 4,
        "bot_events['dead']": 2,
        "bot_event_oldest_seconds[]": 3.5,
        "bot_budget_left['zendesk updates']": 88,
        "bot_sweep_age_seconds['tickets']": 12,
        "bot_workers[]": 2,
        "bot_sites['overdue']": 1,
        "bot_api_calls_total['Zendesk']": 23,
        "bot_handled_total['BrandReplied']": 4,
        "bot_handled_total['failed']": 1,
        "bot_retries_total[]": 9,
    }.items():
        assert found[name] == value, name


def test_database_that_does_not_answer_is_a_figure() -> None:
    def down() -> Figures:
        raise TryLater("the database does not answer")

    assert samples(FiguresCollector(down, Engine()))["bot_database_up[]"] == 0


def test_many_scrapers_cost_no_more_than_one() -> None:
    asked = []

    def read() -> Figures:
        asked.append(1)
        return FIGURES

    collector = FiguresCollector(read, Engine())
    for _ in range(5):
        samples(collector)

    assert len(asked) == 1


def test_nothing_but_stages_and_fixed_words_is_a_label(tmp_path: Path) -> None:
    text = Metrics(FiguresCollector(lambda: FIGURES, Engine())).text().decode()

    for private in ("nordlicht", "@", "Ada"):
        assert private not in text
