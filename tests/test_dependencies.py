"""Dependencies: their licences are taken ones, and what is known to be vulnerable is told."""

from __future__ import annotations

import re
from pathlib import Path

from docs import audit, licences

ROOT = Path(__file__).resolve().parents[1]


def test_every_licence_is_one_that_is_taken() -> None:
    named = {name: licences.licence(name) for name in licences.pinned()}

    odd = {name for name, text in named.items() if not licences.TAKEN.search(text)}
    assert odd == licences.EXCEPTIONS


def test_every_dependency_of_the_short_list_has_its_reason() -> None:
    wanted = re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    reasons = (ROOT / "docs" / "dependencies.md").read_text()

    assert [name for name in wanted if name not in reasons] == []


def test_vulnerability_is_told_with_its_remedy() -> None:
    found = {
        "dependencies": [
            {"name": "flask", "version": "0.1", "vulns": [{"id": "X-1", "fix_versions": ["1.0"]}]},
            {"name": "click", "version": "8", "vulns": []},
            {"name": "odd", "skip_reason": "not known"},
        ]
    }

    assert audit.told(found) == (["flask 0.1: X-1, fixed in 1.0"], 2)


def test_nobody_to_ask_is_no_answer(tmp_path: Path) -> None:
    assert audit.asked(tmp_path / "missing.txt") is None
