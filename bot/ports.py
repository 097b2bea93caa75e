"""What the procedure needs from the outside, in its own words.

Reads give fresh facts.  Each write may be called again after a crash and then
finds its own trace instead of doing the work twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.case import At, Case, Request
from bot.events import Comment, Person, Ticket
from bot.policy import Policy
from bot.wording.letter import Letter
from bot.x509.details import Details
from bot.x509.findings import Finding
from bot.x509.intake import Found


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach: name of A-Za-z0-9._- only."""

    name: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class TicketUpdate:
    """One PUT: comment, files, status and stage tag together.

    `stage` is the stage to show (tag and status); None leaves both alone.
    """

    letter: Letter | None = None
    public: bool = True
    files: tuple[File, ...] = ()
    stage: At | None = None
    drop_tags: tuple[str, ...] = ()
    keep_status: bool = False  # the stage's tag alone, whatever the ticket's status is


class Helpdesk(Protocol):
    """Zendesk."""

    def ticket(self, number: int) -> Ticket:
        """The ticket with all its comments, oldest first."""
        ...

    def update(self, number: int, update: TicketUpdate) -> None:
        """Write one update; a repeated one is recognised by its mark and left out."""
        ...

    def is_own(self, number: int, actor: str, stamp: str) -> bool:
        """Whether the ticket's change by this user at this time is the bot's own last one.

        Asks nobody: false also where that is not known.
        """
        ...

    def redact_keys(self, number: int, comment: Comment, files: tuple[int, ...]) -> bool:
        """Remove private keys from a comment's text and these files; whether that was permitted."""
        ...

    def who_tagged(self, number: int, tags: tuple[str, ...]) -> tuple[tuple[str, Person], ...]:
        """For each of the tags, who set it last, in the order in which they were set."""
        ...

    def who_ended(self, number: int) -> Person:
        """Who has solved or closed the ticket last."""
        ...

    def domains(self, organization: int) -> tuple[str, ...]:
        """The domain names that the account knows of the organization, as A-labels."""
        ...


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to open.  `reference` is unique to it: one that has it already is taken instead.

    It is the requester's, or else of whoever has the e-mail address, or else the bot's own.
    """

    reference: str
    subject: str
    letter: Letter
    tags: tuple[str, ...] = ()
    public: bool = True
    requester: int | None = None
    contact: str = ""
    organization: int | None = None


class Openings(Protocol):
    """Zendesk, where the bot itself opens tickets."""

    def open(self, ticket: NewTicket) -> int:
        """The number of the ticket, found by its reference or made; NeedsHuman when refused."""
        ...


class Intake(Protocol):
    """Reads what a comment carries, without keeping any of it but certificates."""

    def gather(self, ticket: int, comment: Comment) -> Found:
        """Every certificate in the comment's text and files, and what the rest is."""
        ...


class Issuers(Protocol):
    """Intermediate certificates that a brand has left out."""

    def above(self, leaf: bytes, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The missing issuers of the path above the leaf, DER, as far as they can be had."""
        ...

    def remember(self, intermediates: tuple[bytes, ...]) -> None:
        """Keep them for brands to come."""
        ...

    def revoked(self, path: tuple[bytes, ...]) -> tuple[Finding, ...]:
        """What the authorities' revocation lists say of the path, leaf first, DER."""
        ...


class IssueKind(StrEnum):
    """The two kinds of issues that the bot raises."""

    CSR_REQUEST = "csr_request"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue to raise; `reference` is unique to it and stands in its description."""

    kind: IssueKind
    ticket: int
    summary: str
    description: str
    reference: str


@dataclass(frozen=True, slots=True)
class IssueState:
    """How an issue stands: `done` by status category, `resolution` as people named it."""

    key: str
    done: bool
    status: str
    resolution: str = ""


class Tracker(Protocol):
    """Jira."""

    def raise_issue(self, issue: NewIssue) -> str:
        """The key of the issue, found by its reference or made."""
        ...

    def comment(self, key: str, text: str) -> None:
        """Add a comment unless the same one stands there already."""
        ...

    def attach(self, key: str, files: tuple[File, ...]) -> None:
        """Attach the files whose names are not there yet."""
        ...

    def remove(self, key: str, file: str) -> None:
        """Delete a file of the issue, if it is there; raises NeedsHuman where that is forbidden."""
        ...

    def link(self, key: str, ticket: int, issue: str = "") -> None:
        """Link to the Zendesk ticket, and to another issue when given."""
        ...

    def close(self, key: str) -> None:
        """Move the issue to a status of the category done."""
        ...

    def state(self, key: str) -> IssueState:
        """How the issue stands now."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one address of a site serves: DER certificates as sent, leaf first, or why not."""

    address: str
    chain: tuple[bytes, ...] = ()
    fault: str = ""  # a finding code of the family "site"


@dataclass(frozen=True, slots=True)
class Served:
    """What a site serves, address by address."""

    host: str
    endpoints: tuple[Endpoint, ...] = ()
    fault: str = ""  # when no address could be looked at: a finding code of the family "site"

    @property
    def chain(self) -> tuple[bytes, ...]:
        """What the first address serves that serves anything; nothing when none does."""
        return next((endpoint.chain for endpoint in self.endpoints if endpoint.chain), ())


class Sites(Protocol):
    """The live web."""

    def served(self, host: str) -> Served:
        """The certificates that the host serves now; never raises for a site's own faults."""
        ...

    def survey(self, hosts: tuple[str, ...]) -> tuple[Served, ...]:
        """The same of each host, looked at twice; what differed the second time is added."""
        ...


class Keys(Protocol):
    """The key store.  No private key ever leaves it in clear."""

    def new_request(self, ticket: int, number: int, details: Details) -> Request:
        """Key and CSR number `number` of the ticket: made, sealed and committed, or found again."""
        ...

    def handover(self, ticket: int, spki: str) -> bytes:
        """The private key as CMS for the recipients, PEM armour."""
        ...

    def recipients(self) -> tuple[str, ...]:
        """Who can open a handed-over key."""
        ...

    def offer(self, ticket: int, spki: str) -> None:
        """Let a person collect the key, once, in the days to come."""
        ...

    def transfer(self, ticket: int, to: int) -> None:
        """The ticket's keys and CSRs belong to another ticket from now on."""
        ...

    def destroy(self, ticket: int, why: str) -> tuple[str, ...]:
        """Forget every private key of the ticket; the fingerprints of those that went now."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What people have attached to a CSR request.

    `files` are the ids of all their files; `request` is there when the CSR is right and its key
    is in the key store; `key_files` hold that key, `csr_goes_too` when the CSR stands in one of
    them; `wrong` says in sentences what is missing, wrong, or left over.
    """

    files: tuple[str, ...]
    request: Request | None = None
    key_files: tuple[str, ...] = ()
    csr_goes_too: bool = False
    wrong: tuple[str, ...] = ()


class Deliveries(Protocol):
    """CSRs and keys that people made.  No byte of a key comes out."""

    def collect(self, ticket: int, number: int, issue: str, details: Details) -> Delivered:
        """Judge the files of the issue, and keep the key when it fits; found again if kept."""
        ...


@dataclass(frozen=True, slots=True)
class Renewal:
    """A renewal that was brought to its end: the site, and the details that were used."""

    host: str
    environment: str
    details: Details


class History(Protocol):
    """Cases of the past."""

    def renewals(
        self, ticket: int, requester: int, organization: int | None
    ) -> tuple[Renewal, ...]:
        """What the ticket's brand has had renewed before, newest first, one for each site."""
        ...

    def find(self, ticket: int) -> Case | None:
        """The case of another ticket."""
        ...


class Links(Protocol):
    """Addresses of the bot's own pages."""

    def details(self, ticket: int) -> str:
        """The address of the ticket's form; empty where the bot has no public address."""
        ...


class Later(Protocol):
    """Appointments with the future."""

    def look_again(self, ticket: int, at: datetime) -> None:
        """Have the ticket looked at again at that time."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """An entry for the audit: who (a person, or a part of the bot) did what."""

    actor: str
    what: str
    details: tuple[tuple[str, str], ...] = ()


class Cases(Protocol):
    """The store of cases."""

    def find(self, ticket: int) -> Case | None:
        """The case of the ticket."""
        ...

    def save(self, case: Case, note: Note | None = None) -> Case:
        """The case as saved, its version one higher, and with it the note for the audit.

        Raises `Conflict` on an outdated one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """All that a step may reach."""

    helpdesk: Helpdesk
    intake: Intake
    issuers: Issuers
    tracker: Tracker
    sites: Sites
    keys: Keys
    deliveries: Deliveries
    history: History
    later: Later
    links: Links
    now: datetime
    trust_anchors: tuple[bytes, ...] = field(default=())  # DER
    policy: Policy = field(default=Policy())
