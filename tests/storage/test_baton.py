"""Processes take turns: whoever waits is next, and the dead hold nothing up."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

from bot.storage import turns
from bot.storage.baton import Baton

WRITES = """
import sqlite3, sys, time
from pathlib import Path
from bot.storage import turns

file = Path(sys.argv[1])
own = sqlite3.connect(file, factory=turns.connections(file), timeout=10)
print("ready", flush=True)
while True:
    own.execute("INSERT INTO t VALUES (1)")
    time.sleep(0.005)
    own.commit()
"""
HOLDS = """
import sys, time
from pathlib import Path
from bot.storage.baton import Baton

assert Baton(Path(sys.argv[1])).take(5)
print("ready", flush=True)
time.sleep(600)
"""


def started(program: str, file: Path) -> subprocess.Popen[str]:
    """Another process, once it is at it."""
    made = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(file)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


def ended(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_process_that_writes_without_a_pause_lets_another_one_in(file: Path) -> None:
    busy = started(WRITES, file)
    own = sqlite3.connect(file, factory=turns.connections(file), timeout=10)
    try:
        for _ in range(50):
            own.execute("INSERT INTO t VALUES (2)")
            own.commit()
        [theirs] = own.execute("SELECT count(*) FROM t WHERE n = 1").fetchone()
        # They write once more at most while we wait, and once while we commit.
        assert theirs <= 3 * 50
    finally:
        own.close()
        ended(busy)


def test_dead_process_holds_nothing_up(tmp_path: Path) -> None:
    holder = started(HOLDS, tmp_path / "turns")
    mine = Baton(tmp_path / "turns")
    assert not mine.take(0.05)

    ended(holder)

    assert mine.take(5)


def test_who_waited_in_vain_may_wait_again(tmp_path: Path) -> None:
    holder = started(HOLDS, tmp_path / "turns")
    mine, took = Baton(tmp_path / "turns"), list[bool]()
    assert not mine.take(0.02)
    waiting = threading.Thread(target=lambda: took.append(mine.take(30)))
    waiting.start()
    time.sleep(0.05)

    ended(holder)
    waiting.join()

    assert took == [True]


def test_without_a_place_for_the_file_everything_goes_on(tmp_path: Path) -> None:
    baton = Baton(tmp_path / "nowhere" / "turns")

    assert baton.take(0)
    baton.give_up()


def test_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    baton = Baton(tmp_path / "turns")
    baton.take(0)

    assert (os.stat(tmp_path / "turns").st_mode & 0o777) == 0o600
