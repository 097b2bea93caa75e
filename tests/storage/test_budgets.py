"""Limits are counted once for all workers, and corrected by what the other side says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.errors import TryLater
from bot.storage.budgets import Budgets, Limit, unhurried
from bot.storage.database import connect

UPDATES = Limit("updates", 10, 60.0)
TICKET = Limit("ticket 1", 3, 600.0)


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def taken(budgets: Budgets, tries: int, *limits: Limit) -> int:
    """How many of the tries were let through."""
    count = 0
    for _ in range(tries):
        try:
            budgets.take(*limits)
        except TryLater:
            continue
        count += 1
    return count


def test_spent_limit_is_waited_out_to_the_windows_end(database: Engine) -> None:
    clock = Clock()
    budgets = Budgets(database, clock)

    assert taken(budgets, 12, UPDATES) == 10
    clock.now += 20
    with pytest.raises(TryLater) as spent:
        budgets.take(UPDATES)

    assert (spent.value.after, str(spent.value)) == (40.0, "the limit updates is spent")
    clock.now += 40
    assert taken(budgets, 12, UPDATES) == 10


def test_call_that_one_limit_refuses_spends_none_of_the_other(database: Engine) -> None:
    budgets = Budgets(database, Clock())

    assert taken(budgets, 8, UPDATES, TICKET) == 3
    assert taken(budgets, 20, UPDATES) == 7


def test_header_lowers_the_count_and_never_raises_it_within_a_window(database: Engine) -> None:
    clock = Clock()
    budgets = Budgets(database, clock)
    for _ in range(9):
        budgets.take(UPDATES)

    # The total was a guess until the first header.
    budgets.correct(Limit("updates", 20, 30.0), left=4)
    budgets.correct(Limit("updates", 20, 30.0), left=9)
    assert taken(budgets, 9, UPDATES) == 4

    # The next window has as many as the other side said.
    clock.now += 60
    assert taken(budgets, 30, UPDATES) == 20


def test_header_opens_a_window_of_its_own_length(database: Engine) -> None:
    clock = Clock()
    budgets = Budgets(database, clock)

    budgets.check("requests")
    budgets.correct(Limit("requests", 700, 12.0), left=0)
    with pytest.raises(TryLater) as spent:
        budgets.check("requests")
    clock.now += 12
    budgets.check("requests")

    assert spent.value.after == 12.0


def test_sweeps_leave_the_last_fifth_to_people(database: Engine) -> None:
    budgets = Budgets(database, Clock())
    budgets.correct(Limit("requests", 100, 60.0), left=20)

    with unhurried():
        assert taken(budgets, 20, UPDATES) == 8
        with pytest.raises(TryLater):
            budgets.check("requests")

    assert taken(budgets, 20, UPDATES) == 2
    budgets.check("requests")


def test_window_of_a_clock_that_was_ahead_holds_nobody_up_when_it_is_set_right(
    database: Engine,
) -> None:
    clock = Clock()
    budgets = Budgets(database, clock)
    clock.now += 86_400
    budgets.correct(Limit("requests", 700, 60.0), left=0)
    assert taken(budgets, 12, UPDATES, TICKET) == 3
    assert taken(budgets, 12, UPDATES) == 7

    clock.now -= 86_400

    budgets.check("requests")
    assert taken(budgets, 12, UPDATES, TICKET) == 3
    assert taken(budgets, 12, UPDATES) == 7
    budgets.correct(Limit("requests", 700, 60.0), left=600)
    budgets.check("requests")


def test_windows_that_are_long_over_are_forgotten(database: Engine) -> None:
    clock = Clock()
    budgets = Budgets(database, clock)
    budgets.take(UPDATES, TICKET)

    clock.now += 3700
    assert budgets.forget() == 1
    assert budgets.forget() == 0


def test_threads_together_spend_no_more_than_the_limit(database: Engine) -> None:
    budgets = Budgets(database)
    with ThreadPoolExecutor(6) as threads:
        counts = threads.map(lambda _: taken(budgets, 5, UPDATES, TICKET), range(6))

    assert sum(counts) == 3


def test_window_that_others_open_at_the_same_moment_is_not_taken_for_spent(
    database: Engine,
) -> None:
    budgets, together = Budgets(database), Barrier(6)

    def take(name: str) -> int:
        together.wait(timeout=30)
        return taken(budgets, 1, Limit(name, 100, 60.0))

    with ThreadPoolExecutor(6) as threads:
        for number in range(25):
            assert sum(threads.map(take, [f"new {number}"] * 6)) == 6


def test_processes_together_spend_no_more_than_the_limit(database: Engine, url: str) -> None:
    spawn = get_context("spawn")
    counts: Any = spawn.Queue()
    processes = [spawn.Process(target=_spend, args=(url, counts)) for _ in range(2)]
    for process in processes:
        process.start()
    found = [counts.get(timeout=30) for _ in processes]
    for process in processes:
        process.join(timeout=30)

    assert sum(found) == 10


def _spend(url: str, counts: Any) -> None:
    counts.put(taken(Budgets(connect(url)), 10, UPDATES))
