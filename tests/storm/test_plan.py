"""A storm is played again by its seed, and leaves no kind of trouble out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from sandbox.faults import Kind
from tests.storm.clock import Clock
from tests.storm.plan import length, plan
from tests.storm.stores import drawn
from tests.storm.troubles import Calls, Cut, Hooks, Kill, Locked, Restart, Spell, Terminated

DATABASES = ("sqlite", "postgresql")


@pytest.mark.parametrize("database", DATABASES)
def test_same_seed_gives_the_same_plan(database: str) -> None:
    assert plan(7, 20, database) == plan(7, 20, database)
    assert plan(7, 20, database) != plan(8, 20, database)


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("seed", range(5))
def test_each_storm_has_each_kind_of_trouble(seed: int, database: str) -> None:
    troubles = [planned.trouble for planned in plan(seed, 1, database)]

    kinds = {trouble.fault.kind for trouble in troubles if isinstance(trouble, Calls)}
    statuses = {t.fault.status for t in troubles if isinstance(t, Spell)}
    ended = Counter((type(t), t.what) for t in troubles if isinstance(t, Kill | Restart))
    assert kinds == set(Kind)
    assert {401, 403, 429, 503} <= statuses
    assert len(ended) == 4
    assert any(isinstance(trouble, Hooks) for trouble in troubles)
    of_database = {Locked} if database == "sqlite" else {Cut, Terminated}
    assert {type(t) for t in troubles} & {Locked, Cut, Terminated} == of_database


def test_troubles_come_in_order_and_in_time() -> None:
    times = [planned.at for planned in plan(3, 10, "sqlite")]

    assert times == sorted(times)
    assert times[0] == 0.0
    assert times[-1] <= length(10)


def test_seeds_choose_both_databases() -> None:
    assert {drawn(seed) for seed in range(20)} == set(DATABASES)


@pytest.mark.skipif(shutil.which("cc") is None, reason="a clock that can be set is compiled")
def test_clock_is_set_while_a_process_runs_and_its_waits_stay(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    telling = "import time\nwhile input():\n print(time.time(), time.monotonic(), flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", telling],
        env={**os.environ, **clock.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for ahead in (0.0, 3600.0, -60.0, 0.0):
            assert clock.step(ahead)
            process.stdin.write("now\n")
            process.stdin.flush()
            wall, monotonic = map(float, process.stdout.readline().split())
            assert wall - time.time() == pytest.approx(ahead, abs=5)
            assert monotonic - time.monotonic() == pytest.approx(0, abs=5)
        process.stdin.write("\n")
