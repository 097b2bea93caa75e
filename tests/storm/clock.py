"""A wall clock of the workers' own that can be set while they run, where there is a C compiler.

libfaketime would do as well, but breaks `time.sleep` as soon as waits shall go by the true clock.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("clock.c")


@dataclass(frozen=True, slots=True)
class Clock:
    """What it says, and the library by which processes read it, are files of this folder."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """What a process needs to go by this clock; empty where nothing can be compiled."""
        self.step(0.0)
        compiler = shutil.which("cc")
        if compiler is None:
            return {}
        options = ("-O2", "-shared", "-fPIC", "-o", str(self._library))
        subprocess.run([compiler, *options, str(SOURCE)], check=True)
        return {"LD_PRELOAD": str(self._library), "CLOCK_FILE": str(self._file)}

    def step(self, ahead: float) -> bool:
        """Set it so many seconds ahead; whether any process can go by it."""
        # In place and in one write: the processes have the file mapped.
        with self._file.open("r+b" if self._file.exists() else "w+b") as file:
            file.write(struct.pack("=d", ahead))
        return self._library.exists()

    @property
    def _file(self) -> Path:
        return self.folder / "clock"

    @property
    def _library(self) -> Path:
        return self.folder / "clock.so"
