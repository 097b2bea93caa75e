"""An event whose job left off goes on in the same worker once the database can be written."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.engine.rescue import Rescue
from tests.engine.play import Play, until

ROOM = 24 * 1024
"""No file may be written beyond so many bytes: the ledger is smaller, the database's log larger."""


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_job_whose_call_could_not_be_kept_goes_on_when_there_is_room(sqlite: Play) -> None:
    worker = sqlite.start()
    for n in range(4):
        sqlite.put(f"before-{n}", n, "a", "b", "c")
        sqlite.until_done(f"before-{n}", "c")
    assert Path(f"{sqlite.url.removeprefix('sqlite:///')}-wal").stat().st_size > ROOM
    sqlite.hold("a")
    sqlite.put("event", 35, "a", "b")
    sqlite.put("next", 35, "c")
    sqlite.until_began("event", "a")

    with no_room(worker.pid):
        sqlite.release("a")
        until(lambda: "event left off" in sqlite.said(), "the job leaves off")
        assert not sqlite.entries("next"), "events of one ticket keep their order"

    sqlite.until_done("next", "c")
    assert worker.poll() is None
    assert [entry.again for entry in sqlite.entries("event", "a", "began")][:2] == [False, True]
    assert len(sqlite.entries("event", "b", "ended")) == 1
    assert sqlite.inbox.dead() == ()


class Books:
    """What stands as at work, what is, and what was sent back."""

    def __init__(self) -> None:
        self.claimed: set[str] = set()
        self.running: set[str] = set()
        self.back: list[str] = []
        self.rescue = Rescue(
            lambda: set(self.claimed), lambda: self.running, self.back.append, 0.01
        )


def test_event_is_sent_back_when_it_was_left_off_twice() -> None:
    books = Books()
    books.claimed, books.running = {"left", "runs", "starts"}, {"runs"}
    books.rescue.look()
    assert books.back == []

    books.running = {"runs", "starts"}
    books.rescue.look()
    assert books.back == ["left"]

    books.rescue.look()
    assert books.back == ["left"], "it has a whole turn to start"


@pytest.mark.parametrize("fault", [OperationalError("", {}, Exception("full")), KeyError("ours")])
def test_look_that_fails_is_taken_again(fault: Exception) -> None:
    books, faults = Books(), [fault]
    books.claimed = {"left"}

    def claimed() -> set[str]:
        if faults:
            raise faults.pop()
        return books.claimed

    rescue = Rescue(claimed, set, books.back.append, 0.01)
    rescue.start()
    until(lambda: books.back, "the event is sent back")
    rescue.stop()

    assert books.back[0] == "left"
