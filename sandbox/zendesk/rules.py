"""What an administrator sets up: macros, triggers, views, fields and webhooks.

Triggers really run: their conditions are held against each update, and their webhooks are sent.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sandbox.zendesk import refusal
from sandbox.zendesk.model import STATUSES, Audit, Ticket

Record = dict[str, Any]
KINDS: Final = ("macros", "triggers", "views", "ticket_fields")
FIRST_FIELD: Final = 3_900
_ULID: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONDITIONS: Final = frozenset(
    {
        *("update_type", "current_tags", "status", "subject_includes_word"),
        *("comment_includes_word", "role", "group_id", "assignee_id"),
    }
)


class Rules:
    """The records of each kind by their ids, and the webhooks with their secrets."""

    def __init__(self, new_id: Callable[[], int]) -> None:
        self._new_id = new_id
        self._fields = itertools.count(FIRST_FIELD)
        self.records: dict[str, dict[int, Record]] = {kind: {} for kind in KINDS}
        self.webhooks: dict[str, Record] = {}
        self.secrets: dict[str, str] = {}

    def add(self, kind: str, record: Record) -> Record:
        """A new record with its id."""
        number = next(self._fields) if kind == "ticket_fields" else self._new_id()
        self.records[kind][number] = {"id": number, **record}
        return self.records[kind][number]

    def the(self, kind: str, number: int) -> Record:
        """Raises the refusal for one that is not there."""
        if number not in self.records[kind]:
            raise refusal.not_found()
        return self.records[kind][number]

    def add_webhook(self, record: Record) -> Record:
        """A new webhook with its id and a secret of its own."""
        number = "01" + "".join(secrets.choice(_ULID) for _ in range(24))
        self.webhooks[number] = {"id": number, **record}
        self.secrets[number] = secrets.token_urlsafe(32)
        return self.webhooks[number]

    def the_webhook(self, number: str) -> Record:
        """Raises the refusal for one that is not there."""
        if number not in self.webhooks:
            raise refusal.not_found()
        return self.webhooks[number]

    def notified(self, ticket: Ticket, audit: Audit) -> Iterator[tuple[Record, str]]:
        """The webhooks that the active triggers notify of this update, and with which body."""
        for trigger in self.records["triggers"].values():
            if not trigger["active"] or not _fires(trigger["conditions"], ticket, audit):
                continue
            for action in trigger["actions"]:
                webhook = self.webhooks.get(_webhook_of(action))
                if webhook is not None and webhook["status"] == "active":
                    yield webhook, _filled_in(str(action["value"][1]), ticket, audit)

    def uses(self, webhook: str) -> bool:
        """Whether a trigger notifies the webhook."""
        actions = (a for t in self.records["triggers"].values() for a in t["actions"])
        return any(_webhook_of(action) == webhook for action in actions)


def checked(conditions: Mapping[str, Any]) -> None:
    """Refuses conditions that the sandbox does not know."""
    for part in ("all", "any"):
        for condition in conditions.get(part) or []:
            if condition.get("field") not in _CONDITIONS:
                raise refusal.invalid("base", f"Condition {condition.get('field')} is not valid")


def _webhook_of(action: Mapping[str, Any]) -> str:
    value = action.get("value")
    is_one = action.get("field") == "notification_webhook" and isinstance(value, list) and value
    return str(value[0]) if is_one else ""  # type: ignore[index] # is_one has seen to it


def _fires(conditions: Mapping[str, Any], ticket: Ticket, audit: Audit) -> bool:
    every = [_holds(one, ticket, audit) for one in conditions["all"]]
    some = [_holds(one, ticket, audit) for one in conditions["any"]]
    return all(every) and (not some or any(some))


def _holds(condition: Mapping[str, Any], ticket: Ticket, audit: Audit) -> bool:
    field, operator, value = (str(condition.get(k)) for k in ("field", "operator", "value"))
    if field == "update_type":
        return (audit is ticket.audits[0]) is (value == "Create")
    if field == "status":
        return _status(ticket.status, operator, value)
    if field == "current_tags":
        return _includes(operator, set(value.split()), set(ticket.tags))
    if field in ("subject_includes_word", "comment_includes_word"):
        said = [e["comment"].plain for e in audit.events if e["type"] == "Comment"]
        text = ticket.subject if field.startswith("subject") else " ".join(said)
        return _includes(operator, set(value.lower().split()), set(_words(text)))
    return False


def _includes(operator: str, wanted: set[str], there: set[str]) -> bool:
    return bool(wanted & there) is (operator == "includes")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _status(status: str, operator: str, value: str) -> bool:
    here, there = STATUSES.index(status), STATUSES.index(value)
    return {
        "is": here == there,
        "is_not": here != there,
        "less_than": here < there,
        "greater_than": here > there,
    }.get(operator, False)


def _filled_in(text: str, ticket: Ticket, audit: Audit) -> str:
    """The placeholders replaced, unescaped; one that is not known becomes nothing."""
    known = {
        "ticket.id": str(ticket.id),
        "ticket.title": ticket.subject,
        "ticket.updated_at_with_timestamp": ticket.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "current_user.id": str(audit.author_id),
    }
    return re.sub(r"{{\s*([\w.]+)\s*}}", lambda found: known.get(found.group(1), ""), text)
