"""The table in the terminal, and the figures as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.rounds import Figure, Scale, Series

RESULTS: Final = Path(__file__).parent / "results"
_MET: Final = {True: "[green]yes[/green]", False: "[red]no[/red]", None: ""}


def show(figures: Sequence[Figure], seconds: float) -> None:
    """Ours beside the baselines, medians and spreads."""
    table = Table("figure", "ours", "baselines", "target", "met", show_lines=True)
    for figure in figures:
        beside = "\n".join(f"{series.name}: {told(series)}" for series in figure.baselines)
        notes = "".join(f"\n[dim]{note}[/dim]" for note in figure.notes)
        table.add_row(
            figure.title + notes, told(figure.ours), beside, figure.target, _MET[figure.met]
        )
    console = Console()
    console.print(table)
    console.print(f"{len(figures)} figures in {seconds:.0f} s")


def keep(figures: Sequence[Figure], seconds: float, scale: Scale) -> Path:
    """Write the run; the last whole one is what the page shows."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    run = {
        "made": now.isoformat(timespec="seconds"),
        "seconds": round(seconds),
        "quick": scale.quick,
        "machine": {
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
        },
        "figures": [asdict(figure) for figure in figures],
    }
    path = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(run, indent=1), encoding="utf-8")
    return path


def told(series: Series) -> str:
    """A median with its unit and spread."""
    return f"{number(series.median)} {series.unit} (±{series.spread / 2:.0%})"


def number(value: float) -> str:
    """As many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
