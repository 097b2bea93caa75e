"""What a Zendesk holds: users, tickets with comments and audits, uploads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

STATUSES: Final = ("new", "open", "pending", "hold", "solved", "closed")
"""As Zendesk orders them: `less_than` in its conditions follows this order."""


@dataclass(frozen=True, slots=True)
class User:
    """A person; `role` is end-user, agent or admin."""

    id: int
    name: str
    email: str
    role: str
    organization_id: int | None


@dataclass
class Attachment:
    """A file; its `token` opens it to whoever has it."""

    id: int
    token: str
    file_name: str
    content_type: str
    data: bytes
    redacted: bool = False


@dataclass
class Upload:
    """Files that wait to be attached, once, until `expires_at`."""

    token: str
    expires_at: datetime
    attachments: list[Attachment] = field(default_factory=list)


@dataclass
class Comment:
    """One comment, with the metadata of the audit that it came with."""

    id: int
    audit_id: int
    author_id: int
    public: bool
    html: str
    plain: str
    attachments: list[Attachment]
    metadata: dict[str, Any]
    created_at: datetime
    channel: str


@dataclass
class Audit:
    """Everything that one update did."""

    id: int
    ticket_id: int
    author_id: int
    created_at: datetime
    events: list[dict[str, Any]]
    metadata: dict[str, Any]
    channel: str


@dataclass
class Ticket:
    """A ticket; `updated_at` counts in seconds, so updates may share it, as at the real one."""

    id: int
    subject: str
    requester_id: int
    submitter_id: int
    organization_id: int | None
    created_at: datetime
    updated_at: datetime
    status: str = "new"
    tags: list[str] = field(default_factory=list)
    fields: dict[int, Any] = field(default_factory=dict)
    priority: str | None = None
    assignee_id: int | None = None
    followup_of: int | None = None
    external_id: str | None = None
    comments: list[Comment] = field(default_factory=list)
    audits: list[Audit] = field(default_factory=list)
