"""Connections are durable, patient and bounded."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from bot.case import At, Case
from bot.errors import TryLater
from bot.storage.cases import CaseStore
from bot.storage.database import connect, file_of, is_sqlite, private
from bot.storage.keys import KeyStore
from bot.x509.details import Details, KeyKind


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "not" / "yet" / "bot.db"


@pytest.fixture
def sqlite(file: Path) -> Engine:
    return private(f"sqlite:///{file}")


def test_sqlite_writes_ahead_and_waits_for_the_disk(sqlite: Engine) -> None:
    with sqlite.connect() as one, sqlite.connect() as two:
        for connection in (one, two):
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
            assert connection.scalar(text("PRAGMA busy_timeout")) >= 10_000
    sqlite.dispose()


def test_write_ahead_logging_stays_with_the_file(sqlite: Engine, file: Path) -> None:
    with sqlite.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
    sqlite.dispose()

    plain = create_engine(f"sqlite:///{file}")
    with plain.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    plain.dispose()


def test_readers_do_not_wait_for_a_writer(sqlite: Engine) -> None:
    with sqlite.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
    with sqlite.begin() as writer, sqlite.connect() as reader:
        writer.execute(text("INSERT INTO t VALUES (1)"))
        assert reader.scalar(text("SELECT count(*) FROM t")) == 0
    sqlite.dispose()


def test_sqlite_tells_the_time_to_the_millisecond(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        for asked in ("strftime('%s', 'now')", "unixepoch('subsec')"):
            told = {connection.scalar(text(f"SELECT {asked}")) for _ in range(3)}
            assert all(abs(moment - time.time()) < 60 for moment in told)
            assert any(moment % 1 for moment in told)
        assert connection.scalar(text("SELECT strftime('%Y', 'now')")).isdigit()
    sqlite.dispose()


def test_a_process_has_one_pool_for_a_database_and_the_engine_one_of_its_own(file: Path) -> None:
    url = f"sqlite:///{file}"

    assert connect(url) is connect(url)
    assert private(url) is not connect(url)


def test_a_database_that_refuses_is_given_up_at_once() -> None:
    engine = connect("postgresql+psycopg://root@127.0.0.1:1/none")
    began = time.monotonic()

    with pytest.raises(OperationalError), engine.connect():
        pass

    assert time.monotonic() - began < 10


def test_the_stores_say_try_later_and_nothing_of_what_they_hold() -> None:
    engine = connect("postgresql+psycopg://root@127.0.0.1:1/none")
    case = Case(35, 7, "Ada Secret", None, At.NEW)
    cases, keys = CaseStore(engine), KeyStore(engine, [Fernet.generate_key().decode()], ())
    details = Details("www.brand.example", ("www.brand.example",), key=KeyKind.P256)

    for call in (
        lambda: cases.find(35),
        cases.all,
        lambda: cases.save(case),
        lambda: keys.new_request(35, 1, details),
        lambda: keys.handover(35, "ab"),
    ):
        with pytest.raises(TryLater) as later:
            call()
        assert str(later.value) == "the database does not answer (OperationalError)"
        assert later.value.__suppress_context__


def test_the_kind_of_a_database_shows_in_its_url() -> None:
    assert is_sqlite("sqlite:///var/bot.db")
    assert not is_sqlite("postgresql+psycopg://root@localhost/bot")
    assert file_of("sqlite:///var/bot.db") == Path("var/bot.db")
    assert file_of("sqlite:////srv/bot.db") == Path("/srv/bot.db")
