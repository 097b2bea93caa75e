"""On SQLite there is one worker per file."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from bot.errors import Misconfigured


def only_worker(database: Path) -> IO[str]:
    """The lock of the file's one worker, held as long as the process lives."""
    lock = database.with_name(f"{database.name}.worker").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Misconfigured(
            f"another worker has this database ({database.name}); on SQLite there is one worker "
            "per file, use PostgreSQL for several"
        ) from None
    return lock
