"""The engine's own tables."""

from __future__ import annotations

from bot.storage.database import file_of, is_sqlite, private


def migrate(url: str) -> None:
    """Make or bring up to date the engine's own tables."""
    if is_sqlite(url):
        file_of(url).parent.mkdir(parents=True, exist_ok=True)
        opened = private(url)
        with opened.connect():
            """Write-ahead logging is set on the file once, and stays."""
        opened.dispose()
    from dbos import DBOS  # noqa: PLC0415 - not for those who find the tables made

    DBOS.migrate(url)
