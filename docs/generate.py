"""Writes the parts of README.md that follow from the code: the procedure's picture, the settings.

`python -m docs.generate` writes them, `--check` fails when they are out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bot.case import At
from bot.settings import TABLE
from handlers import PROCEDURE

README = Path(__file__).resolve().parents[1] / "README.md"
AGENTS = "AgentCommanded"


def picture() -> str:
    """The table as a Mermaid state diagram; agents' commands left out for clarity."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> new"]
    for route in PROCEDURE.routes:
        if route.on.__name__ == AGENTS:
            continue
        label = f"{route.on.__name__} / {route.name}"
        lines += [f"    {route.at} --> {to}: {label}" for to in route.leads_to]
    return "\n".join([*lines, f"    {At.DONE} --> [*]", "```"])


def settings() -> str:
    """The environment as a table."""
    rows = [f"| `{v.name}` | {v.meaning} | {v.default} |" for v in TABLE]
    return "\n".join(["| name | meaning | default |", "|---|---|---|", *rows])


def written(text: str) -> str:
    """README's text with every generated part as the code has it now."""
    for name, part in (("procedure", picture()), ("settings", settings())):
        begin, end = f"<!-- {name}: generated -->", f"<!-- /{name} -->"
        pattern = re.compile(f"{begin}.*?{end}", re.DOTALL)
        assert pattern.search(text), f"README.md has no place for {name}"
        text = pattern.sub(lambda _, p=part, b=begin, e=end: f"{b}\n{p}\n{e}", text)
    return text


def main() -> int:
    """Write, or compare."""
    text = README.read_text(encoding="utf-8")
    if "--check" not in sys.argv:
        README.write_text(written(text), encoding="utf-8")
        return 0
    if written(text) == text:
        return 0
    sys.stderr.write("README.md is out of date: run make docs\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
