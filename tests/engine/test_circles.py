"""A job that is over is gone at once: what only a search for circles finds halts all threads."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from bot.engine.inbox import Inbox
from bot.engine.journal import Journal
from bot.engine.pace import Pace
from bot.errors import BotError, Gone, TryLater


class Empty:
    """An inbox in which no job has a record."""

    def records(self, job: str) -> tuple[object, ...]:
        return ()


@pytest.fixture
def nobody_looks() -> Iterator[None]:
    """Circles stay."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("nobody_looks")
def test_an_error_holds_neither_itself_nor_its_job() -> None:
    journal: Journal | None = Journal(cast("Inbox", Empty()))
    over = weakref.ref(cast("Journal", journal))

    def call() -> None:
        try:
            raise ValueError("of the library")
        except ValueError as error:
            raise Gone("ticket 1") from error

    raised = _raised(cast("Journal", journal), call)
    del call
    journal = None

    assert raised == "ticket 1"
    assert over() is None


def _raised(journal: Journal, call: Callable[[], None]) -> str:
    try:
        journal.step("a", call)
    except BotError as error:
        return str(error)
    return ""


def test_what_is_raised_says_as_much_as_what_was_caught() -> None:
    journal = Journal(cast("Inbox", Empty()), Pace(longest=1.0))

    def call() -> None:
        raise TryLater("not now", 60.0)

    with pytest.raises(TryLater, match="not now") as told:
        journal.step("a", call)

    assert told.value.after == 60.0
