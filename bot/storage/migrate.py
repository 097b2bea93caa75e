"""Brings our tables to this version's schema, by Alembic and without a file of settings."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import connect, is_sqlite

VERSION_TABLE = "bot_alembic_version"
LOCK = 0x55_C0_DE
"""PostgreSQL's name of the lock that migrations are done under; any number of ours."""


def upgrade(url: str) -> None:
    """Apply every migration that is missing; two at once wait for each other."""
    config = _config()
    with connect(url).begin() as connection:
        if is_sqlite(url):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def behind(engine: Engine) -> str | None:
    """Why the database cannot be used as it is; None when all is well."""
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            current = context.get_current_revision()
    except SQLAlchemyError:
        return "the database does not answer"
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return None if current == newest else "the schema is not the one of this version"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
