"""The benchmark's own arithmetic, and the page that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import agreement, model, page, plots, rounds
from bench.rounds import Series
from bench.spy import OTHER, _part

RUN, BEFORE = (Path(page.FOLDER / name) for name in page.RUNS)


def test_rounds_are_taken_in_turns() -> None:
    order: list[str] = []

    def measure(name: str, value: float) -> float:
        order.append(name)
        return value

    found = rounds.in_turns(
        2, "/s", {"a": lambda: measure("a", 1.0), "b": lambda: measure("b", 2.0)}
    )

    assert order == ["a", "b", "a", "b"]
    assert found["b"] == Series("b", "/s", (2.0, 2.0))


def test_spread_is_a_part_of_the_median() -> None:
    series = Series("a", "ms", (8.0, 10.0, 12.0))

    assert (series.median, series.spread) == (10.0, 0.4)
    assert Series("none", "ms", (0.0,)).spread == 0.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 51), (0.99, 100), (0.0, 1), (1.0, 100)])
def test_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert rounds.percentile(list(range(1, 101)), share) == expected


def figure(title: str, ours: list[float], baseline: list[float] | None = None) -> dict[str, Any]:
    beside = [] if baseline is None else [{"values": baseline}]
    return {"title": title, "ours": {"values": ours}, "baselines": beside}


@pytest.mark.parametrize(
    ("now", "then", "same"),
    [
        (figure("a", [10.0]), figure("a", [13.0]), True),
        (figure("a", [10.0]), figure("a", [14.0]), False),
        (figure("a", [7.0, 10.0, 15.0]), figure("a", [14.0]), True),
        (figure("a", [10.0], [5.0]), figure("a", [20.0], [10.0]), True),
        (figure("a", [10.0], [5.0]), figure("a", [10.0], [10.0]), False),
        (figure("a", [10.0], [5.0, 10.0, 15.0]), figure("a", [10.0], [15.0]), True),
        (figure("a", [10.0], [0.0]), figure("a", [10.0], [0.0]), True),
        (figure("a", [0.0]), figure("a", [0.0]), True),
        (figure("a", [0.0]), figure("a", [1.0]), False),
    ],
)
def test_runs_agree_where_their_intervals_meet(
    now: dict[str, Any], then: dict[str, Any], same: bool
) -> None:
    [(title, one, other)] = agreement.compared([now, figure("new", [1.0])], [then])

    assert title == "a"
    assert agreement.agree(one, other) is agreement.agree(other, one) is same


COSTS = model.Costs(
    renewals_a_minute=60.0,
    webhooks_a_second=100.0,
    zendesk_calls=10.0,
    zendesk_updates=5.0,
    webhooks=12.0,
    database_seconds=0.05,
    by_cpu=80.0,
)


def test_model_is_bound_by_the_scarcest_and_machines_share_an_account() -> None:
    one, ten = model.carried(COSTS, 1, 400), model.carried(COSTS, 10, 400)

    assert one["CPU of workers"] == 60 * 1440
    assert ten["CPU of workers"] == 10 * one["CPU of workers"]
    assert ten["Zendesk requests"] == one["Zendesk requests"] == 400 / 10 * 1440
    assert ten["database"] == one["database"] == 86_400 / 0.05
    assert model.binds(one) == ("Zendesk updates", 100 / 5 * 1440) == model.binds(ten)


def test_renewals_grow_as_lifetimes_shrink() -> None:
    assert model.wanted(1_000, 200) == pytest.approx(7.5)
    assert model.wanted(1_000, 47) / model.wanted(1_000, 200) == pytest.approx(200 / 47)


def test_bars_are_as_long_as_their_values_and_hold_no_markup_of_others() -> None:
    svg = plots.bars("<b>", [("ours", 50.0), ("<script>", 100.0)])

    assert "<b>" not in svg
    assert "<script>" not in svg
    assert svg.count("<rect") == 2
    widths = [float(part.split('"')[0]) for part in svg.split(' width="')[1:]]
    assert widths[1] == pytest.approx(2 * widths[0])


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ("work (bot/engine/worker.py:1);execute (sqlalchemy/engine.py:2)", "the database"),
        ("look (bot/looking.py:1);run_step (dbos/_core.py:9)", "the engine"),
        ("look (bot/looking.py:1);loads (json/decoder.py:9)", "the bot's own"),
        ("main (threading.py:1)", OTHER),
    ],
)
def test_time_belongs_to_the_innermost_code_that_is_known(stack: str, part: str) -> None:
    assert _part(stack.split(";")).startswith(part)


def test_page_is_the_one_of_the_run_beside_it() -> None:
    run, before = (json.loads(path.read_text(encoding="utf-8")) for path in (RUN, BEFORE))

    assert (page.DOCS / "performance.md").read_text() == "\n".join(page.page(run, before)) + "\n"
    for name, svg in page.plots(run["figures"]).items():
        assert (page.FOLDER / f"{name}.svg").read_text() == svg


def test_every_missed_target_of_the_run_is_explained() -> None:
    run = json.loads(RUN.read_text(encoding="utf-8"))
    explained = page.GAPS.read_text(encoding="utf-8")

    missed = [figure["title"] for figure in run["figures"] if figure["met"] is False]

    assert [title for title in missed if f"**{title}**" not in explained] == []
