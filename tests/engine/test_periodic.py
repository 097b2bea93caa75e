"""What comes round is put in by every worker and done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bot.engine.inbox import Inbox
from bot.engine.periodic import Clockwork, Periodic, put
from bot.errors import TryLater
from tests.engine.play import Play, until

EVERY = Periodic("play", ("x", "y"), 600.0)


def _until_put(inbox: Inbox) -> None:
    """As the clockwork does; SQLite may refuse one of several that write at once."""
    for _ in range(20):
        with suppress(TryLater):
            return put(inbox, EVERY, 1_200.0)
    raise AssertionError("the inbox never took the event")


def test_several_workers_put_one_turn_in_once(play: Play) -> None:
    inboxes = [Inbox(play.url, [play.key]) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(_until_put, inboxes))
    put(inboxes[0], EVERY, 1_799.0)

    waiting = {s.workflow_id: s for s in inboxes[0].client.library.list_workflows()}
    assert sorted(waiting) == ["play-x-2", "play-y-2"]
    assert {s.queue_partition_key for s in waiting.values()} == {"play-x", "play-y"}

    put(inboxes[1], EVERY, 1_800.0)
    assert len(inboxes[0].client.library.list_workflows()) == 4
    for inbox in inboxes:
        inbox.close()


def test_each_kind_comes_round_by_itself_and_one_of_no_seconds_never(play: Play) -> None:
    often, seldom, never = (Periodic(k, ("x",), s) for k, s in (("a", 0.2), ("b", 600), ("c", 0)))
    inbox = Inbox(play.url, [play.key])
    clockwork = Clockwork(inbox, (often, seldom, never))
    clockwork.start()

    def kinds() -> list[str]:
        return [
            status.workflow_id.partition("-")[0] for status in inbox.client.library.list_workflows()
        ]

    until(lambda: kinds().count("a") >= 3, "it comes round")
    clockwork.stop()

    assert (kinds().count("b"), kinds().count("c")) == (1, 0)
    inbox.close()


def test_turns_that_come_again_after_a_clock_was_ahead_are_put_in_anew(play: Play) -> None:
    """Else no sweep would come until the true time reaches the one that was told."""
    right = 1_764_000_000.0
    ahead = [right + 600.0 * turn for turn in range(8, 12)]
    for now in (right, *ahead):
        put(play.inbox, EVERY, now)

    # Set right: each turn is put in once by two workers, those told too early among them.
    again = [right + 600.0 * turn for turn in range(1, 13)]
    for now in again:
        put(play.inbox, EVERY, now)
        put(play.inbox, EVERY, now + 1.0)

    found = [s.workflow_id for s in play.inbox.client.library.list_workflows()]
    mine = [id_ for id_ in found if id_.startswith("play-x-")]
    # Only the very last of the turns told too early is not put in again.
    assert len(mine) == 1 + len(ahead) + len(again) - 1
