"""What happened, as the procedure sees it; derived from the ticket, never from a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the ticket."""

    BRAND = "brand"  # the requester, or of the requester's organization
    AGENT = "agent"
    BOT = "bot"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Person:
    """The author of a comment or change."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a comment, not yet downloaded; `size` in bytes as the helpdesk says."""

    id: int
    name: str
    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: `text` is plain text with quotes kept; private keys are masked already."""

    id: int
    author: Person
    public: bool
    text: str
    attachments: tuple[Attachment, ...]
    made: datetime
    keys: tuple[str, ...] = ()  # SPKI SHA-256 of the private keys that were masked in the text


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as read now.  `fields` are the filled custom fields, title and value."""

    number: int
    subject: str
    status: str
    tags: tuple[str, ...]
    requester: int
    requester_name: str
    organization: int | None
    fields: tuple[tuple[str, str], ...]
    comments: tuple[Comment, ...]
    stamp: str  # updated_at, as safe_update wants it
    follows: int | None = None  # the closed ticket that this one is a follow-up of


class Command(StrEnum):
    """What an agent's macro asks for: one tag each, obeyed once and removed."""

    START = "ssl_start"
    USE_LIVE_DETAILS = "ssl_use_live_details"
    ACCEPT = "ssl_accept"
    NEW_CSR = "ssl_new_csr"
    RESEND = "ssl_resend"
    STOP = "ssl_stop"
    RESUME = "ssl_resume"


@dataclass(frozen=True, slots=True)
class Order:
    """A command that a person has given on the dashboard, for the case as it was seen there.

    `at` is the stage that was shown, `csr` the key (SPKI SHA-256) of the CSR; `acceptance` is
    what an `ssl_accept` was bound to.
    """

    command: Command
    person: str
    at: str
    acceptance: str = ""
    csr: str = ""


@dataclass(frozen=True, slots=True)
class TicketFlagged:
    """A ticket speaks of an expiring certificate, or carries the tag of a renewal."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class BrandReplied:
    """Somebody of the brand wrote a public comment."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class FormFilled:
    """Somebody of the brand has filled in the form's page; `answers` are fields and values."""

    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeyPosted:
    """A comment holds a private key.

    `keys` are the fingerprints (SPKI SHA-256) of those that could be read, `files` the ids of
    the attachments with a key in them, `certified` says whether a certificate for one of the
    keys came along.
    """

    comment: Comment
    keys: tuple[str, ...]
    files: tuple[int, ...]
    certified: bool


@dataclass(frozen=True, slots=True)
class AgentCommanded:
    """An agent applied one of our macros."""

    command: Command
    agent: Person


@dataclass(frozen=True, slots=True)
class Reached:
    """The case has come to a stage at which the bot itself has work to do."""


@dataclass(frozen=True, slots=True)
class CsrRequestSeen:
    """The CSR request was looked at while people make the CSR; `gone` when it was deleted."""

    done: bool = False
    status: str = ""
    resolution: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ChangeResolved:
    """The SaaS team finished the change."""

    status: str
    resolution: str


@dataclass(frozen=True, slots=True)
class LookDue:
    """The time has come to look at the site again."""


@dataclass(frozen=True, slots=True)
class WaitBegan:
    """The brand owes an answer from now on."""


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """The brand has not answered for long; `last_word` is when brand or agent wrote last."""

    last_word: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketEnded:
    """The ticket was solved, closed or deleted before the renewal was done.

    `into` is the ticket that it was merged into; `closed` says that it takes no more updates.
    """

    by: Person
    closed: bool = False
    into: int | None = None


@dataclass(frozen=True, slots=True)
class TicketReopened:
    """The ticket lives again after it had ended too early."""


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """A new ticket goes on from another one: a reply to a closed one, or what one merged into."""

    ticket: Ticket
    earlier: int


@dataclass(frozen=True, slots=True)
class RollbackOver:
    """The old certificate will not be wanted back any more; `closed`: neither will the ticket."""

    closed: bool


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The site serves the certificate from before the renewal again, at these addresses."""

    addresses: tuple[str, ...]
    until: datetime


Event = (
    TicketFlagged
    | BrandReplied
    | FormFilled
    | KeyPosted
    | AgentCommanded
    | Reached
    | CsrRequestSeen
    | ChangeResolved
    | LookDue
    | WaitBegan
    | ReminderDue
    | TicketEnded
    | TicketReopened
    | FollowedUp
    | RollbackOver
    | RolledBack
)
