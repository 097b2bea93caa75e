"""What the bot needs set up in Zendesk and Jira, and how that differs from what is there.

A thing is ours when the bot's mark stands in its description, or when it has exactly the name
that the bot gives it.  Nothing else is ever touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.case import SHOWN
from bot.errors import Misconfigured
from bot.events import Command

PREFIX: Final = "SSL renewal"
WEBHOOK: Final = "<the webhook>"
"""Stands for the webhook's id, which is known only once it is made."""
BODY: Final = json.dumps(
    {
        "event": "ticket_changed",
        "ticket_id": "{{ticket.id}}",
        "updated_at": "{{ticket.updated_at_with_timestamp}}",
        "actor_id": "{{current_user.id}}",
    }
)
"""Placeholders are pasted unescaped: ids and times alone, never a text from outside."""

WORDS: Final = (
    "ssl tls https certificate certificates zertifikat certificat certificado certificato"
)
"""A new ticket with one of these is looked at; whether it asks for a renewal the bot says."""

MACROS: Final = {
    Command.START: "Start a renewal",
    Command.USE_LIVE_DETAILS: "Use the details of the live certificate",
    Command.ACCEPT: "Accept what is doubtful",
    Command.NEW_CSR: "Make a new CSR",
    Command.RESEND: "Send the last message again",
    Command.STOP: "Stop the bot, I take over",
    Command.RESUME: "Hand back to the bot",
}
VIEWS: Final = {
    "with_agent": "a person has to decide",
    "details_wanted": "waiting for details",
    "csr_ordered": "waiting for the CSR",
    "certificate_wanted": "waiting for the certificate",
    "change_open": "waiting for the installation",
    "stopped": "taken over by agents",
    "expiry_notice": "told by the expiry watch",
}
_COLUMNS: Final = ("nice_id", "subject", "requester", "status", "updated")
_JIRA_EVENTS: Final = (
    "attachment_created",
    "comment_created",
    "jira:issue_created",
    "jira:issue_deleted",
    "jira:issue_updated",
)


class Kind(StrEnum):
    """What is made, in the order in which it can be made."""

    WEBHOOK = "webhook"
    FIELD = "ticket field"
    MACRO = "macro"
    TRIGGER = "trigger"
    VIEW = "view"
    JIRA_WEBHOOK = "Jira webhook"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be there: `values` are its attributes, each as JSON."""

    kind: Kind
    name: str
    mark: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is there, with the same attributes; `description` may hold our mark."""

    kind: Kind
    id: str
    name: str
    description: str
    values: tuple[tuple[str, str], ...]


class Action(StrEnum):
    """What is to be done."""

    CREATE = "create"
    CHANGE = "change"
    LEAVE = "leave"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing and what is to be done about it; `differs` are the attributes that are wrong."""

    action: Action
    thing: Thing
    id: str = ""
    differs: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f"{self.action:<7} {self.thing.kind:<13} {self.thing.name}"
        return f"{what} ({', '.join(self.differs)})" if self.differs else what


def in_zendesk(public_url: str, *, fields: bool = False) -> tuple[Thing, ...]:
    """What the bot needs in Zendesk; `fields` adds those for site and environment."""
    chosen = _fields() if fields else ()
    return (_webhook(public_url), *chosen, *_macros(), *_triggers(), *_views())


def in_jira(public_url: str, projects: Iterable[str]) -> tuple[Thing, ...]:
    """What the bot needs in Jira."""
    section = {"issue-related-events-section": f"project in ({', '.join(sorted(projects))})"}
    values = {
        "url": f"{public_url}/webhooks/jira",
        "events": list(_JIRA_EVENTS),
        "filters": section,
        "enabled": True,
    }
    return (_thing(Kind.JIRA_WEBHOOK, f"{PREFIX} bot", "jira", values),)


def plan(
    wanted: Iterable[Thing], found: Iterable[Found], *, removing: bool = False
) -> tuple[Step, ...]:
    """What has to be done so that the wanted things are there, or are there no more."""
    there = tuple(found)
    steps = tuple(_step(thing, _ours(thing, there), removing=removing) for thing in wanted)
    if removing:
        return tuple(step for step in reversed(steps) if step.id)
    return steps


def marked(mark: str) -> str:
    """The description of a thing of ours."""
    return f"Made and kept up by the SSL renewal bot. [ssl-renewal-bot:{mark}]"


def _step(thing: Thing, found: Found | None, *, removing: bool) -> Step:
    if found is None:
        return Step(Action.CREATE, thing)
    if removing:
        return Step(Action.REMOVE, thing, found.id)
    known = dict(found.values)
    differs = [name for name, value in thing.values if known.get(name) != value]
    if found.name != thing.name:
        differs.insert(0, "name")
    return Step(Action.CHANGE if differs else Action.LEAVE, thing, found.id, tuple(differs))


def _ours(thing: Thing, there: tuple[Found, ...]) -> Found | None:
    mark = f"[ssl-renewal-bot:{thing.mark}]"
    same = [one for one in there if one.kind is thing.kind]
    ours = [one for one in same if mark in one.description]
    ours = ours or [one for one in same if one.name == thing.name]
    if len(ours) > 1:
        raise Misconfigured(
            f"there are {len(ours)} things of the kind {thing.kind} that could be “{thing.name}”; "
            "please delete all of them but one"
        )
    return ours[0] if ours else None


def _thing(kind: Kind, name: str, mark: str, values: dict[str, Any]) -> Thing:
    if kind is not Kind.JIRA_WEBHOOK:
        values = {"description": marked(mark), **values}
    return Thing(kind, name, mark, tuple((k, as_json(v)) for k, v in values.items()))


def as_json(value: Any) -> str:
    """In one form, so that equal values are equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _webhook(public_url: str) -> Thing:
    values = {
        "endpoint": f"{public_url}/webhooks/zendesk",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["conditional_ticket_events"],
    }
    return _thing(Kind.WEBHOOK, f"{PREFIX} bot", "webhook", values)


def _macros() -> Iterator[Thing]:
    for command, what in MACROS.items():
        actions = [{"field": "current_tags", "value": command.value}]
        values = {"active": True, "actions": actions}
        yield _thing(Kind.MACRO, f"{PREFIX}::{what}", command.value, values)


def _triggers() -> Iterator[Thing]:
    created = [_condition("update_type", "is", "Create")]
    words = [
        _condition("subject_includes_word", "includes", WORDS),
        _condition("comment_includes_word", "includes", WORDS),
    ]
    yield _trigger("tell the bot of new tickets about certificates", "new", created, words)
    tags = " ".join(("ssl_renewal", *(command.value for command in Command)))
    tagged = [_condition("current_tags", "includes", tags)]
    yield _trigger("tell the bot of changes to its tickets", "changed", tagged, [])


def _trigger(what: str, mark: str, every: list[Any], some: list[Any]) -> Thing:
    actions = [{"field": "notification_webhook", "value": [WEBHOOK, BODY]}]
    values = {"active": True, "all": every, "any": some, "actions": actions}
    return _thing(Kind.TRIGGER, f"{PREFIX}: {what}", mark, values)


def _views() -> Iterator[Thing]:
    shown = {"expiry_notice", *(tag for tag, _ in SHOWN.values())}
    for tag, what in VIEWS.items():
        assert tag in shown, "a view shows a stage, or the notices of the watch"
        every = [
            _condition("current_tags", "includes", f"ssl_{tag}"),
            _condition("status", "less_than", "closed"),
        ]
        values = {"active": True, "all": every, "any": [], "columns": list(_COLUMNS)}
        yield _thing(Kind.VIEW, f"{PREFIX}: {what}", tag, values)


def _fields() -> Iterator[Thing]:
    yield _thing(Kind.FIELD, f"{PREFIX}: site", "site", {"active": True, "type": "text"})
    options = [
        {"name": "production", "value": "ssl-production"},
        {"name": "staging", "value": "ssl-staging"},
    ]
    values = {"active": True, "type": "tagger", "custom_field_options": options}
    yield _thing(Kind.FIELD, f"{PREFIX}: environment", "environment", values)


def _condition(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}
