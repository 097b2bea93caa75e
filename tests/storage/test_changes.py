"""Whether anything was committed to the database, asked again and again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.storage.changes import Changes


@pytest.fixture
def changes(file: Path) -> Changes:
    return Changes(f"sqlite:///{file}")


def committed(file: Path, statement: str = "INSERT INTO t VALUES (1)") -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)


def test_first_look_may_find_anything(changes: Changes) -> None:
    assert changes.any()
    assert changes.tells


def test_only_what_is_committed_counts(file: Path, changes: Changes) -> None:
    changes.any()
    other = sqlite3.connect(file)
    other.execute("INSERT INTO t VALUES (1)")
    assert not changes.any()

    other.commit()

    assert changes.any()
    assert not changes.any()
    other.close()


def test_looking_changes_nothing(file: Path, changes: Changes) -> None:
    changes.any()
    committed(file, "UPDATE t SET n = 2 WHERE n = 99")
    with sqlite3.connect(file) as connection:
        connection.execute("SELECT * FROM t").fetchall()

    assert not changes.any()


def test_file_that_cannot_be_asked_may_have_changed(tmp_path: Path) -> None:
    changes = Changes(f"sqlite:///{tmp_path / 'no' / 'such' / 'bot.db'}")

    assert changes.any()
    assert changes.any()


def test_postgresql_always_may_have_changed() -> None:
    changes = Changes("postgresql+psycopg://nobody@localhost/none")

    assert changes.any()
    assert changes.any()
    assert not changes.tells
