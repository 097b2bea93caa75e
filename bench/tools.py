"""Programs that the benchmark needs beside Python: installed where that is permitted."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

PACKAGES: Final = ("wrk", "webhook")
"""The load, and a baseline; both in Debian."""


def install() -> list[str]:
    """Install what is missing; the names of what is missing all the same."""
    missing = [name for name in PACKAGES if shutil.which(name) is None]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        for words in (["update", "-q"], ["install", "-yq", *missing]):
            subprocess.run(["apt-get", *words], capture_output=True, check=False, timeout=300)
    return [name for name in missing if shutil.which(name) is None]
