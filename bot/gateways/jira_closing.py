"""Chooses how to close an issue out of what its workflow offers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

Json = dict[str, Any]
_WELL: Final = ("done", "closed", "resolved", "fixed", "completed", "complete")
_DECLINED: Final = re.compile(
    r"declin|reject|cancel|abandon|den(y|ied)|duplicate|invalid|fail|obsolete|withdrawn"
    r"|roll(ed|ing)? ?back|w(on'?t|ill not)|cannot|can't|not ",
    re.IGNORECASE,
)


def is_done(status: object) -> bool:
    """Whether a status is of the category done; where none is told, whether its name says so."""
    if not isinstance(status, dict):
        return False
    category = status.get("statusCategory")
    if isinstance(category, dict) and category.get("key"):
        return bool(category["key"] == "done")
    return str(status.get("name", "")).casefold() in _WELL


def way(offered: Iterable[Json]) -> Json | None:
    """The body of the transition that closes well; None when none does."""
    fitting = [t for t in offered if is_done(t.get("to")) and not _DECLINED.search(_names(t))]
    for transition in sorted(fitting, key=lambda t: _rank(str(t["to"].get("name", "")))):
        values = _values(transition.get("fields") or {})
        if values is not None:
            # A string by the specification; Jira has given numbers here as well.
            body: Json = {"transition": {"id": str(transition["id"])}}
            return {**body, "fields": values} if values else body
    return None


def _names(transition: Json) -> str:
    return f"{transition.get('name', '')} / {transition['to'].get('name', '')}"


def _rank(name: str) -> int:
    folded = name.casefold()
    return _WELL.index(folded) if folded in _WELL else len(_WELL)


def _values(screen: Json) -> Json | None:
    """What the screen must be given; None when it asks for more than a resolution."""
    values: Json = {}
    for name, field in screen.items():
        if name == "resolution":
            chosen = _resolution(field.get("allowedValues") or ())
            if chosen is not None:
                values[name] = {"id": str(chosen["id"])}
                continue
        if field.get("required") and not field.get("hasDefaultValue"):
            return None
    return values


def _resolution(allowed: Iterable[Json]) -> Json | None:
    fitting = [r for r in allowed if not _DECLINED.search(str(r.get("name", "")))]
    return min(fitting, key=lambda r: _rank(str(r.get("name", ""))), default=None)
