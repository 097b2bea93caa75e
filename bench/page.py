"""Writes docs/performance.md and its plots from two runs: `python -m bench.page LAST EARLIER`.

The runs are kept beside the page, so that the page can be made again from them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench import agreement, model
from bench.plots import bars
from bench.report import number

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
FOLDER: Final = DOCS / "performance"
RUNS: Final = ("run.json", "before.json")
MET: Final = {True: "yes", False: "**no**", None: ""}
LEARNT: Final = Path(__file__).parent / "learnt.md"
GAPS: Final = Path(__file__).parent / "gaps.md"


def main() -> None:
    """Keep the run, and write page and plots."""
    FOLDER.mkdir(exist_ok=True)
    for given, name in zip(sys.argv[1:], RUNS, strict=False):
        (FOLDER / name).write_text(Path(given).read_text(encoding="utf-8"), encoding="utf-8")
    run, before = (json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in RUNS)
    for name, svg in plots(run["figures"]).items():
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
    (DOCS / "performance.md").write_text("\n".join(page(run, before)) + "\n", encoding="utf-8")


def page(run: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    """The page of a run, line by line; `before` is an earlier run."""
    machine, figures = run["machine"], run["figures"]
    yield "# Performance"
    yield ""
    yield (
        "Written by `python -m bench.page` from two runs of `make bench`, `performance/run.json` "
        "and an earlier one, `performance/before.json`."
    )
    yield (
        f"Measured {run['made'][:10]} in {run['seconds']} s on {machine['cores']} cores "
        f"({machine['system']}, Python {machine['python']}). Web processes have one core, the load "
        "the other. Each figure is a median, with half of what least and most lie apart; ours and "
        "its baselines were measured in turns in the same run. Read the ratios: the machine's own "
        "speed is in all of them."
    )
    yield ""
    yield "| figure | ours | baselines | target | met |"
    yield "|---|---|---|---|---|"
    for figure in figures:
        beside = "<br>".join(f"{s['name']}: {_told(s)}" for s in figure["baselines"])
        row = (figure["title"], _told(figure["ours"]), beside, figure["target"], MET[figure["met"]])
        yield f"| {' | '.join(row)} |"
    yield ""
    yield "![The door](performance/door.svg)"
    yield ""
    yield GAPS.read_text(encoding="utf-8").rstrip()
    yield ""
    yield from _agreement(figures, before["figures"])
    yield from _calls(figures)
    yield from _profiles(figures)
    yield from _model(figures)


def plots(figures: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The plots by name, SVG."""
    found = {}
    door = next(
        f for f in figures if f["title"].startswith("signed webhooks") and "SQLite" in f["title"]
    )
    rows = [(s["name"], _median(s)) for s in (door["ours"], *door["baselines"])]
    found["door"] = bars("signed webhooks a second, one core, SQLite", rows)
    for name, title in (("door", "the door"), ("worker", "a worker")):
        shares = _profile(figures, name)
        if shares:
            found[f"profile-{name}"] = bars(f"where {title}'s time goes, %", list(shares.items()))
    return found


def _agreement(
    now: Sequence[Mapping[str, Any]], then: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    found = list(agreement.compared(now, then))
    apart = [row for row in found if not agreement.agree(*row[1:])]
    yield "## Two runs"
    yield ""
    yield (
        f"The earlier run was held against this one: {len(found) - len(apart)} of {len(found)} "
        "figures agree: the intervals of both runs meet. An interval is the median and half of the "
        f"range to both sides, at least {agreement.LEAST:.0%}, of the ratio to the first baseline, "
        "or of the figure itself where it has none."
    )
    yield ""
    if apart:
        yield "| figure that does not agree | this run | the earlier one |"
        yield "|---|---|---|"
        for title, one, other in apart:
            told = (f"{number(each.middle)} ± {each.half:.0%}" for each in (one, other))
            yield f"| {title} | {' | '.join(told)} |"
        yield ""


def _calls(figures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Zendesk's calls for a renewal, one by one"
    yield ""
    yield "| call | the bot | a naive client |"
    yield "|---|---|---|"
    form = next(f for f in figures if f["title"] == "calls of Zendesk for a renewal: form")
    own, naive = form["details"]["calls"], form["details"]["naive"]
    for call in sorted({*own, *naive}, key=lambda call: (-own.get(call, 0), call)):
        yield f"| `{_shortened(call)}` | {own.get(call, 0)} | {naive.get(call, 0)} |"
    yield ""
    yield f"The least possible: {', '.join(form['details']['least'])}."
    yield ""


def _profiles(figures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Where the time goes"
    yield ""
    for name in ("door", "worker"):
        if _profile(figures, name):
            yield f"![Profile of the {name}](performance/profile-{name}.svg)"
            yield ""
    yield LEARNT.read_text(encoding="utf-8").rstrip()
    yield ""


def _model(figures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    found = model.costs(figures)
    yield "## What one and ten machines carry"
    yield ""
    yield (
        f"From the run: a worker does {number(found.renewals_a_minute)} renewals a minute, a web "
        f"process keeps {number(found.webhooks_a_second)} webhooks a second, a renewal costs "
        f"{found.zendesk_calls:.0f} calls of Zendesk, {found.zendesk_updates:.0f} of them updates, "
        f"and brings {found.webhooks:.0f} webhooks. An account's limits are shared by all machines."
    )
    yield ""
    done = number(found.renewals_a_minute)
    yield (
        f"Checked: by its CPU time alone a worker would do {number(found.by_cpu)} renewals a "
        f"minute; {done} were measured, {found.renewals_a_minute / found.by_cpu:.0%} of that. The "
        "rest is waiting: for commits, for the other sides, for the second core that sandbox and "
        "brands have."
    )
    yield ""
    yield "| plan, requests a minute | machines | renewals a day | what binds |"
    yield "|---|---|---|---|"
    for plan, requests in model.PLANS.items():
        for machines in (1, 10):
            name, least = model.binds(model.carried(found, machines, requests))
            yield f"| {plan}, {requests} | {machines} | {least:,.0f} | {name} |"
    yield ""
    yield "| sites | lifetime, days | renewals a day | webhooks a day | one machine, largest plan |"
    yield "|---|---|---|---|---|"
    name, least = model.binds(model.carried(found, 1, max(model.PLANS.values())))
    for sites in model.SITES:
        for lifetime in model.LIFETIMES:
            day = model.wanted(sites, lifetime)
            carries = "carries it" if day <= least else f"{day / least:.1f} × too many ({name})"
            hooks = day * found.webhooks
            yield f"| {sites:,} | {lifetime} | {day:,.0f} | {hooks:,.0f} | {carries} |"


def _profile(figures: Sequence[Mapping[str, Any]], name: str) -> dict[str, float]:
    start = {"door": "signed webhooks", "worker": "the engine's own part"}[name]
    for figure in figures:
        if figure["title"].startswith(start) and figure["details"].get("profile"):
            shares: dict[str, float] = figure["details"]["profile"]
            return shares
    return {}


def _median(series: Mapping[str, Any]) -> float:
    values = sorted(series["values"])
    return float(values[len(values) // 2])


def _told(series: Mapping[str, Any]) -> str:
    values, middle = series["values"], _median(series)
    half = (max(values) - min(values)) / middle / 2 if middle else 0.0
    return f"{number(middle)} {series['unit']} ± {half:.0%}"


def _shortened(call: str) -> str:
    method, _, path = call.partition(" ")
    return f"{method} {'/'.join(part if len(part) < 20 else '…' for part in path.split('/'))}"


if __name__ == "__main__":
    main()
