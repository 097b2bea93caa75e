"""Where the time goes, by py-spy: the share of samples by whose code was innermost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

PARTS: Final = (
    ("the engine (dbos)", ("(dbos/", "(bot/engine/")),
    ("the database (sqlalchemy, sqlite3)", ("(sqlalchemy/", "(bot/storage/")),
    (
        "HTTP to Zendesk and Jira",
        ("(requests/", "(urllib3/", "(zenpy/", "(jira/", "(bot/gateways/"),
    ),
    ("gunicorn", ("(gunicorn/",)),
    ("Flask and Werkzeug", ("(flask/", "(werkzeug/")),
    ("logs", ("(structlog/", "(logging/")),
    ("certificates and replies", ("(bot/x509/", "(bot/reading/", "(bot/wording/")),
    ("the bot's own", ("(bot/", "(handlers/")),
)
OTHER: Final = "Python itself"


class Spy:
    """py-spy beside a process, for threads that hold the interpreter; nothing if not installed."""

    def __init__(self, pid: int, path: Path) -> None:
        self._path = path
        program = shutil.which("py-spy", path=f"{Path(sys.executable).parent}:/usr/local/bin")
        self._process: subprocess.Popen[bytes] | None = None
        if program is not None:
            command = [program, "record", "-d", "900", "-f", "raw", "-r", "100", "--gil"]
            self._process = subprocess.Popen(
                [*command, "-o", str(path), "-p", str(pid)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def shares(self) -> dict[str, float]:
        """End, and give the percentage of each part; empty where there is no py-spy."""
        if self._process is None:
            return {}
        self._process.send_signal(2)
        self._process.wait(timeout=60)
        if not self._path.exists():
            return {}
        found: Counter[str] = Counter()
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            stack, _, number = line.rpartition(" ")
            found[_part(stack.split(";"))] += int(number)
        total = sum(found.values()) or 1
        return {name: round(100 * count / total, 1) for name, count in found.most_common()}


def _part(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, marks in PARTS:
            if any(mark in frame for mark in marks):
                return name
    return OTHER
