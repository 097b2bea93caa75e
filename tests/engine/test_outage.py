"""The database goes away for a while."""

from __future__ import annotations

import time

import pytest

from bot.engine.inbox import Inbox
from bot.errors import TryLater
from tests.databases import HOST, PORT
from tests.engine.passage import Passage
from tests.engine.play import Play


def test_an_outage_is_told_at_once_and_survived_by_the_worker(postgresql: Play) -> None:
    with Passage(HOST, PORT) as passage:
        through = postgresql.url.replace(f"{HOST}:{PORT}", f"{HOST}:{passage.port}")
        inbox = Inbox(through, [postgresql.key])
        postgresql.hold("b")
        postgresql.start(through)
        postgresql.put("e", 1, "a", "b", "c")
        postgresql.until_began("e", "b")
        inbox.put("before", 2, "play", {"event": "before", "calls": ["a"]})
        postgresql.until_done("before", "a")

        passage.close_door()
        began = time.monotonic()
        for number in range(3):
            with pytest.raises(TryLater, match="the database does not answer"):
                inbox.put(f"lost{number}", 2, "play", {"event": "lost", "calls": ["a"]})
        with pytest.raises(TryLater, match="the database does not answer"):
            Inbox(through, [postgresql.key]).put("lost", 2, "play", {"event": "lost"})
        assert time.monotonic() - began < 10, "the sender is answered while it listens"
        postgresql.release("b")
        postgresql.until_done("e", "b")
        passage.open_door()

        inbox.put("after", 2, "play", {"event": "after", "calls": ["a"]})
        postgresql.until_done("after", "a")
        postgresql.until_done("e", "c")
        inbox.close()
        postgresql.stop()

    assert len(postgresql.entries("e", "b", "began")) == 1
    assert not postgresql.entries("lost")


def test_a_file_that_cannot_be_opened_is_told_as_well(sqlite: Play) -> None:
    inbox = Inbox(f"sqlite:///{sqlite.folder}", [sqlite.key])

    with pytest.raises(TryLater, match="the database does not answer"):
        inbox.put("e", 1, "play", {})
    inbox.close()
