"""The page on security names tests that exist, one for each threat."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", PAGE, re.MULTILINE)


def test_every_threat_has_a_test_that_exists() -> None:
    missing = []
    for threat, _, named in THREATS:
        path, _, name = named.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
        if f"def {name}(" not in text:
            missing.append(f"{threat}: {named}")

    assert missing == []
    assert len(THREATS) >= 40


def test_settings_that_the_page_names_exist() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", PAGE))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert all(f"| `{name}` |" in readme for name in named)
