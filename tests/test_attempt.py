"""The attempt that is being made is known to whoever is called within it, and to nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot import attempt
from bot.attempt import Attempt


def test_outside_a_job_a_call_has_no_mark_and_was_never_made() -> None:
    assert attempt.current() == Attempt(mark="", again=False)


def test_within_an_attempt_calls_see_it_and_afterwards_they_do_not() -> None:
    with attempt.of("e.1", again=True):
        assert attempt.current() == Attempt("e.1", again=True)
        with attempt.of("e.2", again=False):
            assert attempt.current() == Attempt("e.2", again=False)
        assert attempt.current().mark == "e.1"
    assert attempt.current() == Attempt()


def test_an_attempt_that_raises_ends_as_well() -> None:
    with pytest.raises(ValueError, match="broken"), attempt.of("e.1", again=False):
        raise ValueError("broken")

    assert attempt.current() == Attempt()


def test_threads_side_by_side_each_have_their_own() -> None:
    def inside(number: int) -> str:
        with attempt.of(f"e.{number}", again=False):
            return attempt.current().mark

    with attempt.of("mine", again=True), ThreadPoolExecutor(4) as pool:
        marks = list(pool.map(inside, range(20)))
        unset = pool.submit(attempt.current).result()

    assert marks == [f"e.{number}" for number in range(20)]
    assert unset == Attempt()
