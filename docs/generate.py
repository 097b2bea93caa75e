"""Writes what follows from the code: the README's picture and settings, the finding codes,
the API's description.

`python -m docs.generate` writes them, `--check` fails when they are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from bot.case import At
from bot.settings import TABLE
from bot.web.api import document
from bot.web.api.endpoints import TABLE as TABLE_OF_API
from bot.x509.catalogue import FAMILIES
from docs import licences
from handlers import PROCEDURE

README = Path(__file__).resolve().parents[1] / "README.md"
FINDINGS = README.parent / "docs" / "findings.md"
LICENCES = README.parent / "docs" / "licences.md"
OPENAPI = README.parent / "docs" / "openapi.json"
INTRODUCTION = """# Finding codes

What the bot finds wrong, mended or worth knowing, generated from its own catalogue. A letter to a
brand that refuses something and the internal note that goes with it name each finding by its code,
such as `[KEY_MISMATCH]`.

| severity | means |
|---|---|
| `fixed` | the bot mended it: said, goes on |
| `info` | worth knowing |
| `ack` | goes on when an agent sets `ssl_accept`, for exactly these findings and certificate |
| `block` | something else has to be sent |
"""


def picture() -> str:
    """The seven steps of the table as a Mermaid state diagram."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> new"]
    for route in PROCEDURE.routes:
        if not route.of_a_step:
            continue
        label = f"{route.on.__name__} / {route.name}"
        lines += [f"    {route.at} --> {to}: {label}" for to in route.leads_to]
    return "\n".join([*lines, f"    {At.DONE} --> [*]", "```"])


def settings() -> str:
    """The environment as a table."""
    rows = [f"| `{v.name}` | {v.meaning} | {v.default} |" for v in TABLE]
    return "\n".join(["| name | meaning | default |", "|---|---|---|", *rows])


def findings() -> str:
    """Every finding code by family: what it means, and what brand and agent can do."""
    parts = [INTRODUCTION]
    for family, entries in FAMILIES.items():
        rows = [
            f"| `{e.code}` | {e.usually} | {e.meaning} | {e.for_brand} | {e.for_agent} |"
            for e in entries
        ]
        head = "| code | usually | means | brand | agent |\n|---|---|---|---|---|"
        parts.append("\n".join([f"## {family.capitalize()}", "", head, *rows, ""]))
    return "\n".join(parts)


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
    pages = {
        README: written(README.read_text(encoding="utf-8")),
        FINDINGS: findings(),
        LICENCES: licences.page(),
        OPENAPI: json.dumps(document.described(TABLE_OF_API), indent=1, ensure_ascii=False) + "\n",
    }
    if "--check" not in sys.argv:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path.name for path, text in pages.items() if not _holds(path, text)]
    for name in stale:
        sys.stderr.write(f"{name} is out of date: run make docs\n")
    return 1 if stale else 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
