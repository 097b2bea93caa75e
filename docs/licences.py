"""The licences of what the bot runs on, as the installed packages state them."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
HEAD: Final = """# Licences of the dependencies

What `requirements.txt` installs for the bot to run, generated from the packages' own words. They
ask for attribution, or for changes to the package itself to be published. The one exception is
zenpy (GPL-3.0), which the bot is built upon: to run the bot as a service asks for nothing; who
hands the bot on has to do so under that licence.

| package | licence |
|---|---|
"""
TAKEN: Final = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser|Unlicense|CNRI|Zlib"
)
EXCEPTIONS: Final = frozenset({"zenpy"})
_ONE_SYSTEM: Final = re.compile(r"sys_platform|platform_system|os_name|python_(full_)?version")


def page() -> str:
    """The table of every pinned package."""
    return HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in pinned())


def pinned() -> list[str]:
    """The packages that are installed everywhere, in order."""
    found = []
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", line)
        if match and not _ONE_SYSTEM.search(line):
            found.append(match.group(1).lower())
    return sorted(found)


def licence(name: str) -> str:
    """One line: the licence's expression, else its classifiers, else its field's first line."""
    about = metadata.metadata(name)
    expression = about.get("License-Expression")
    if expression:
        return expression
    marks = [c for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    names = [mark.rpartition(" :: ")[2] for mark in marks]
    field = (about.get("License") or "").strip().splitlines()
    return ", ".join(names) or (field[0][:80] if field else "not stated")
