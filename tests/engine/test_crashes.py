"""Workers die, freeze and stop; what they had done stays done, and the rest is done."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from bot.engine.pace import Pace
from tests.engine.play import PATIENCE, Play, until
from tests.storm.clock import Clock


def test_after_kill_9_finished_writes_stay_and_the_broken_one_is_told(play: Play) -> None:
    play.hold("b")
    first = play.start()
    play.put("e", 1, "a", "b", "c")
    [undisturbed] = play.until_began("e", "b")

    play.kill(first)
    play.start()  # on PostgreSQL another executor, on SQLite the same one again
    play.until_began("e", "b", times=2)
    play.release("b")
    [unbroken] = play.until_done("e", "c")

    assert len(play.entries("e", "a", "began")) == 1
    [_, told] = play.entries("e", "b", "began")
    assert (undisturbed.again, told.again, unbroken.again) == (False, True, False)
    assert undisturbed.mark == told.mark
    marks = {play.entries("e", call, "began")[0].mark for call in "abc"}
    assert len(marks) == 3


def test_what_a_job_has_seen_before_its_write_is_kept_and_what_came_after_is_seen_again(
    play: Play,
) -> None:
    play.hold("look-b")
    first = play.start()
    play.put("e", 1, "look-a", "write", "look-b", "end")
    play.until_began("e", "look-b")

    play.kill(first)
    play.start()
    play.until_began("e", "look-b", times=2)
    play.release("look-b")
    play.until_done("e", "end")

    assert len(play.entries("e", "look-a", "began")) == 1
    assert len(play.entries("e", "write", "began")) == 1


def test_a_look_that_was_broken_off_stands_for_no_hint_that_came_meanwhile(play: Play) -> None:
    """It goes on with what it has seen, and that was before."""

    def hint(event: str, *calls: str) -> None:
        play.inbox.put_hint(event, 1, "play", {"event": event, "ticket": 1, "calls": list(calls)})

    play.hold("write")
    first = play.start()
    hint("e", "look", "write")
    play.until_began("e", "write")
    play.kill(first)
    hint("new", "look")
    play.release("write")

    play.start()

    play.until_done("e", "write")
    play.until_done("new", "look")


def test_a_job_that_only_looks_leaves_no_record(play: Play) -> None:
    play.start()
    play.put("e", 1, "look-a", "look-b")
    play.until_done("e", "look-b")

    assert play.inbox.records("e") == ()


def test_a_job_whose_program_was_changed_begins_anew_and_repeats_no_write_unseen(
    play: Play,
) -> None:
    play.hold("b")
    first = play.start()
    play.put("e", 1, "a", "b", "c")
    [before] = play.until_began("e", "b")
    play.kill(first)
    play.releases("e", "new", "b", "c")

    play.start()
    play.until_began("e", "b", times=2)
    play.release("b")
    play.until_done("e", "c")

    [_, after] = play.entries("e", "b", "began")
    assert (after.mark, after.again) == (before.mark, True)
    [new] = play.entries("e", "new", "began")
    assert new.again, "it may have been done under another name"
    assert "journal out of step" in play.said()
    assert play.inbox.dead() == ()


def test_a_job_whose_program_ends_a_pause_otherwise_begins_anew(play: Play) -> None:
    play.fails("a", "later 3")
    first = play.start()
    play.put("e", 1, "a", "b")
    until(lambda: play.wakes("e"), "the pause is in the journal")
    play.kill(first)
    play.releases("e", "b")

    play.start()
    [only] = play.until_done("e", "b")

    assert only.again
    assert play.inbox.dead() == ()


def test_a_dead_workers_jobs_are_taken_over_by_one_that_is_already_there(postgresql: Play) -> None:
    postgresql.hold("a")
    first = postgresql.start()
    for ticket in range(3):
        postgresql.put(f"e{ticket}", ticket, "a")
        postgresql.until_began(f"e{ticket}", "a")
    postgresql.start()

    postgresql.kill(first)

    for ticket in range(3):
        [_, second] = postgresql.until_began(f"e{ticket}", "a", times=2)
        assert second.again
    postgresql.release("a")
    for ticket in range(3):
        postgresql.until_done(f"e{ticket}", "a")


def test_take_over_needs_less_than_30_seconds() -> None:
    normal = Pace()

    assert normal.dead + normal.beat + normal.poll < 30
    assert normal.dead > 3 * normal.beat, "a beat or two may be lost"


def test_a_frozen_and_revived_worker_does_no_harm(postgresql: Play) -> None:
    postgresql.hold("a")
    frozen = postgresql.start()
    postgresql.put("e", 1, "a", "b")
    postgresql.until_began("e", "a")
    os.kill(frozen.pid, signal.SIGSTOP)
    other = postgresql.start()
    postgresql.until_began("e", "a", times=2)
    postgresql.release("a")
    postgresql.until_done("e", "b")
    # Its end stands in the database: else the kill below would have it done again, rightly.
    until(lambda: "PENDING" not in postgresql.inbox.depths()[0], "the event is over")

    os.kill(frozen.pid, signal.SIGCONT)
    # The revived one ends the call that it was in, and learns that the event is not its own.
    ended = "the revived worker ended its call"
    until(lambda: len(postgresql.entries("e", "a", "ended")) == 2, ended)
    postgresql.kill(other)
    postgresql.put("next", 1, "a")
    [by] = postgresql.until_done("next", "a")

    assert by.worker == frozen.pid, "it works on as if new"
    assert [entry.worker for entry in postgresql.entries("e", "b")] == [other.pid] * 2


def test_a_pause_is_neither_begun_anew_nor_cut_short_by_a_crash(play: Play) -> None:
    pause = 4.0
    play.fails("a", f"later {pause}")
    first = play.start()
    play.put("e", 1, "a")
    [began] = play.until_began("e", "a")
    play.mends("a")
    until(lambda: play.wakes("e"), "the pause is in the journal")
    [wake] = play.wakes("e")

    play.kill(first)
    restarted = play.start()
    [_, again] = play.until_began("e", "a", times=2)
    play.until_done("e", "a")

    assert again.worker == restarted.pid
    assert again.again
    assert began.at + pause <= wake <= again.at, "not cut short"
    assert play.wakes("e") == [wake], "not begun anew"


def test_sigterm_lets_the_call_at_work_end_and_leaves_a_long_pause(play: Play) -> None:
    play.hold("a")
    play.fails("p", "later 29")
    worker = play.start()
    play.put("paused", 1, "p")
    play.put("working", 2, "a")
    play.until_began("working", "a")
    play.until_began("paused", "p")

    told = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    play.release("a")

    assert worker.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - told < 20, "the pause is not waited out"
    assert play.entries("working", "a", "ended")
    play.start()
    play.put("next", 2, "b")
    play.until_done("next", "b")
    assert len(play.entries("working", "a", "began")) == 1


def test_a_worker_stops_in_time_though_the_clock_is_set_back_meanwhile(
    play: Play, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    environment = clock.environment()
    if not environment:
        pytest.skip("no C compiler (cc): no clock of a process's own")
    play.hold("a")
    worker = play.start(**environment)
    play.put("e", 1, "a")
    play.until_began("e", "a")

    told = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    # Again and again: it begins to wait for its job somewhere in between.
    for minutes in range(1, 16):
        clock.step(-60.0 * minutes)
        time.sleep(0.2)

    assert worker.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - told > 5, "it has waited for its job"
    assert "worker did not stop in time" in play.said()
    play.release("a")
    play.start()
    play.until_done("e", "a")


def test_a_second_worker_on_the_same_file_refuses_to_start(sqlite: Play) -> None:
    sqlite.start()
    sqlite.put("e", 1, "a")
    sqlite.until_done("e", "a")

    second = sqlite.start()

    assert second.wait(timeout=PATIENCE) == 1
    said = (sqlite.folder / "log").read_text()
    assert said.startswith("another worker has this database (bot.db); on SQLite there is one")
    assert "Traceback" not in said
