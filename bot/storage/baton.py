"""Between processes: who writes to an SQLite file, and who is next.

One byte of a small file beside the database is locked by who writes, another by who is next.
Whoever wants to write again has to become next first, so nobody is passed over.  The system lets
go of a dead process's locks; they belong to a process, so one thread of it at a time may ask.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Final

_NEXT: Final = 0
_WRITES: Final = 1
SHORTEST: Final = 0.0003
LONGEST: Final = 0.003
"""Seconds between two tries: the other process writes for about as long."""


class Baton:
    """The locks of one process.  Safe to make before a fork: it opens the file at first use."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: tuple[int, int] | None = None

    def take(self, patience: float) -> bool:
        """Wait so many seconds until this process may write; whether it may.

        Where the file cannot be made, SQLite's own locks have to do.
        """
        file = self._descriptor()
        if file is None:
            return True
        end = time.monotonic() + patience
        if not _locked(file, _NEXT, end):
            return False
        try:
            return _locked(file, _WRITES, end)
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, 1, _NEXT)

    def give_up(self) -> None:
        """Let the next process write."""
        if self._opened is not None and self._opened[0] == os.getpid():
            fcntl.lockf(self._opened[1], fcntl.LOCK_UN, 1, _WRITES)

    def _descriptor(self) -> int | None:
        if self._opened is None or self._opened[0] != os.getpid():
            try:
                made = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return None
            self._opened = (os.getpid(), made)
        return self._opened[1]


def _locked(file: int, byte: int, end: float) -> bool:
    pause = SHORTEST
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST)
        else:
            return True
