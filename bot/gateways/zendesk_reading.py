"""Zendesk's JSON as our words: tickets, comments, who somebody is to a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.events import Attachment, Comment, Person, Role, Ticket
from bot.reading.html_text import plain
from bot.wording.letter import Letter
from bot.x509.intake import Blob, gather, mask_keys

_STAFF: Final = frozenset({"agent", "admin"})
UNKNOWN: Final = Person(0, "", Role.OTHER)
MARK: Final = "ssl_bot"
"""Where in a comment's metadata the mark of the attempt stands."""
_BETWEEN: Final = re.compile(r"\W+")


def ticket(
    raw: Mapping[str, Any],
    comments: Iterable[Mapping[str, Any]],
    people: Mapping[int, Mapping[str, Any]],
    titles: Mapping[int, str],
    me: int,
) -> Ticket:
    """A ticket with its comments, oldest first."""
    requester = int(raw["requester_id"])
    organization = raw.get("organization_id")
    who = {number: person(user, requester, organization, me) for number, user in people.items()}
    return Ticket(
        number=int(raw["id"]),
        subject=str(raw.get("subject") or ""),
        status=str(raw.get("status") or ""),
        tags=tuple(raw.get("tags") or ()),
        requester=requester,
        requester_name=who[requester].name if requester in who else "",
        organization=organization,
        fields=tuple(_fields(raw.get("custom_fields") or (), titles)),
        comments=tuple(comment(one, who) for one in comments),
        stamp=str(raw["updated_at"]),
        follows=_follows(raw),
    )


def person(user: Mapping[str, Any], requester: int, organization: int | None, me: int) -> Person:
    """Who the user is to the ticket."""
    number = int(user["id"])
    return Person(number, str(user.get("name") or ""), _role(user, requester, organization, me))


def comment(raw: Mapping[str, Any], who: Mapping[int, Person]) -> Comment:
    """A comment; its text keeps quotes, and private keys in it are masked."""
    author = int(raw.get("author_id") or 0)
    said = _text(raw)
    text, masked = mask_keys(said)
    # What the keys were is told by their fingerprints; from here on nothing else is left.
    keys = gather([Blob("", said.encode())]).keys if masked else ()
    return Comment(
        id=int(raw["id"]),
        author=who.get(author, UNKNOWN),
        public=bool(raw.get("public")),
        text=text,
        attachments=tuple(_attachment(one) for one in raw.get("attachments") or ()),
        keys=keys,
        made=datetime.fromisoformat(str(raw["created_at"])),
    )


def comments_of(audits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The comments in a ticket's audits, in the shape that the list of comments has."""
    found: dict[int, dict[str, Any]] = {}
    for audit in audits:
        shared = {"created_at": audit.get("created_at"), "metadata": audit.get("metadata")}
        for event in audit.get("events") or ():
            if event.get("type") == "Comment":
                shown = [one for one in event.get("attachments") or () if not one.get("inline")]
                found[int(event["id"])] = {**shared, **event, "attachments": shown}
            elif event.get("type") == "CommentPrivacyChange" and event.get("comment_id") in found:
                found[event["comment_id"]]["public"] = bool(event.get("public"))
    return list(found.values())


def stands(letter: Letter, mark: str, comments: Sequence[Mapping[str, Any]], me: int) -> bool:
    """Whether the letter is on the ticket: by its mark, or by its text if no mark is kept."""
    if any("metadata" in one for one in comments):
        return any(mark_of(one) == mark for one in comments)
    # Nothing of ours comes between two tries, but the brand may have answered already.
    ours = [one for one in comments if int(one.get("author_id") or 0) == me][-1:]
    wanted = {_letters(letter.plain()), _letters(letter.html()), _letters(plain(letter.html()))}
    return any(wanted & {_letters(_text(one)), _letters(str(one.get("body")))} for one in ours)


def tags_set(audit: Mapping[str, Any]) -> set[str]:
    """The tags that an audit's events have set."""
    added: set[str] = set()
    for event in audit.get("events") or ():
        if event.get("field_name") == "tags" and event.get("type") in ("Create", "Change"):
            added |= tags(event.get("value")) - tags(event.get("previous_value"))
    return added


def tags(value: object) -> set[str]:
    """The tags that an event has as a list or as a text."""
    if isinstance(value, str):
        return set(value.replace(",", " ").split())
    return set(value) if isinstance(value, list) else set()


def mark_of(written: Mapping[str, Any]) -> str | None:
    """The mark in the metadata of a comment or an audit; None for those of others."""
    mark = ((written.get("metadata") or {}).get("custom") or {}).get(MARK)
    return str(mark) if mark is not None else None


def by_rule(event: Mapping[str, Any]) -> bool:
    """Whether a trigger or an automation of the account has done it."""
    return (event.get("via") or {}).get("channel") == "rule"


def ends(audit: Mapping[str, Any]) -> bool:
    """Whether an audit's events have solved or closed the ticket."""
    return any(
        event.get("field_name") == "status" and event.get("value") in ("solved", "closed")
        for event in audit.get("events") or ()
    )


def _role(user: Mapping[str, Any], requester: int, organization: int | None, me: int) -> Role:
    if int(user["id"]) == me:
        return Role.BOT
    if user.get("role") in _STAFF:
        return Role.AGENT
    if user.get("suspended"):
        return Role.OTHER
    same = organization is not None and user.get("organization_id") == organization
    return Role.BRAND if int(user["id"]) == requester or same else Role.OTHER


def _follows(raw: Mapping[str, Any]) -> int | None:
    """The closed ticket that this one goes on from: a reply to it has made this one."""
    source = (raw.get("via") or {}).get("source") or {}
    if source.get("rel") != "follow_up":
        return None
    number = (source.get("from") or {}).get("ticket_id")
    return int(number) if number is not None else None


def _text(raw: Mapping[str, Any]) -> str:
    """HTML knows about quotes and tables, which the plain body has lost."""
    html = str(raw.get("html_body") or "")
    if html:
        return plain(html)
    return str(raw.get("plain_body") or raw.get("body") or "")


def _letters(text: str) -> str:
    """What is left of a text whatever becomes of its tags, bullets and line ends."""
    return _BETWEEN.sub("", text)


def _attachment(raw: Mapping[str, Any]) -> Attachment:
    return Attachment(
        id=int(raw["id"]),
        name=str(raw.get("file_name") or ""),
        url=str(raw.get("content_url") or ""),
        size=int(raw.get("size") or 0),
    )


def _fields(
    raw: Iterable[Mapping[str, Any]], titles: Mapping[int, str]
) -> Iterable[tuple[str, str]]:
    for field in raw:
        value = field.get("value")
        if isinstance(value, str) and value and int(field["id"]) in titles:
            yield titles[int(field["id"])], value
