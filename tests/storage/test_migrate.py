"""Migrations: up, down, two at once; and the schema is the one that the code knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bot.case import At, Case
from bot.storage import migrate
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.schema import METADATA
from bot.x509.details import Details


def test_a_new_database_is_behind_until_it_is_migrated(url: str) -> None:
    assert migrate.behind(connect(url)) == "the schema is not the one of this version"

    migrate.upgrade(url)

    assert migrate.behind(connect(url)) is None


def test_migrating_again_changes_nothing(database: Engine, url: str) -> None:
    migrate.upgrade(url)

    assert migrate.behind(database) is None


def test_migrations_make_the_very_schema_of_the_code(database: Engine) -> None:
    with database.connect() as connection:
        options = {"version_table": migrate.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_the_way_down_leaves_nothing_and_the_way_up_is_open_again(
    database: Engine, url: str
) -> None:
    config = migrate._config()
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    assert set(inspect(database).get_table_names()) == {migrate.VERSION_TABLE}
    assert migrate.behind(database) is not None
    migrate.upgrade(url)
    assert migrate.behind(database) is None


def test_processes_migrating_at_once_wait_for_each_other(url: str) -> None:
    spawn = get_context("spawn")
    together = spawn.Barrier(3)
    processes = [spawn.Process(target=_upgrade, args=(url, together)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert migrate.behind(connect(url)) is None


def _upgrade(url: str, together: Barrier) -> None:
    connect(url).connect().close()
    together.wait()
    migrate.upgrade(url)


def test_cases_of_an_older_version_are_found_by_their_brand(database: Engine, url: str) -> None:
    store, due = CaseStore(database), datetime(2026, 12, 1, tzinfo=UTC)
    details = Details("www.brand.example", ("www.brand.example",))
    done = Case(35, 7, "Ada", 70, At.DONE, host="www.brand.example", details=details)
    store.save(replace(done, retire_at=due))
    config = migrate._config()
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")

    migrate.upgrade(url)

    assert [renewal.details for renewal in store.renewals(36, 7, 70)] == [details]
    assert [case.ticket for case, _ in store.moving(due)] == [35]


@pytest.mark.parametrize("revision", ["0001", "f00d"])
def test_a_migration_that_is_older_or_not_ours_is_told(database: Engine, revision: str) -> None:
    _set(database, revision)

    assert migrate.behind(database) == "the schema is not the one of this version"


def test_newer_schema_does_the_version_before_no_harm(database: Engine) -> None:
    """The release step of the next version has run; this one works on until it is replaced."""
    _set(database, "9999")

    assert migrate.behind(database) is None


def _set(database: Engine, revision: str) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {migrate.VERSION_TABLE} SET version_num = '{revision}'")


@pytest.mark.parametrize("url", ["postgresql+psycopg://root@127.0.0.1:1/none"])
def test_a_database_that_does_not_answer_is_told_and_nothing_else(url: str) -> None:
    assert migrate.behind(connect(url)) == "the database does not answer"


def test_many_threads_may_ask_at_once(database: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: migrate.behind(database), range(16))) == {None}
