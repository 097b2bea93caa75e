"""A small part of JQL; what it does not understand is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.jira.errors import Refusal
from sandbox.jira.model import RESOLUTIONS, STATUSES, Issue
from sandbox.jira.site import Site

_TOKEN: Final = re.compile(
    r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|>=|=|,|\(|\))|([^\s"'=!>,()]+))"""
)
_FIELDS: Final = ("project", "labels", "status", "key", "issuekey", "issuetype", "resolution")
_ORDERS: Final[dict[str, Callable[[Issue], object]]] = {
    "key": lambda issue: (issue.project.key, issue.number),
    "created": lambda issue: (issue.created, issue.id),
    "updated": lambda issue: (issue.updated, issue.id),
}


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    quoted: bool


def found(site: Site, query: str) -> list[Issue]:
    """The issues that fit, in the order asked for, newest first by default."""
    words = _words(query)
    cut = next(
        (n for n, w in enumerate(words) if not w.quoted and w.text.lower() == "order"), len(words)
    )
    tests = _clauses(site, words[:cut])
    if site.cloud and not tests:
        raise Refusal(
            400,
            "Unbounded JQL queries are not allowed here. "
            "Please add a search restriction to your query.",
        )
    fitting = [issue for issue in site.all_issues() if all(test(issue) for test in tests)]
    return _ordered(fitting, words[cut:])


def _words(query: str) -> list[_Word]:
    words, place = [], 0
    query = query.rstrip()
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            raise _unclear(f"The character '{query[place]}' is not expected at {place + 1}.")
        double, single, sign, plain = match.groups()
        quoted = double if double is not None else single
        if quoted is not None:
            words.append(_Word(re.sub(r"\\(.)", r"\1", quoted), quoted=True))
        else:
            words.append(_Word(sign or plain, quoted=False))
        place = match.end()
    return words


def _clauses(site: Site, words: list[_Word]) -> list[Callable[[Issue], bool]]:
    tests: list[Callable[[Issue], bool]] = []
    rest = words
    while rest:
        if tests:
            if rest[0].quoted or rest[0].text.lower() != "and":
                raise _unclear(f"Expecting 'AND' but got '{rest[0].text}'.")
            rest = rest[1:]
        if len(rest) >= 3 and (rest[0].text.lower(), rest[1].text) == ("updated", ">="):
            tests.append(_since(rest[2].text))
            rest = rest[3:]
            continue
        if len(rest) < 3 or rest[1].quoted or rest[1].text not in ("=", "!="):
            raise _unclear("Expecting a field, '=' or '!=', and a value.")
        field, sign, value = rest[0].text.lower(), rest[1].text, rest[2]
        if not value.quoted and value.text in ("(", ")", ",", "=", "!="):
            raise _unclear(f"Expecting a value but got '{value.text}'.")
        tests.append(_test(site, field, value.text, wanted=sign == "="))
        rest = rest[3:]
    return tests


def _test(site: Site, field: str, value: str, *, wanted: bool) -> Callable[[Issue], bool]:
    if field not in _FIELDS:
        raise Refusal(
            400, f"Field '{field}' does not exist or you do not have permission to view it."
        )
    known = _known(site, field)
    if known is not None and value.lower() not in known:
        raise Refusal(400, f"The value '{value}' does not exist for the field '{field}'.")
    folded = value.lower()
    # Labels alone are compared as they are written.
    if field == "labels":
        return lambda issue: (value in issue.labels) is wanted
    return lambda issue: (folded in _values(issue, field)) is wanted


def _since(value: str) -> Callable[[Issue], bool]:
    """Only minutes back from now; real ones take dates too, in the zone of the user."""
    found = re.fullmatch(r"-([0-9]+)m", value)
    if found is None:
        raise Refusal(400, f"Date value '{value}' for field 'updated' is invalid.")
    start = datetime.now(UTC) - timedelta(minutes=int(found[1]))
    return lambda issue: issue.updated >= start


def _known(site: Site, field: str) -> set[str] | None:
    if field == "project":
        projects = site.projects.values()
        return {p.key.lower() for p in projects} | {p.name.lower() for p in projects}
    if field == "status":
        return {name.lower() for name in STATUSES}
    if field == "issuetype":
        return {t.name.lower() for p in site.projects.values() for t in p.types}
    if field == "resolution":
        return {name.lower() for name in RESOLUTIONS} | {"unresolved"}
    if field in ("key", "issuekey"):
        return {issue.key.lower() for issue in site.all_issues()}
    return None


def _values(issue: Issue, field: str) -> set[str]:
    return {
        "project": {issue.project.key.lower(), issue.project.name.lower()},
        "status": {issue.status.name.lower()},
        "key": {issue.key.lower()},
        "issuekey": {issue.key.lower()},
        "issuetype": {issue.type.name.lower()},
        "resolution": {(issue.resolution or "unresolved").lower()},
    }[field]


def _ordered(issues: list[Issue], words: list[_Word]) -> list[Issue]:
    if not words:
        return sorted(issues, key=_ORDERS["created"], reverse=True)  # type: ignore[arg-type]
    texts = [w.text.lower() for w in words]
    if len(texts) not in (3, 4) or texts[1] != "by" or texts[3:] not in ([], ["asc"], ["desc"]):
        raise _unclear("Expecting ORDER BY with one field and ASC or DESC.")
    if texts[2] not in _ORDERS:
        raise Refusal(400, f"Field '{texts[2]}' does not exist or this field cannot be sorted by.")
    return sorted(issues, key=_ORDERS[texts[2]], reverse=texts[3:] == ["desc"])  # type: ignore[arg-type]


def _unclear(what: str) -> Refusal:
    return Refusal(400, f"Error in the JQL Query: {what}")
