"""Calls that fail: tried again, given up, listed, replayed."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest

from bot.engine import patience
from bot.engine.pace import NORMAL
from bot.errors import Gone, LogInRefused, TryLater
from tests.engine.play import Play
from tests.engine.worker_process import QUICK
from tests.plans import plans

TICKETS = itertools.count(1000)


def name() -> str:
    """An id or a call that no other test has."""
    return uuid4().hex


def test_a_fault_of_ours_is_tried_again_and_then_laid_with_the_dead_letters(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, "a bug")

    running.put(event, next(TICKETS), "a", call)
    running.until_dead(event)

    tries = running.entries(event, call, "began")
    assert [entry.again for entry in tries] == [False] + [True] * len(QUICK.faults)
    assert len({entry.mark for entry in tries}) == 1
    [letter] = [letter for letter in running.inbox.dead() if letter.id == event]
    assert (letter.kind, letter.why) == ("play", "RuntimeError: a bug")
    assert "a" in letter.steps
    assert call not in letter.steps


def test_a_fault_that_passes_is_survived(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, "later 0.1")

    running.put(event, next(TICKETS), call)
    running.until_began(event, call)
    running.mends(call)
    tries = running.until_done(event, call)

    assert [entry.again for entry in tries] == [False, True]


def test_what_a_person_must_mend_is_not_tried_again(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, "human")

    running.put(event, next(TICKETS), call)
    running.until_dead(event)

    assert len(running.entries(event, call, "began")) == 1
    [letter] = [letter for letter in running.inbox.dead() if letter.id == event]
    assert letter.why == "NeedsHuman: somebody must look"


def test_refused_log_in_is_waited_out_until_the_operator_has_mended_it(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, "log-in")

    running.put(event, next(TICKETS), call)
    running.until_began(event, call, times=2)
    assert event not in {letter.id for letter in running.inbox.dead()}
    running.mends(call)
    running.until_done(event, call)


def test_what_is_forbidden_for_good_is_laid_with_the_dead_letters(running: Play) -> None:
    """While the log-in works otherwise, no new token will help."""
    event, call = name(), name()
    running.fails(call, "forbidden")

    running.put(event, next(TICKETS), call)
    running.until_dead(event)

    [letter] = [letter for letter in running.inbox.dead() if letter.id == event]
    assert letter.why == "Forbidden: not this one"
    assert len(running.entries(event, call, "began")) > 1, "it may have been a passing mood"


def test_something_forbidden_after_a_long_outage_is_waited_out_as_long_as_any(
    running: Play,
) -> None:
    event, call = name(), name()
    running.fails(call, f"later {QUICK.forbidden + 1}")
    running.put(event, next(TICKETS), call)
    running.until_began(event, call)

    running.fails(call, "forbidden")
    running.until_began(event, call, times=2)
    assert event not in {letter.id for letter in running.inbox.dead()}
    running.mends(call)

    running.until_done(event, call)


def test_waiting_for_the_other_side_has_an_end(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, f"later {QUICK.longest + 1}")

    running.put(event, next(TICKETS), call)
    running.until_dead(event)

    [letter] = [letter for letter in running.inbox.dead() if letter.id == event]
    assert letter.why == "TryLater: come back later"


def test_a_dead_letter_does_not_block_its_ticket(running: Play) -> None:
    event, after, call, ticket = name(), name(), name(), next(TICKETS)
    running.fails(call, "human")

    running.put(event, ticket, call)
    running.put(after, ticket, "a")

    running.until_done(after, "a")
    running.until_dead(event)


@pytest.mark.parametrize("how", ["human", "a bug"])
def test_replay_goes_on_at_the_failed_call(running: Play, how: str) -> None:
    event, call = name(), name()
    running.fails(call, how)
    running.put(event, next(TICKETS), "a", call, "b")
    running.until_dead(event)
    before = len(running.entries(event, call, "began"))
    running.mends(call)

    running.inbox.replay(event)
    running.until_done(event, "b")

    assert len(running.entries(event, "a", "began")) == 1
    tries = running.entries(event, call, "began")
    assert len(tries) == before + 1
    assert tries[-1].again
    assert len({entry.mark for entry in tries}) == 1
    assert event not in {letter.id for letter in running.inbox.dead()}


def test_a_replay_that_fails_again_is_a_dead_letter_again(running: Play) -> None:
    event, call = name(), name()
    running.fails(call, "a bug")
    running.put(event, next(TICKETS), call)
    running.until_dead(event)
    before = len(running.entries(event, call, "began"))

    running.inbox.replay(event)
    running.until_began(event, call, times=before + 1)
    running.until_dead(event)

    [letter] = [letter for letter in running.inbox.dead() if letter.id == event]
    assert letter.why == "RuntimeError: a bug"


def test_only_a_dead_letter_is_replayed(running: Play) -> None:
    event = name()
    running.put(event, next(TICKETS), "a")
    running.until_done(event, "a")

    for wrong in (event, "no such event"):
        with pytest.raises(Gone, match="no dead letter"):
            running.inbox.replay(wrong)


def test_pauses_follow_the_other_side_and_grow_by_themselves() -> None:
    def pause(after: float, tries: int) -> float | None:
        return patience.pause(TryLater("", after), tries, NORMAL)

    assert [pause(0, tries) for tries in (0, 1, 5, 20, 5000)] == [1, 2, 32, 300, 300]
    assert pause(600, 0) == 600
    refused = [patience.pause(LogInRefused(), tries, NORMAL) for tries in (0, 5, 5000)]
    assert refused == [1, 32, 300]
    assert pause(1e9, 0) == NORMAL.longest_pause
    assert pause(-5, 0) == 1
    faults = [patience.pause(ValueError(), tries, NORMAL) for tries in range(5)]
    assert faults == [1.0, 5.0, 15.0, None, None]


def test_dead_letters_are_paged_the_oldest_first(play: Play) -> None:
    events, call = [name() for _ in range(3)], name()
    play.fails(call, "human")
    play.start()
    for event in events:
        play.put(event, next(TICKETS), "a", call)
        play.until_dead(event)

    assert [letter.id for letter in play.inbox.dead()] == events
    assert [letter.id for letter in play.inbox.dead(2)] == events[:2]
    [last] = play.inbox.dead(2, 2)
    assert (last.id, last.steps) == (events[2], ("a",))
    assert play.inbox.dead(2, 3) == ()


def test_dead_letters_are_found_by_indexes_however_much_is_stored(sqlite: Play) -> None:
    event, call = name(), name()
    sqlite.fails(call, "human")
    sqlite.start()
    sqlite.put(event, next(TICKETS), call)
    sqlite.until_dead(event)

    with plans() as steps:
        assert [letter.id for letter in sqlite.inbox.dead(50)] == [event]

    assert any("idx_workflow_status_failed" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN")] == []
