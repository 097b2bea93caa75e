"""Brings our tables to this version's schema, by Alembic and without a file of settings."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import connect

VERSION_TABLE = "bot_alembic_version"


def upgrade(url: str) -> None:
    """Apply every migration that is missing; two at once wait for each other."""
    config = _config()
    with connect(url).begin() as connection:
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
