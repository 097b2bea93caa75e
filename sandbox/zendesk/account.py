"""One account's content and every change to it; thread-safe by one lock."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any, Final

from sandbox.zendesk import refusal
from sandbox.zendesk.limits import Limits
from sandbox.zendesk.model import Attachment, Audit, Comment, Ticket, Upload, User
from sandbox.zendesk.rules import Rules

UPLOAD_LIVES: Final = timedelta(minutes=60)
LARGEST_FILE: Final = 50 * 1024 * 1024
_SCRIPT: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*\bon\w+\s*=[^>]*>", re.I | re.S)
_PARAGRAPH: Final = re.compile(r"</(?:p|ul|ol|table|blockquote|pre|h\d)>", re.I)
_BREAK: Final = re.compile(r"</(?:div|li|tr)>|<br\s*/?>", re.I)
_TAG: Final = re.compile(r"<[^>]+>")

Changed = Callable[[Ticket, Audit], None]
File = tuple[str, bytes, str]


class Account:
    """Users, tickets and files.  `changed` hears of each update while the lock is held."""

    def __init__(self, email: str) -> None:
        self.lock = threading.RLock()
        self.has_hold = True
        self.audits_bring_tickets = True
        self.limits = Limits()
        self.search_lag = 0.0  # seconds until the search knows of a change
        self.changed: Changed = _nobody
        self.before_update: Callable[[], None] | None = None
        self.organization = 7_001
        self.rules = Rules(self.new_id)
        self.administrates = True  # whether the bot's user may set up the account
        self.domain_names = ["nordlicht-store.com"]  # the organization's
        self.users = {
            user.id: user
            for user in (
                User(9_001, "SSL bot", email, "agent", None),
                User(9_002, "Agnes Agent", "agnes@symphony.example", "agent", None),
                User(9_101, "Ada Brand", "ada@nordlicht.example", "end-user", self.organization),
                User(9_102, "Carl Colleague", "carl@nordlicht.example", "end-user", 7_001),
                User(9_201, "Otto Other", "otto@elsewhere.example", "end-user", None),
            )
        }
        self.tickets: dict[int, Ticket] = {}
        self.uploads: dict[str, Upload] = {}
        self.attachments: dict[int, Attachment] = {}
        self._numbers = itertools.count(1)
        self._ids = itertools.count(40_000_001)

    def the_ticket(self, number: int) -> Ticket:
        """Raises the refusal for one that is not there."""
        if number not in self.tickets:
            raise refusal.not_found()
        return self.tickets[number]

    def the_comment(self, ticket: Ticket, number: int) -> Comment:
        """Raises the refusal for one that is not there."""
        found = next((c for c in ticket.comments if c.id == number), None)
        if found is None:
            raise refusal.not_found()
        return found

    def create(
        self,
        author: User,
        requester: User,
        subject: str,
        *,
        text: str | None = None,
        html: str | None = None,
        public: bool = True,
        files: Sequence[Attachment] = (),
        channel: str = "web",
        custom: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> tuple[Ticket, Audit]:
        """A new ticket with its first comment."""
        now = _seconds()
        ticket = Ticket(
            id=next(self._numbers),
            subject=subject,
            requester_id=requester.id,
            submitter_id=author.id,
            organization_id=requester.organization_id,
            created_at=now,
            updated_at=now,
        )
        self.tickets[ticket.id] = ticket
        events = [_event(self, "Create", field_name="subject", value=subject)]
        audit = self._update(ticket, author, changes, channel, dict(custom or {}), events)
        self._comment(ticket, audit, author, text, html, public, files, channel)
        self.changed(ticket, audit)
        return ticket, audit

    def update(
        self,
        ticket: Ticket,
        author: User,
        changes: Mapping[str, Any],
        *,
        text: str | None = None,
        html: str | None = None,
        public: bool = True,
        files: Sequence[Attachment] = (),
        channel: str = "api",
        custom: Mapping[str, Any] | None = None,
    ) -> Audit:
        """One update: checked changes and perhaps a comment, in one audit."""
        audit = self._update(ticket, author, changes, channel, dict(custom or {}), [])
        if text is not None or html is not None:
            self._comment(ticket, audit, author, text, html, public, files, channel)
        self.changed(ticket, audit)
        return audit

    def stored(self, files: Iterable[File]) -> list[Attachment]:
        """Files as attachments."""
        return [self._stored(*file) for file in files]

    def found_or_made(self, name: str, email: str) -> User:
        """The user of the address; its domain says to which organization a new one belongs."""
        for user in self.users.values():
            if user.email.lower() == email.lower():
                return user
        of_ours = email.rpartition("@")[2].lower() in self.domain_names
        organization = self.organization if of_ours else None
        made = User(self.new_id(), name, email, "end-user", organization)
        self.users[made.id] = made
        return made

    def upload(self, name: str, data: bytes, content_type: str, token: str | None) -> Upload:
        """A file that waits for a comment; several may wait under one token."""
        upload = self.uploads.get(token or "")
        if token and upload is None:
            raise refusal.invalid("token", "Token: is invalid")
        if upload is None:
            upload = Upload(secrets.token_urlsafe(24), datetime.now(UTC) + UPLOAD_LIVES)
            self.uploads[upload.token] = upload
        upload.attachments.append(self._stored(name, data, content_type))
        return upload

    def taken(self, tokens: Iterable[str]) -> list[Attachment]:
        """The files of the uploads, which are used up by it."""
        found: list[Attachment] = []
        for token in tokens:
            upload = self.uploads.pop(token, None)
            if upload is None or upload.expires_at < datetime.now(UTC):
                raise refusal.invalid("attachments", "Attachments: upload token is invalid")
            found += upload.attachments
        return found

    def redact_file(self, attachment: Attachment) -> None:
        """The bytes are gone for good; the name says so."""
        attachment.data, attachment.redacted = b"", True
        attachment.file_name, attachment.content_type = "redacted.txt", "text/plain"

    def _update(
        self,
        ticket: Ticket,
        author: User,
        changes: Mapping[str, Any],
        channel: str,
        custom: dict[str, Any],
        events: list[dict[str, Any]],
    ) -> Audit:
        for name, value in changes.items():
            before = getattr(ticket, name)
            if before != value:
                kind = "Change" if ticket.audits else "Create"
                events.append(
                    _event(self, kind, field_name=name, value=value, previous_value=before)
                )
                setattr(ticket, name, value)
        ticket.updated_at = _seconds()
        metadata = {"system": {"client": "sandbox"}, "custom": custom}
        made = datetime.now(UTC)
        audit = Audit(next(self._ids), ticket.id, author.id, made, events, metadata, channel)
        ticket.audits.append(audit)
        return audit

    def _comment(
        self,
        ticket: Ticket,
        audit: Audit,
        author: User,
        text: str | None,
        html: str | None,
        public: bool,
        files: Sequence[Attachment],
        channel: str,
    ) -> None:
        clean = _SCRIPT.sub("", html) if html is not None else as_html(text or "")
        comment = Comment(
            id=next(self._ids),
            audit_id=audit.id,
            author_id=author.id,
            public=public,
            html=clean,
            plain=as_plain(clean) if html is not None else (text or ""),
            attachments=list(files),
            metadata=audit.metadata,
            created_at=audit.created_at,
            channel=channel,
        )
        ticket.comments.append(comment)
        audit.events.append({"id": comment.id, "type": "Comment", "comment": comment})

    def _stored(self, name: str, data: bytes, content_type: str) -> Attachment:
        number = next(self._ids)
        made = Attachment(number, secrets.token_urlsafe(18), name, content_type, data)
        self.attachments[number] = made
        return made

    def new_id(self) -> int:
        """An id that nothing else has."""
        return next(self._ids)


def as_html(text: str) -> str:
    """As Zendesk shows what somebody wrote as text."""
    paragraphs = escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{'<br>'.join(p.split(chr(10)))}</p>" for p in paragraphs)


def as_plain(html: str) -> str:
    """HTML without its tags, a line for each block."""
    spaced = _BREAK.sub("\n", _PARAGRAPH.sub("\n\n", html))
    lines = unescape(_TAG.sub("", spaced)).replace("\xa0", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def redacted(comment: Comment, text: str) -> Comment:
    """The comment with every occurrence of the text blackened."""
    black = "▇" * len(text)
    hidden = comment.html.replace(escape(text, quote=False), black).replace(text, black)
    return replace(comment, html=hidden, plain=comment.plain.replace(text, black))


def _nobody(_: Ticket, __: Audit) -> None:
    """Nobody listens."""


def _event(account: Account, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": account.new_id(), "type": kind, **more}


def _seconds() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
