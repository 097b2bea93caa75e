"""Hints are kept many at a time, on a connection that may break."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, select, text

from bot.errors import TryLater
from bot.storage.database import connect
from bot.storage.hints import Hint, Hints
from bot.storage.keeping import Keeper, Row, keeper
from bot.storage.schema import HINTS
from tests.databases import SERVER


@pytest.fixture
def ours(database: Engine) -> Iterator[Keeper]:
    made = keeper(database)
    yield made
    made.close()


def rows(*ids: str) -> list[Row]:
    return [(id_, f"place of {id_}", "look", "{}", 1.5) for id_ in ids]


def kept(database: Engine) -> list[tuple[str, str]]:
    with database.connect() as connection:
        found = connection.execute(select(HINTS.c.id, HINTS.c.place).order_by(HINTS.c.number))
        return [(row.id, row.place) for row in found]


def test_rows_are_kept_once_for_each_id_in_their_order(database: Engine, ours: Keeper) -> None:
    ours.keep(rows("a", "b", "a"))
    ours.keep(rows("b"))
    ours.keep(rows("c"))

    assert kept(database) == [(id_, f"place of {id_}") for id_ in "abc"]


def test_what_is_kept_is_committed_when_it_returns(database: Engine, ours: Keeper) -> None:
    ours.keep(rows("a"))

    other = connect(database.url.render_as_string(hide_password=False))
    assert [id_ for id_, _ in kept(other)] == ["a"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_connection_that_the_server_has_ended_is_made_anew(database: Engine, ours: Keeper) -> None:
    ours.keep(rows("a"))
    with database.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    ours.keep(rows("b"))

    assert [id_ for id_, _ in kept(database)] == ["a", "b"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_database_that_is_away_is_told_and_comes_back(database: Engine) -> None:
    hints = Hints(database)
    hints.put(Hint("a", "1", "look", {}))
    name = database.url.database
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        with pytest.raises(TryLater):
            hints.put(Hint("b", "2", "look", {}))
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    hints.put(Hint("b", "2", "look", {}))

    assert [id_ for id_, _ in kept(database)] == ["a", "b"]
