"""The runbook is found by the name of the log line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOUD = {"warning", "error", "exception", "critical"}


def test_every_warning_and_error_has_its_heading_in_the_runbook():
    runbook = (ROOT / "docs" / "things-that-go-wrong.md").read_text()
    headings = set(re.findall(r"^## `([^`]+)`$", runbook, re.MULTILINE))

    names = {name for path in SOURCES for name in loud_names(ast.parse(path.read_text()))}

    assert {"event failed", "webhook answered", "call failed"} <= names
    assert names - headings == set()


def test_every_loud_line_has_a_constant_name():
    faults = [
        f"{path.name}:{call.lineno}"
        for path in SOURCES
        for call in loud_calls(ast.parse(path.read_text()))
        if not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert faults == []


SOURCES = sorted((ROOT / "bot").rglob("*.py")) + sorted((ROOT / "handlers").rglob("*.py"))


def loud_names(tree: ast.Module) -> Iterator[str]:
    for call in loud_calls(tree):
        if call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def loud_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of a logger's loud methods, also by a name that one of them was given."""
    given = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(is_loud(part) for part in ast.walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            is_loud(node.func) or (isinstance(node.func, ast.Name) and node.func.id in given)
        ):
            yield node


def is_loud(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in LOUD
        and isinstance(node.value, ast.Name)
        and node.value.id == "log"
    )
