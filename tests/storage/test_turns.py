"""Writers of one process take turns: in order, and none is left out."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.storage import turns
from bot.storage.turns import Turn


def test_the_turn_goes_round_in_the_order_in_which_it_was_asked_for() -> None:
    turn, served = Turn(), []
    assert turn.take(0)

    def wait(number: int) -> None:
        assert turn.take(5)
        served.append(number)
        turn.give_up()

    waiting = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    for number, thread in enumerate(waiting):
        thread.start()
        while len(turn._waiting) <= number:
            time.sleep(0.001)
    turn.give_up()
    for thread in waiting:
        thread.join()

    assert served == [0, 1, 2, 3, 4]


def test_who_has_waited_in_vain_is_passed_over() -> None:
    turn = Turn()
    assert turn.take(0)
    assert not turn.take(0.01)

    turn.give_up()

    assert turn.take(0)


def opened(file: Path) -> turns.Connection:
    # Without any patience of SQLite's own: whoever does not queue fails at once.
    return sqlite3.connect(
        file, timeout=0, check_same_thread=False, factory=turns.connections(file)
    )


def test_many_writers_at_once_all_get_through(file: Path) -> None:
    def write(number: int) -> None:
        connection = opened(file)
        for _ in range(20):
            connection.cursor().execute("INSERT INTO t VALUES (?)", (number,))
            connection.commit()
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    connection = opened(file)
    assert connection.cursor().execute("SELECT count(*) FROM t").fetchone() == (160,)
    connection.close()


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_ends_with_the_transaction(file: Path, end: str) -> None:
    first, second = opened(file), opened(file)
    first.cursor().executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])

    getattr(first, end)()

    second.cursor().execute("INSERT INTO t VALUES (3)")
    second.commit()
    for connection in (first, second):
        connection.close()


def test_readers_wait_for_nobody(file: Path) -> None:
    writer, reader = opened(file), opened(file)
    writer.cursor().execute("INSERT INTO t VALUES (1)")

    assert reader.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)

    writer.close()
    reader.close()


def test_a_turn_that_does_not_come_is_the_databases_usual_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    writer, other = opened(file), opened(file)
    writer.cursor().execute("INSERT INTO t VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        other.cursor().execute("INSERT INTO t VALUES (2)")

    writer.close()
    other.close()


READS = (
    "SELECT 1",
    "  select n from t",
    "PRAGMA data_version",
    "EXPLAIN QUERY PLAN SELECT 1",
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 3) SELECT n FROM c",
    "WITH c AS (\nSELECT n AS updated_at FROM t)\nSELECT * FROM c",
)
WRITES = (
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET n = 2",
    "WITH c AS (SELECT 1 AS n) INSERT INTO t SELECT n FROM c",
    "with c as (select 1 as n)\nupdate t set n = (select n from c)",
    "BEGIN IMMEDIATE",
    "CREATE TABLE u (n INTEGER)",
)


@pytest.mark.parametrize("sql", READS)
def test_statement_that_only_reads_waits_for_no_turn(file: Path, sql: str) -> None:
    reader = opened(file)
    assert reader.turn.take(0)

    reader.execute(sql).fetchall()

    reader.turn.give_up()
    reader.close()


@pytest.mark.parametrize("sql", WRITES)
def test_statement_that_may_write_waits_for_its_turn(
    file: Path, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    writer = opened(file)
    assert writer.turn.take(0)

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        writer.execute(sql)

    writer.turn.give_up()
    writer.execute(sql)
    writer.close()
