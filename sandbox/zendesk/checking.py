"""What a request may say: types and values are refused as the real one does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.zendesk import refusal
from sandbox.zendesk.account import Account
from sandbox.zendesk.model import STATUSES, Attachment, Ticket
from sandbox.zendesk.shapes import FIELDS, stamp

_TAG: Final = re.compile(r"[^\s,]+")


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text_or_texts(value: object) -> bool:
    return isinstance(value, str) or _texts(value)


def _mapping(value: object) -> bool:
    return isinstance(value, dict)


def _mappings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


Kinds = Mapping[str, Callable[[object], bool]]
_TICKET: Final[Kinds] = {
    **dict.fromkeys(
        ("subject", "status", "priority", "updated_stamp", "type", "external_id"), _text
    ),
    **dict.fromkeys(("requester_id", "submitter_id", "assignee_id", "group_id", "id"), _number),
    "organization_id": _number,
    "requester": _mapping,
    "tags": _texts,
    "custom_fields": _mappings,
    "comment": _mapping,
    "metadata": _mapping,
    "safe_update": _flag,
}
_COMMENT: Final[Kinds] = {
    **dict.fromkeys(("body", "html_body"), _text),
    "public": _flag,
    "author_id": _number,
    "uploads": _text_or_texts,
    "type": _text,
}


@dataclass
class Wanted:
    """A checked request: the changes, and the comment if there is one."""

    changes: dict[str, Any] = field(default_factory=dict)
    text: str | None = None
    html: str | None = None
    public: bool = True
    author_id: int | None = None
    files: list[Attachment] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)


def wanted(account: Account, body: object, ticket: Ticket | None) -> Wanted:
    """What a POST or PUT of a ticket asks for; raises the refusal."""
    if not isinstance(body, dict) or not isinstance(body.get("ticket"), dict):
        raise refusal.wrong_type("ticket")
    given = _typed(body["ticket"], _TICKET)
    if ticket is not None:
        _current(ticket, given)
    made = Wanted(custom=dict(given.get("metadata", {})))
    made.changes = _changes(account, given, ticket)
    if "comment" in given:
        _comment(account, _typed(given["comment"], _COMMENT), made)
    return made


def tags(given: object) -> list[str]:
    """Lower case, each once; a blank within is refused."""
    if not _texts(given):
        raise refusal.wrong_type("tags")
    assert isinstance(given, list), "as was just seen"
    if any(not _TAG.fullmatch(tag) for tag in given):
        raise refusal.invalid("tags", "Tags: contain characters that are not allowed")
    return list(dict.fromkeys(tag.lower() for tag in given))


def _typed(given: dict[str, Any], kinds: Kinds) -> dict[str, Any]:
    for name, value in given.items():
        if name not in kinds:
            raise refusal.unknown(name)
        if value is not None and not kinds[name](value):
            raise refusal.wrong_type(name)
    return {name: value for name, value in given.items() if value is not None}


def _current(ticket: Ticket, given: dict[str, Any]) -> None:
    if ticket.status == "closed":
        raise refusal.invalid("status", "Status: closed prevents ticket update")
    if given.get("safe_update") and given.get("updated_stamp") != stamp(ticket.updated_at):
        raise refusal.conflict()


def _changes(account: Account, given: dict[str, Any], ticket: Ticket | None) -> dict[str, Any]:
    plain = ("subject", "priority", "assignee_id", "external_id")
    changes: dict[str, Any] = {name: given[name] for name in plain if name in given}
    if "status" in given:
        status = given["status"]
        if status not in STATUSES or (status == "hold" and not account.has_hold):
            raise refusal.invalid("status", "Status: is not included in the list")
        if status == "new" and ticket is not None and ticket.status != "new":
            raise refusal.invalid("status", "Status: new can not be selected")
        changes["status"] = status
    if "tags" in given:
        changes["tags"] = tags(given["tags"])
    if "custom_fields" in given:
        known = dict(ticket.fields) if ticket else {}
        for entry in given["custom_fields"]:
            made = account.rules.records["ticket_fields"]
            if entry.get("id") not in FIELDS and entry.get("id") not in made:
                raise refusal.invalid("custom_fields", "Custom field: does not exist")
            known[entry["id"]] = entry.get("value")
        changes["fields"] = known
    return changes


def _comment(account: Account, given: dict[str, Any], made: Wanted) -> None:
    made.html, made.text = given.get("html_body"), given.get("body")
    if made.html is not None:
        made.text = None
    if not (made.html or made.text or "").strip():
        raise refusal.invalid("comment", "Comment: cannot be blank")
    made.public = given.get("public", True)
    made.author_id = given.get("author_id")
    if made.author_id is not None and made.author_id not in account.users:
        raise refusal.invalid("author", "Author: does not exist")
    uploads = given.get("uploads", [])
    made.files = account.taken([uploads] if isinstance(uploads, str) else uploads)
