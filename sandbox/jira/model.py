"""What a Jira holds: projects, issues and what hangs on them; the workflow of both projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Status:
    """A status; `category` is new, indeterminate or done."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A way into a status; each of ours bears the status's name."""

    id: str
    to: Status


@dataclass(frozen=True, slots=True)
class IssueType:
    """An issue type."""

    id: str
    name: str


@dataclass
class Project:
    """A project, its types, and its security levels by name."""

    id: str
    key: str
    name: str
    types: tuple[IssueType, ...]
    levels: dict[str, str] = field(default_factory=dict)
    last: int = 0  # number of the newest issue


@dataclass(frozen=True, slots=True)
class Person:
    """Who does something."""

    id: str
    name: str
    email: str


@dataclass
class Comment:
    """A comment, in wiki text."""

    id: int
    author: Person
    body: str
    visibility: dict[str, Any] | None
    created: datetime


@dataclass
class Attachment:
    """A file on an issue."""

    id: int
    issue: str
    name: str
    mime: str
    data: bytes
    author: Person
    created: datetime


@dataclass
class Link:
    """`outward` is what `inward` relates to."""

    id: int
    type: str
    inward: str
    outward: str


@dataclass
class Issue:
    """An issue; `security` is the id of its level."""

    id: int
    number: int
    key: str
    project: Project
    type: IssueType
    summary: str
    description: str | None
    labels: list[str]
    security: str | None
    reporter: Person
    status: Status
    created: datetime
    updated: datetime
    indexed: float  # monotonic time from which a search finds it
    resolution: str | None = None
    resolved: datetime | None = None
    comments: list[Comment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    remotes: list[dict[str, Any]] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


TO_DO: Final = Status("10000", "To Do", "new")
IN_PROGRESS: Final = Status("3", "In Progress", "indeterminate")
DONE: Final = Status("10002", "Done", "done")
DECLINED: Final = Status("10003", "Declined", "done")
STATUSES: Final = {s.name: s for s in (TO_DO, IN_PROGRESS, DONE, DECLINED)}
TRANSITIONS: Final = (
    Transition("11", TO_DO),
    Transition("21", IN_PROGRESS),
    Transition("31", DONE),
    Transition("41", DECLINED),
)
OFFERS: Final = {
    "To Do": ("21", "41", "31"),
    "In Progress": ("11", "41", "31"),
    "Done": ("11",),
    "Declined": ("11",),
}
RESOLUTIONS: Final = {
    "Done": "10000",
    "Won't Do": "10001",
    "Duplicate": "10002",
    "Cannot Reproduce": "10003",
    "Declined": "10004",
}
LINK_TYPES: Final = {
    "Blocks": ("10000", "is blocked by", "blocks"),
    "Duplicate": ("10002", "is duplicated by", "duplicates"),
    "Relates": ("10003", "relates to", "relates to"),
}


def projects() -> dict[str, Project]:
    """ITOPS and SPC, empty."""
    task, bug = IssueType("10001", "Task"), IssueType("10004", "Bug")
    change = IssueType("10010", "Change Request")
    return {
        "ITOPS": Project("10000", "ITOPS", "IT Operations", (task, bug)),
        "SPC": Project("10001", "SPC", "SaaS Production Changes", (change, task)),
    }


def now() -> datetime:
    """The present, to the millisecond as Jira keeps it."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)
