"""Asks a public database of vulnerabilities about every pinned package: `python -m docs.audit`.

A finding fails; a database that cannot be reached, or does not know the packages, is said plainly
and does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ASK = ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off"]


def main() -> int:
    """0 when nothing was found, or nobody could be asked."""
    found = asked(ROOT / "requirements.txt")
    if found is None:
        sys.stdout.write("dependencies not audited: no database of vulnerabilities answers\n")
        return 0
    lines, known = told(found)
    for line in lines:
        sys.stderr.write(f"{line}\n")
    if not known:
        sys.stdout.write("dependencies not audited: the database knows none of them here\n")
    else:
        sys.stdout.write(f"{known} dependencies audited, {len(lines)} vulnerabilities\n")
    return 1 if lines else 0


def asked(pins: Path) -> dict[str, Any] | None:
    """What pip-audit says; None when it could not ask."""
    program = str(Path(sys.executable).with_name("pip-audit"))
    try:
        answer = subprocess.run(  # noqa: S603 - our own words alone
            [program, *ASK, "-r", str(pins)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        found = json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return found if isinstance(found, dict) else None


def told(found: dict[str, Any]) -> tuple[list[str], int]:
    """A line for each vulnerability, and how many packages the database knew."""
    known = [one for one in found.get("dependencies", ()) if "skip_reason" not in one]
    lines = [
        f"{one['name']} {one['version']}: {vulnerability['id']}, fixed in "
        f"{', '.join(vulnerability.get('fix_versions') or ['no version yet'])}"
        for one in known
        for vulnerability in one.get("vulns", ())
    ]
    return lines, len(known)


if __name__ == "__main__":
    raise SystemExit(main())
