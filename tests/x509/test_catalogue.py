"""Every code that people may see is explained, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.x509.catalogue import BY_CODE, FAMILIES, finding
from bot.x509.findings import Severity
from tests.conftest import SHARED

BOT = Path(__file__).resolve().parents[2] / "bot"
HANDLERS = BOT.parent / "handlers"
CODE = re.compile(
    r"(?:FMT|ZIP|KEY|SAN|CN|CHAIN|FIELD|SITE|NAME|SCT|SELF|IS|WEAK|NO|TEST|PRIVATE|SUBJECT|SAME|OLDER"
    r"|NOT|SHORT|TOO|COUNTRY|WILDCARD|BITS|OU)_[A-Z]+(?:_[A-Z]+)*|EXPIRED|REVOKED"
)
OTHERS = {
    # Settings and answers of the web doors that look like codes.
    "KEY_STORE_KEYS",
    "KEY_RECIPIENTS",
    "KEY_HANDOVER",
    "NOT_FOUND",
    "NOT_JSON",
    "NOT_UNDERSTOOD",
    "TOO_LARGE",
}
ADDED = {
    "SCT_MISSING",
    "SITE_CHANGED",
    "SITE_EXPIRED",
    "SITE_NAME_MISMATCH",
    "SITE_ROLLED_BACK",
    "SITE_UNATTENDED",
}
"""Codes of this bot beyond the contract, which may be added to."""


def used() -> set[str]:
    """Strings in the code that are spelt as codes are."""
    found = set()
    for path in (*BOT.rglob("*.py"), *HANDLERS.rglob("*.py")):
        if path.parent.name == "catalogue":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if CODE.fullmatch(node.value) else set()
    return found - OTHERS


def test_every_code_in_use_is_in_the_catalogue() -> None:
    assert used() - set(BY_CODE) == set()
    assert len(used()) > 40


def test_contract_and_catalogue_have_the_same_codes() -> None:
    contract = SHARED / "contract.md"
    if not contract.exists():
        pytest.skip("the contract is not on this machine")
    section = contract.read_text().split("## Finding codes")[1]
    rows = dict(re.findall(r"^\| (\w+) \| (`.*) \|$", section, re.MULTILINE))
    held = {family: {e.code for e in entries} - ADDED for family, entries in FAMILIES.items()}

    assert {f: set(re.findall(r"`(\w+)`", codes)) for f, codes in rows.items()} == held


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    for entry in BY_CODE.values():
        for sentence in (entry.meaning, entry.for_brand, entry.for_agent):
            assert sentence[0].isupper()
            assert sentence.endswith(".")


def test_no_code_stands_twice() -> None:
    assert len(BY_CODE) == sum(map(len, FAMILIES.values()))


def test_finding_takes_its_severity_from_the_catalogue_unless_told() -> None:
    assert finding("EXPIRED", "b", "a").severity is Severity.BLOCK
    assert finding("EXPIRED", "b", "a", severity=Severity.INFO).severity is Severity.INFO
