"""What a webhook's body says: which ticket or issue to look at.

Bodies are hints only.  Deliveries come late, twice, out of order or not at all, so the
worker reads ticket and issue afresh, and all that is taken from here is where to look.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TICKET_EVENTS: Final = frozenset(
    {
        "attachment_linked_to_comment",
        "comment_added",
        "comment_made_private",
        "comment_redacted",
        "created",
        "custom_field_changed",
        "custom_status_changed",
        "marked_as_spam",
        "merged",
        "organization_changed",
        "permanently_deleted",
        "requester_changed",
        "soft_deleted",
        "status_changed",
        "tags_changed",
        "undeleted",
    }
)
"""Zendesk's ticket events that can move a case; the rest (priority, assignee, …) cannot."""

ISSUE_EVENTS: Final = frozenset(
    {
        "attachment_created",
        "comment_created",
        "comment_updated",
        "jira:issue_created",
        "jira:issue_deleted",
        "jira:issue_updated",
    }
)

_SUBSCRIPTION: Final = "zen:event-type:ticket."
_LONGEST_ID: Final = 80


class NotUnderstood(Exception):
    """The body is signed, but is not what the contract describes; the text quotes nothing."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Hint:
    """Look at this ticket, or what became of this issue; `id` dedupes.

    `actor` has changed the ticket at `stamp`, where the body says both.
    """

    id: str
    ticket: int | None
    issue: str | None
    source: str
    actor: str = ""
    stamp: str = ""


def from_zendesk(headers: Mapping[str, str], body: bytes) -> Hint | None:
    """The hint in a Zendesk delivery, from a trigger or a subscription; None: not for us."""
    event = _object(body)
    match event:
        case {"type": str(kind)}:
            return _from_subscription(kind, event, body)
        case {"event": "ticket_changed"}:
            return _from_trigger(headers, event, body)
        case {"event": str()}:
            return None
    raise NotUnderstood("neither a trigger's body nor a ticket event")


def from_jira(headers: Mapping[str, str], body: bytes, projects: frozenset[str]) -> Hint | None:
    """The hint in a Jira delivery; None when its issue is in none of our projects."""
    event = _object(body)
    kind = event.get("webhookEvent")
    if not isinstance(kind, str):
        raise NotUnderstood("webhookEvent is missing")
    issue = event.get("issue")
    # Data Center's comment_created names no issue; jira:issue_updated comes beside it.
    if kind not in ISSUE_EVENTS or not isinstance(issue, dict):
        return None
    key = issue.get("key")
    if not isinstance(key, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]{1,60}-[0-9]{1,18}", key):
        return None
    ticket = _ticket_of_issue(issue.get("fields"))
    if ticket is None and key.rpartition("-")[0] not in projects:
        return None
    given = headers.get("X-Atlassian-Webhook-Identifier", "")
    return Hint(_id("jira", given, body), ticket, key, "jira")


def _from_subscription(kind: str, event: dict[str, object], body: bytes) -> Hint | None:
    if kind.removeprefix(_SUBSCRIPTION) not in TICKET_EVENTS or not kind.startswith(_SUBSCRIPTION):
        return None
    detail = event.get("detail")
    said = detail if isinstance(detail, dict) else {}
    ticket = _ticket(said.get("id"), "detail.id")
    return Hint(_id("zd", event.get("id"), body), ticket, None, "zendesk", *_change(said))


def _from_trigger(headers: Mapping[str, str], event: dict[str, object], body: bytes) -> Hint:
    ticket = _ticket(event.get("ticket_id"), "ticket_id")
    invocation = headers.get("X-Zendesk-Webhook-Invocation-Id", "")
    # The invocation is not signed: with the ticket in it, it can only stand for itself.
    given = f"{invocation}:{ticket}" if invocation else ""
    # updated_at counts in seconds, so two changes can look alike; the time of signing is
    # another one for each delivery.  Looking twice is harmless, not looking is not.
    stamp = headers.get("X-Zendesk-Webhook-Signature-Timestamp", "")
    id_ = _id("zd", given, stamp.encode() + body)
    return Hint(id_, ticket, None, "zendesk", *_change(event))


def _change(said: dict[str, object]) -> tuple[str, str]:
    """Who has changed the ticket, and when; empty where that is not said, or oddly."""
    actor, stamp = str(said.get("actor_id")), str(said.get("updated_at"))
    plain = re.fullmatch(r"[0-9]{1,18}", actor) and re.fullmatch(r"[0-9TZ:.+-]{1,40}", stamp)
    return (actor, stamp) if plain else ("", "")


def _object(body: bytes) -> dict[str, object]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("not JSON") from error
    if not isinstance(event, dict):
        raise NotUnderstood("not a JSON object")
    return event


def _ticket(value: object, name: str) -> int:
    digits = str(value) if isinstance(value, str | int) else ""
    if not re.fullmatch(r"[0-9]{1,18}", digits) or int(digits) == 0:
        raise NotUnderstood(f"{name} is not the number of a ticket")
    return int(digits)


def _ticket_of_issue(fields: object) -> int | None:
    if not isinstance(fields, dict):
        return None
    labels, summary = fields.get("labels"), fields.get("summary")
    texts = [text for text in labels if isinstance(text, str)] if isinstance(labels, list) else []
    found = {int(text[3:]) for text in texts if re.fullmatch(r"zd-[0-9]{1,18}", text)}
    if not found and isinstance(summary, str):
        found = {int(number) for number in re.findall(r"\(ZD-([0-9]{1,18})\)", summary)}
    # Marked for several tickets, the issue itself has to be looked up.
    return found.pop() if len(found) == 1 and 0 not in found else None


def _id(source: str, given: object, body: bytes) -> str:
    if isinstance(given, str) and re.fullmatch(r"[!-~]+", given) and len(given) <= _LONGEST_ID:
        return f"{source}:{given}"
    return f"{source}:{hashlib.sha256(body).hexdigest()}"
