"""Programs that the benchmark needs beside Python: installed where that is permitted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGES: Final = ("wrk", "webhook")
"""The load, and a baseline; both in Debian."""

SCANNER: Final = "sslyze==6.3.1"


def install() -> list[str]:
    """Install what is missing; the names of what is missing all the same."""
    missing = [name for name in PACKAGES if shutil.which(name) is None]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        for words in (["update", "-q"], ["install", "-yq", *missing]):
            subprocess.run(["apt-get", *words], capture_output=True, check=False, timeout=300)
    return [name for name in missing if shutil.which(name) is None]


def sslyze() -> str | None:
    """A scanner to compare with, in an environment of its own: it wants older libraries.

    None where it cannot be installed.
    """
    place = Path(sys.prefix) / "sslyze"
    if not (place / "bin" / "sslyze").exists():
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", SCANNER]
        for words in ([sys.executable, "-m", "venv", str(place)], pip):
            try:
                subprocess.run(words, capture_output=True, check=True, timeout=180)
            except (OSError, subprocess.SubprocessError):
                return None
    return str(place / "bin" / "sslyze")
