"""`make bench`: every figure beside its baselines, measured in one run."""

from __future__ import annotations

import argparse
import importlib
import os
import time
import traceback

from rich.console import Console

from bench import tools
from bench.report import keep, show
from bench.rounds import Figure, Scale

PARTS = (
    "door",
    "tail",
    "calls",
    "reply",
    "renewals",
    "intake",
    "reading",
    "growth",
    "pages",
    "watch",
    "scaling",
    "footprint",
)
LONG = frozenset({"scaling"})
"""What a quick run leaves out unless it is asked for."""


def main() -> int:
    """Measure, print the table, keep the figures; 1 when a part could not be measured."""
    given = _given()
    scale = Scale(given.quick)
    wanted = given.parts or [name for name in PARTS if not given.quick or name not in LONG]
    console, found, failed = Console(stderr=True), list[Figure](), False
    for name in tools.install():
        console.print(f"{name} is not installed: what needs it is left out or fails")
    os.environ.setdefault("REQUIRE_POSTGRESQL", "1")  # one that is missing is a fault to tell
    began = time.monotonic()
    for name in wanted:
        console.print(f"[dim]{time.monotonic() - began:4.0f} s[/dim] {name}")
        try:
            found.extend(importlib.import_module(f"bench.{name}").measured(scale))
        except Exception:
            failed = True
            console.print(traceback.format_exc(), markup=False)
    seconds = time.monotonic() - began
    show(found, seconds)
    keep(found, seconds, scale)
    return int(failed)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return given


if __name__ == "__main__":
    raise SystemExit(main())
