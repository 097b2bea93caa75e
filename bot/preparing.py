"""Brings the database to this version; imports little, as every start waits for it."""

from __future__ import annotations

from bot.engine import tables
from bot.errors import Misconfigured
from bot.settings import Settings
from bot.storage.database import connect, is_sqlite
from bot.storage.migrate import AWAY, alone, behind, is_empty, upgrade


def migrate(settings: Settings) -> None:
    """Bring our tables and the engine's to this version; two at once wait for each other.

    Ours come last: by their version the other processes see that all is there.
    """
    with alone(settings.database_url):
        tables.migrate(settings.database_url)
        upgrade(settings.database_url)


def prepare(settings: Settings) -> None:
    """Make what a first start finds missing; raises Misconfigured when a release is to be run.

    A file belongs to one machine, whose start is its release.  A server may have other
    versions at work beside this one, so only an empty database is filled without asking.
    """
    reason = behind_of(settings)
    if reason is None:
        return
    if is_sqlite(settings.database_url) or is_empty(connect(settings.database_url)):
        migrate(settings)
        return
    raise Misconfigured(advised(reason))


def behind_of(settings: Settings) -> str | None:
    """Why the database cannot be used as it is; None when all is well."""
    return behind(connect(settings.database_url))


def advised(reason: str) -> str:
    """The reason with what helps; nothing does here while the database is away."""
    return reason if reason == AWAY else f"{reason}; python -m bot migrate brings it up to date"
