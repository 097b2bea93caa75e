"""Brings our tables to this version's schema, by Alembic and without a file of settings."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, String, column, func, inspect, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import connect, file_of, is_sqlite

if TYPE_CHECKING:
    from alembic.config import Config

AWAY: Final = "the database does not answer"
VERSION_TABLE: Final = "bot_alembic_version"
LOCK: Final = 0x55_C0_DE
"""PostgreSQL's name of the lock that our tables are migrated under; any number of ours."""

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_ALONE: Final = LOCK + 1


def upgrade(url: str) -> None:
    """Apply every migration that is missing; two at once wait for each other."""
    from alembic import command  # noqa: PLC0415 - not for those who only ask how it stands

    config = _config()
    with connect(url).begin() as connection:
        if is_sqlite(url):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Whoever else migrates this database waits until we are through."""
    if is_sqlite(url):
        file = file_of(url)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_name(f"{file.name}.migrate").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    # Without a transaction: indexes that are made concurrently would wait for its end.
    held = connect(url).execution_options(isolation_level="AUTOCOMMIT")
    with held.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(select(func.pg_advisory_lock(_ALONE)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(_ALONE)))
            connection.execute(text("RESET statement_timeout"))


def is_empty(engine: Engine) -> bool:
    """Whether nothing of ours was ever made in the database."""
    try:
        return not inspect(engine).has_table(VERSION_TABLE)
    except SQLAlchemyError:
        return False


def behind(engine: Engine) -> str | None:
    """Why the database cannot be used as it is; None when all is well.

    A newer schema is well: migrations run before the new version starts, and the old one works
    on beside it.  So a migration only ever adds what the version before does not mind.
    """
    versions = select(column("version_num", String)).select_from(table(VERSION_TABLE))
    try:
        with engine.connect() as connection:
            known = inspect(connection).has_table(VERSION_TABLE)
            current = connection.scalar(versions) if known else None
    except SQLAlchemyError:
        return AWAY
    newest = max(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))
    if current is not None and current.isdecimal() and int(current) >= int(newest):
        return None
    return "the schema is not the one of this version"


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
