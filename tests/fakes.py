"""A helpdesk, a tracker and all else that a step may reach, with behaviour and without network."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509

from bot.case import SHOWN, Case, Request
from bot.errors import Conflict, Gone, NeedsHuman
from bot.events import (
    Attachment,
    Comment,
    Event,
    FormFilled,
    Order,
    Person,
    Role,
    RolledBack,
    Ticket,
)
from bot.gateways.deliveries import Deliveries
from bot.gateways.jira_files import IssueFile
from bot.looking import Looker
from bot.policy import Policy
from bot.ports import (
    Context,
    Delivered,
    Endpoint,
    File,
    IssueState,
    NewIssue,
    NewTicket,
    Note,
    Renewal,
    Served,
    TicketUpdate,
)
from bot.routing import after
from bot.x509 import intake, request
from bot.x509.delivered_files import Given
from bot.x509.details import Details
from bot.x509.findings import Finding
from bot.x509.intake import Blob, Found
from handlers import PROCEDURE

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TICKET = 35
BRAND = Person(7, "Ada Brand", Role.BRAND)
AGENT = Person(8, "Agnes Agent", Role.AGENT)
BOT = Person(9, "SSL bot", Role.BOT)
STRANGER = Person(10, "Otto Other", Role.OTHER)


@dataclass
class FakeHelpdesk:
    """Tickets in memory; attachments' bytes by id."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    taggers: dict[str, Person] = field(default_factory=dict)
    updates: list[TicketUpdate] = field(default_factory=list)
    redacted: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    may_redact: bool = True
    ids: int = 100
    organizations: dict[int, tuple[str, ...]] = field(default_factory=dict)
    ended_by: Person = AGENT
    opened: dict[str, int] = field(default_factory=dict)  # by their references
    refused: set[int] = field(default_factory=set)  # requesters that are none any more

    def ticket(self, number: int) -> Ticket:
        if number not in self.tickets:
            raise Gone(f"ticket {number}")
        return self.tickets[number]

    def update(self, number: int, update: TicketUpdate) -> None:
        ticket = self.ticket(number)
        if ticket.status == "closed":
            raise NeedsHuman(f"Ticket {number} is closed and cannot be updated any more.")
        self.updates.append(update)
        tags = [t for t in ticket.tags if t not in update.drop_tags]
        status = ticket.status
        if update.stage:
            shown, set_to = SHOWN[update.stage]
            stage_tags = {f"ssl_{tag}" for tag, _ in SHOWN.values()}
            tags = [t for t in tags if t not in stage_tags | {"ssl_renewal"}]
            tags += ["ssl_renewal", f"ssl_{shown}"]
            status = status if update.keep_status else set_to.value
        self.tickets[number] = replace(ticket, tags=tuple(tags), status=status)
        if update.letter:
            self.writes(
                number,
                update.letter.plain(),
                BOT,
                update.public,
                tuple((f.name, f.data) for f in update.files),
            )

    def open(self, ticket: NewTicket) -> int:
        if ticket.reference in self.opened:
            return self.opened[ticket.reference]
        if ticket.requester is not None and ticket.requester in self.refused:
            raise NeedsHuman("Zendesk refuses the opening of a ticket: 422 requester")
        number = max(self.tickets, default=TICKET) + 1
        requester = ticket.requester or (BRAND.id if ticket.contact else BOT.id)
        organization = ticket.organization or (70 if requester == BRAND.id else None)
        who = (requester, BRAND.name if requester == BRAND.id else BOT.name, organization)
        self.tickets[number] = Ticket(
            number, ticket.subject, "new", ticket.tags, *who, (), (), "stamp"
        )
        self.writes(number, ticket.letter.plain(), BOT, ticket.public)
        self.opened[ticket.reference] = number
        return number

    def who_tagged(self, number: int, tags: tuple[str, ...]) -> tuple[tuple[str, Person], ...]:
        return tuple((tag, self.taggers.get(tag, STRANGER)) for tag in tags)

    def who_ended(self, number: int) -> Person:
        return self.ended_by

    def domains(self, organization: int) -> tuple[str, ...]:
        return self.organizations.get(organization, ())

    def opens(self, subject: str, text: str, **more: object) -> Ticket:
        self.tickets[TICKET] = replace(
            Ticket(TICKET, subject, "new", (), BRAND.id, BRAND.name, 70, (), (), "stamp"),
            **more,  # type: ignore[arg-type]
        )
        self.writes(TICKET, text, BRAND)
        return self.tickets[TICKET]

    def writes(
        self,
        number: int,
        text: str,
        author: Person,
        public: bool = True,
        files: tuple[tuple[str, bytes], ...] = (),
    ) -> Comment:
        self.ids += 1
        attached = []
        for name, data in files:
            self.ids += 1
            self.files[self.ids] = data
            attached.append(Attachment(self.ids, name, f"file:{self.ids}", len(data)))
        masked, _ = intake.mask_keys(text)
        keys = intake.gather([Blob("", text.encode())]).keys
        comment = Comment(self.ids, author, public, masked, tuple(attached), NOW, keys)
        ticket = self.tickets[number]
        self.tickets[number] = replace(ticket, comments=(*ticket.comments, comment))
        return comment

    def tags(self, *tags: str, by: Person = AGENT) -> None:
        ticket = self.tickets[TICKET]
        self.tickets[TICKET] = replace(ticket, tags=(*ticket.tags, *tags))
        self.taggers.update(dict.fromkeys(tags, by))

    def redact_keys(self, number: int, comment: Comment, files: tuple[int, ...]) -> bool:
        if self.may_redact:
            self.redacted.append((comment.id, files))
        return self.may_redact

    def gather(self, ticket: int, comment: Comment) -> Found:
        blobs = [Blob("", comment.text.encode())]
        blobs += [Blob(a.name, self.files[a.id]) for a in comment.attachments]
        found = intake.gather(blobs)
        return replace(found, keys=tuple(dict.fromkeys((*comment.keys, *found.keys))))

    def said(self, public: bool = True) -> list[str]:
        """What the bot wrote, oldest first."""
        return [u.letter.plain() for u in self.updates if u.letter and u.public is public]


@dataclass
class FakeTracker:
    """Issues in memory."""

    issues: dict[str, NewIssue] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    links: list[tuple[str, int, str]] = field(default_factory=list)
    states: dict[str, IssueState] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    may_remove: bool = True

    def raise_issue(self, issue: NewIssue) -> str:
        for key, there in self.issues.items():
            if there.reference == issue.reference:
                return key
        key = f"{'ITOPS' if issue.kind == 'csr_request' else 'SPC'}-{len(self.issues) + 1}"
        self.issues[key] = issue
        self.states[key] = IssueState(key, done=False, status="To Do")
        return key

    def comment(self, key: str, text: str) -> None:
        if (key, text) not in self.comments:
            self.comments.append((key, text))

    def attach(self, key: str, files: tuple[File, ...]) -> None:
        self.files.setdefault(key, {}).update({f.name: f.data for f in files})

    def remove(self, key: str, file: str) -> None:
        if not self.may_remove:
            raise NeedsHuman(f"The bot may not delete attachments of {key}.")
        self.removed.append(file)

    def link(self, key: str, ticket: int, issue: str = "") -> None:
        self.links.append((key, ticket, issue))

    def close(self, key: str) -> None:
        self.resolve(key)

    def resolve(self, key: str, status: str = "Done", resolution: str = "Done") -> None:
        self.states[key] = IssueState(key, done=True, status=status, resolution=resolution)

    def state(self, key: str) -> IssueState:
        if key not in self.states:
            raise Gone(key)
        return self.states[key]


@dataclass
class FakeIssuers:
    """Intermediates that can be had elsewhere."""

    elsewhere: tuple[bytes, ...] = ()
    remembered: list[bytes] = field(default_factory=list)
    listed: tuple[Finding, ...] = ()

    def above(self, leaf: bytes, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
        return self.elsewhere

    def revoked(self, path: tuple[bytes, ...]) -> tuple[Finding, ...]:
        return self.listed

    def remember(self, intermediates: tuple[bytes, ...]) -> None:
        self.remembered += intermediates


@dataclass
class FakeSites:
    """What hosts serve; a host not named cannot be resolved."""

    hosts: dict[str, Served] = field(default_factory=dict)

    def served(self, host: str) -> Served:
        return self.hosts.get(host, Served(host, fault="SITE_UNRESOLVED"))

    def survey(self, hosts: tuple[str, ...]) -> tuple[Served, ...]:
        return tuple(map(self.served, hosts))

    def serves(self, host: str, *chain: bytes, address: str = "192.0.2.1") -> None:
        self.hosts[host] = Served(host, (Endpoint(address, chain),))


@dataclass
class FakeKeys:
    """Real keys and CSRs, kept in memory; the hand-over is a stand-in."""

    made: dict[tuple[int, int], Request] = field(default_factory=dict)
    private: dict[str, object] = field(default_factory=dict)
    offered: list[tuple[int, str]] = field(default_factory=list)

    def new_request(self, ticket: int, number: int, details: Details) -> Request:
        if (ticket, number) not in self.made:
            key = request.draw(details.key)
            made = Request(request.sign(key, details), request.spki(key.public_key()))
            self.made[ticket, number] = made
            self.private[made.spki] = key
        return self.made[ticket, number]

    def adopt(self, ticket: int, number: int, csr: str, key: bytes) -> Request | None:
        private = request.load(key)
        made = Request(csr, request.spki(private.public_key()))
        if made.spki in self.private:
            return self.made.get((ticket, number))
        self.private[made.spki] = private
        return self.made.setdefault((ticket, number), made)

    def adopted(self, ticket: int, number: int) -> Request | None:
        return self.made.get((ticket, number))

    def handover(self, ticket: int, spki: str) -> bytes:
        assert spki in self.private, "a key is handed over by its fingerprint"
        return b"-----BEGIN CMS-----\nsealed\n-----END CMS-----\n"

    def offer(self, ticket: int, spki: str) -> None:
        self.offered.append((ticket, spki))

    def transfer(self, ticket: int, to: int) -> None:
        for of, number in [key for key in self.made if key[0] == ticket]:
            self.made[to, number] = self.made.pop((of, number))

    def destroy(self, ticket: int, why: str) -> tuple[str, ...]:
        spkis = [r.spki for (of, _), r in self.made.items() if of == ticket]
        return tuple(spki for spki in spkis if self.private.pop(spki, None))

    def recipients(self) -> tuple[str, ...]:
        return ("Sam Deploy", "Sue Deploy")


@dataclass
class FakeDeliveries:
    """The genuine judging, on the files that people put here; keys go to the fake store."""

    tracker: FakeTracker
    keys: FakeKeys
    given: list[Given] = field(default_factory=list)

    def attaches(self, name: str, data: bytes) -> str:
        self.given.append(Given(str(900 + len(self.given)), name, data))
        return self.given[-1].id

    def collect(self, ticket: int, number: int, issue: str, details: Details) -> Delivered:
        return Deliveries(self, self.keys, self).collect(ticket, number, issue, details)

    def files(self, key: str) -> tuple[IssueFile, ...]:
        there = [f for f in self.given if f.id not in self.tracker.removed]
        return tuple(IssueFile(f.id, f.name, len(f.data or b"")) for f in there)

    def fetch(self, file: IssueFile, most: int) -> bytes | None:
        return next(f.data for f in self.given if f.id == file.id)

    def opened(self, cms: bytes) -> bytes:
        raise ValueError("nothing is sealed for a fake")


@dataclass
class FakeLinks:
    """The bot's own pages; none without a public address."""

    public_url: str = ""

    def details(self, ticket: int) -> str:
        return f"{self.public_url}/details/{ticket}" if self.public_url else ""


@dataclass
class FakeLater:
    """Appointments made."""

    appointments: list[tuple[int, datetime]] = field(default_factory=list)

    def look_again(self, ticket: int, at: datetime) -> None:
        self.appointments.append((ticket, at))


@dataclass
class FakeCases:
    """Cases in memory, with the version check of the real store."""

    kept: dict[int, Case] = field(default_factory=dict)
    before: tuple[Renewal, ...] = ()

    def renewals(
        self, ticket: int, requester: int, organization: int | None
    ) -> tuple[Renewal, ...]:
        return self.before

    def find(self, ticket: int) -> Case | None:
        return self.kept.get(ticket)

    def save(self, case: Case, note: Note | None = None) -> Case:
        stored = self.kept.get(case.ticket)
        if (stored.version if stored else 0) != case.version:
            raise Conflict("changed meanwhile")
        self.kept[case.ticket] = replace(case, version=case.version + 1)
        return self.kept[case.ticket]


@dataclass
class FakeWorld:
    """All of it, with the real procedure and a clock that stands still."""

    helpdesk: FakeHelpdesk = field(default_factory=FakeHelpdesk)
    tracker: FakeTracker = field(default_factory=FakeTracker)
    issuers: FakeIssuers = field(default_factory=FakeIssuers)
    sites: FakeSites = field(default_factory=FakeSites)
    keys: FakeKeys = field(default_factory=FakeKeys)
    deliveries: FakeDeliveries = field(init=False)
    later: FakeLater = field(default_factory=FakeLater)
    links: FakeLinks = field(default_factory=FakeLinks)
    cases: FakeCases = field(default_factory=FakeCases)
    now: datetime = NOW
    anchors: tuple[bytes, ...] = ()
    policy: Policy = field(default_factory=lambda: Policy(zendesk_url="https://acme.zendesk.com"))

    def __post_init__(self) -> None:
        self.deliveries = FakeDeliveries(self.tracker, self.keys)

    @property
    def ctx(self) -> Context:
        return Context(
            helpdesk=self.helpdesk,
            intake=self.helpdesk,
            issuers=self.issuers,
            tracker=self.tracker,
            sites=self.sites,
            keys=self.keys,
            deliveries=self.deliveries,
            history=self.cases,
            later=self.later,
            links=self.links,
            now=self.now,
            trust_anchors=self.anchors,
            policy=self.policy,
        )

    def after(self, case: Case, event: Event) -> Case:
        """The case after one event."""
        return after(PROCEDURE, case, event, self.ctx)

    def look(
        self,
        ticket: int = TICKET,
        filled: tuple[tuple[str, str], ...] = (),
        order: Order | None = None,
        told: RolledBack | None = None,
    ) -> Case | None:
        """A whole look at the ticket."""
        looker = Looker(PROCEDURE, self.cases, self.ctx, self._keep)
        return looker.look(ticket, FormFilled(filled) if filled else order or told)

    def _keep(self, before: Case, event: Event, now: Case) -> Case:
        return self.cases.save(now) if now != before else now

    def passes(self, time: timedelta) -> None:
        self.now += time


def expiry(pem: str) -> datetime:
    """When a certificate ends."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
