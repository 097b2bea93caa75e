"""Events wait safely, come once, and in order."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bot.engine.inbox import Inbox
from bot.engine.waiting import WAITING
from bot.storage.database import private
from tests.engine.play import ROOT, Play, until

TICKETS = itertools.count(100)
SECRET = "Mrs Grundy's private words"


def name() -> str:
    """An id that no other event has."""
    return uuid4().hex


def test_an_event_is_durable_before_put_returns(play: Play) -> None:
    event = name()
    dying = (
        "import os, sys; from bot.engine.inbox import Inbox;"
        "Inbox(sys.argv[1], [sys.argv[2]]).put(sys.argv[3], 1, 'play',"
        " {'event': sys.argv[3], 'calls': ['a']});"
        "os.kill(os.getpid(), 9)"
    )

    subprocess.run([sys.executable, "-c", dying, play.url, play.key, event], cwd=ROOT, check=False)
    play.start()

    play.until_done(event, "a")


def test_kind_and_payload_survive_as_they_were(running: Play) -> None:
    event, note = name(), "Grüße\x00 \ud83d \"' \u2028"

    running.put(event, next(TICKETS), "a", note=note)

    [began] = running.until_done(event, "a")
    assert began.seen == ["play", note]


def test_the_same_id_is_worked_through_once_also_when_it_comes_after_the_end(
    running: Play,
) -> None:
    event, after, ticket = name(), name(), next(TICKETS)

    for _ in range(3):
        running.put(event, ticket, "a")
    running.until_done(event, "a")
    running.put(event, ticket, "a")
    running.put(after, ticket, "a")
    running.until_done(after, "a")

    assert len(running.entries(event, "a", "began")) == 1


def test_events_of_a_ticket_run_one_at_a_time_in_order_of_arrival(running: Play) -> None:
    events, ticket, held = [name() for _ in range(8)], next(TICKETS), f"held-{name()}"

    running.hold(held)
    for event in events:
        running.put(event, ticket, held, "b")
        time.sleep(0.002)  # the order is kept to the millisecond
    running.until_began(events[0], held)
    assert not any(running.entries(event) for event in events[1:])
    running.release(held)
    running.until_done(events[-1], "b")

    seen = [entry for event in events for entry in running.entries(event)]
    assert seen == sorted(seen, key=lambda entry: entry.at)


def test_a_ticket_at_work_does_not_hold_up_another(running: Play) -> None:
    slow, quick, held = name(), name(), f"held-{name()}"

    running.hold(held)
    running.put(slow, next(TICKETS), held)
    running.until_began(slow, held)
    running.put(quick, next(TICKETS), "a")

    running.until_done(quick, "a")
    running.release(held)
    running.until_done(slow, held)


def test_a_delayed_event_fires_once_and_does_not_block_its_ticket(running: Play) -> None:
    delayed, prompt, ticket = name(), name(), next(TICKETS)

    running.put(delayed, ticket, "a", delay=1.5)
    running.put(prompt, ticket, "a")
    [early] = running.until_done(prompt, "a")
    [late] = running.until_done(delayed, "a")

    assert early.at < late.at


def test_a_job_can_make_an_appointment_and_go_on(running: Play) -> None:
    event, after, ticket = name(), name(), next(TICKETS)

    running.put(event, ticket, "a", later=1.5)
    running.until_done(event, "a")
    running.put(after, ticket, "a")
    [between] = running.until_done(after, "a")
    [late] = running.until_done(f"{event}-later", "late")

    assert between.at < late.at
    assert late.seen == ["later", None]


def test_nothing_can_be_read_in_the_tables(running: Play) -> None:
    event = name()
    running.put(event, next(TICKETS), "a", note=SECRET)
    running.until_done(event, "a")

    rows = _rows(running)

    assert any(event in row for row in rows), "the event stands in the tables"
    assert not [row for row in rows if "Grundy" in row or "a done" in row]


def _rows(play: Play) -> list[str]:
    """Every row of the engine's tables, as text."""
    database = private(play.url)
    tables = sa.MetaData()
    tables.reflect(database, schema=None if play.sqlite else "dbos")
    with database.connect() as connection:
        found = [
            str(tuple(row))
            for table in tables.tables.values()
            for row in connection.execute(table.select())
        ]
    database.dispose()
    return found


def test_finished_events_are_forgotten_in_time_and_dead_letters_are_not(play: Play) -> None:
    done, dead, waiting = name(), name(), name()
    play.fails("b", "human")
    play.start()
    play.put(done, 1, "a")
    play.put(dead, 2, "b")
    play.put(waiting, 3, "a", delay=3600.0)
    play.until_done(done, "a")
    play.until_dead(dead)

    assert play.inbox.forget(timedelta(days=14)) == 0
    until(lambda: play.inbox.forget(timedelta(0)) == 1, "the finished one is gone")

    assert [letter.id for letter in play.inbox.dead()] == [dead]
    # Forgotten, so the same id is a new event.
    play.put(done, 1, "a")
    play.until_began(done, "a", times=2)


def test_a_key_that_was_taken_away_leaves_the_dead_letters_listed(running: Play) -> None:
    event = name()
    running.fails(event, "human")
    running.put(event, next(TICKETS), event)
    running.until_dead(event)

    from_another = Inbox(running.url, ["x" * 43 + "="])
    [letter] = [letter for letter in from_another.dead() if letter.id == event]
    from_another.close()

    assert running.inbox.dead_of(int(letter.ticket), 10) == (event,)
    assert running.inbox.dead_of(int(letter.ticket) + 1000, 10) == ()
    assert (letter.kind, letter.why) == ("?", "sealed with a key that is not among KEY_STORE_KEYS")


def hinted(play: Play, event: str, ticket: int, kind: str = "play") -> None:
    play.inbox.put_hint(event, ticket, kind, {"event": event, "ticket": ticket, "calls": [event]})


def test_a_hint_that_waits_makes_further_ones_of_its_ticket_needless(play: Play) -> None:
    first, second, other, late = name(), name(), name(), name()
    hinted(play, first, 1)
    hinted(play, second, 1)
    hinted(play, other, 2)

    play.start()
    play.until_done(first, first)
    play.until_done(other, other)
    hinted(play, late, 1)
    play.until_done(late, late)

    assert not play.entries(second), "one look sees all that was there before it"


def test_a_hint_that_waits_stands_for_none_of_another_kind(play: Play) -> None:
    first, second = name(), name()
    hinted(play, first, 1)
    hinted(play, second, 1, "other")

    play.start()

    play.until_done(first, first)
    play.until_done(second, second)


def test_a_hint_that_is_not_needed_is_dropped(play: Play) -> None:
    first, second = name(), name()
    hinted(play, first, 1)
    hinted(play, second, 1)

    carried = play.inbox.carry(lambda payload: payload["event"] == first)

    assert carried == 2
    play.start()
    play.until_done(second, second)
    assert not play.entries(first)


def test_a_hint_during_a_look_brings_another_look(running: Play) -> None:
    first, second, ticket = name(), name(), next(TICKETS)
    running.hold(first)
    hinted(running, first, ticket)
    running.until_began(first, first)

    hinted(running, second, ticket)
    running.release(first)

    running.until_done(second, second)


def test_other_events_of_a_ticket_stand_for_no_hint(play: Play) -> None:
    event, hint = name(), name()
    play.put(event, 1, "a")
    hinted(play, hint, 1)

    play.start()

    play.until_done(event, "a")
    play.until_done(hint, hint)


def test_a_hint_delivered_twice_is_looked_at_once(running: Play) -> None:
    hint, ticket, end = name(), next(TICKETS), name()
    hinted(running, hint, ticket)
    running.until_done(hint, hint)

    hinted(running, hint, ticket)
    running.put(end, ticket, "a")
    running.until_done(end, "a")

    assert len(running.entries(hint, hint, "began")) == 1


def test_a_waiting_hint_is_found_by_an_index_however_much_is_stored(play: Play) -> None:
    if not play.sqlite:
        pytest.skip("PostgreSQL scans tables that are as small as this one")
    events = play.inbox.waiting.events
    with play.inbox.client.reading() as connection:
        mine = events.c.queue_partition_key == "1"
        query = sa.select(events.c.workflow_uuid).where(WAITING, mine)
        said = str(query.compile(compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()

    assert "USING COVERING INDEX idx_workflow_status_partition_dequeue" in str(plan)
