"""Finds the issue of a reference, also one that the search does not show yet.

See docs/decisions/004-search-before-create.md.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from bot.errors import Gone, TryLater
from bot.gateways.jira_client import Client

BEHIND: Final = 25
"""How many numbers below the newest indexed issue may be indexed later than it."""

GAP: Final = 10
"""So many numbers without an issue above the newest one are its end."""

MOST: Final = 200
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def label_of(reference: str) -> str:
    """A label for exactly this reference; labels take no blanks."""
    plain = _UNSAFE.sub("-", reference)[:80]
    if plain != reference:
        plain = f"{plain}-{hashlib.sha256(reference.encode()).hexdigest()[:12]}"
    return f"ssl-ref-{plain}"


def by_label(client: Client, project: str, label: str) -> str:
    """The key of the oldest issue with the label; empty when there is none."""
    what = f"a search in {project}"
    restriction = f'project = "{project}"'
    jql = f'{restriction} AND labels = "{label}" ORDER BY created ASC'
    for key in client.search(jql, 1, what):
        return key
    indexed = {
        int(number)
        for found, _, number in (
            key.rpartition("-")
            for key in client.search(f"{restriction} ORDER BY key DESC", 2 * BEHIND, what)
        )
        if found == project and number.isdecimal()
    }
    return _past_the_index(client, project, label, indexed)


def _past_the_index(client: Client, project: str, label: str, indexed: set[int]) -> str:
    """Issues are numbered in order and each can be read at once by its key."""
    newest = max(indexed, default=0)
    number, misses = max(newest - BEHIND, 0), 0
    while misses < GAP:
        number += 1
        if number in indexed:
            continue
        if number > newest + MOST:
            raise TryLater(f"the index of {project} is far behind", 60.0)
        labels = _labels(client, f"{project}-{number}")
        if labels is None:
            misses += number > newest
        elif label in labels:
            return f"{project}-{number}"
        else:
            misses = 0
    return ""


def _labels(client: Client, key: str) -> list[str] | None:
    """None for a number that was never given, is deleted, or may not be seen."""
    try:
        fields = client.get(f"issue/{key}", f"issue {key}", fields="labels").get("fields")
    except Gone:
        return None
    found = fields.get("labels") if isinstance(fields, dict) else None
    return list(found) if isinstance(found, list) else []
