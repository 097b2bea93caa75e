"""The composition root: settings become clients, gateways, a web app or a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from bot import attempt, engine
from bot.case import At, Case
from bot.chores import Sweeping, Telling
from bot.engine import Engine, Inbox, Journal, Periodic
from bot.errors import Conflict, Misconfigured
from bot.events import Event
from bot.links import DetailsLinks
from bot.looking import Looker
from bot.policy import Policy
from bot.ports import (
    Cases,
    Context,
    Deliveries,
    Helpdesk,
    Intake,
    Issuers,
    Keys,
    Links,
    Sites,
    Tracker,
)
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.auditing import audited
from bot.storage.budgets import Budgets, unhurried
from bot.storage.cases import CaseStore
from bot.storage.causes import cause
from bot.storage.collecting import Collection
from bot.storage.database import connect, is_sqlite
from bot.storage.intermediates import Intermediates
from bot.storage.keys import KeyStore
from bot.storage.migrate import alone, behind, is_empty, upgrade
from bot.storage.own_certificate import OwnCertificate
from bot.storage.sweeps import Sweeps
from bot.sweeping import Issues, Part, Sweeper, Tickets
from bot.web.app import create_app
from bot.x509 import sealing
from handlers import PROCEDURE

log = structlog.get_logger(__name__)
WRITES: Final = {
    "helpdesk": frozenset({"update", "redact_keys"}),
    "issuers": frozenset({"remember"}),
    "tracker": frozenset({"raise_issue", "comment", "attach", "remove", "link", "close"}),
    "deliveries": frozenset({"collect"}),
    "keys": frozenset({"new_request", "offer", "destroy"}),
    "cases": frozenset({"save"}),
}


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything beyond this process, as the settings say."""

    helpdesk: Helpdesk
    intake: Intake
    issuers: Issuers
    tracker: Tracker
    sites: Sites
    keys: Keys
    deliveries: Deliveries
    cases: Cases
    tickets: Tickets
    issues: Issues
    anchors: tuple[bytes, ...]
    policy: Policy
    trail: AuditTrail
    links: Links


def web(settings: Settings) -> Flask:
    """The web process: doors, health, metrics.  It reaches the database and nothing else."""
    database = connect(settings.database_url)
    collection = Collection(database, key_store(settings))
    return create_app(
        settings, inbox(settings), partial(behind, database), collection, CaseStore(database).find
    )


def worker(settings: Settings) -> Engine:
    """The worker: works through the events, one at a time per ticket."""
    outside = _outside(settings)
    cases, waiting = case_store(settings), inbox(settings)
    sweeping = _sweeping(settings, outside, waiting)
    telling = Telling(outside.helpdesk, cases, waiting)

    def issue(payload: Mapping[str, object], journal: Journal) -> None:
        case = journal.step("cases.by_issue", lambda: cases.by_issue(str(payload["issue"])))
        if case is not None:
            journal.put_later(case.ticket, datetime.now(UTC), "look", {"ticket": case.ticket})

    def ticket(payload: Mapping[str, object], journal: Journal) -> None:
        number = int(str(payload["ticket"]))
        try:
            with unhurried() if payload.get("sweep") else nullcontext():
                look(outside, number, journal, _answers(payload.get("answers")))
        except Conflict:
            # Somebody moved the case meanwhile, after a take-over or a replay: look afresh.
            journal.put_later(number, datetime.now(UTC), "look", {"ticket": number})

    jobs: dict[str, Callable[[Mapping[str, object], Journal], None]] = {
        "issue": issue,
        "look": ticket,
        "form": ticket,
        "sweep": sweeping.sweep,
        "failed": telling.find,
        "tell": telling.tell,
    }

    def job(kind: str, payload: dict[str, object], journal: Journal) -> None:
        jobs[kind](payload, journal)

    periodic = Periodic("sweep", tuple(Part), settings.sweep_seconds)
    return Engine(settings.database_url, _keys(settings), job, periodic=periodic)


def _sweeping(settings: Settings, outside: Outside, waiting: Inbox) -> Sweeping:
    database = connect(settings.database_url)
    kept = timedelta(days=settings.key_retention_days)
    sweeper = Sweeper(PROCEDURE, outside.tickets, outside.issues, CaseStore(database), kept)
    return Sweeping(sweeper, Sweeps(database), Budgets(database), waiting)


def _answers(filled: object) -> tuple[tuple[str, str], ...]:
    """What the form's page has put into its event."""
    items = filled.items() if isinstance(filled, dict) else ()
    return tuple((str(field), str(value)) for field, value in items)


def look(
    outside: Outside, ticket: int, journal: Journal, filled: tuple[tuple[str, str], ...] = ()
) -> Case | None:
    """One look at a ticket, every call to the outside through the journal.

    `filled` is what the form's page was filled with, when that is why we look.
    """
    began = monotonic()

    def told(before: Case, event: Event, now: Case) -> None:
        log.info(
            "event done",
            ticket=now.ticket,
            event_kind=type(event).__name__,
            before=before.at.value,
            after=now.at.value,
            ms=round((monotonic() - began) * 1000),
        )
        kind, stages = type(event).__name__, {"before": before.at.value, "after": now.at.value}
        if before.at != now.at:
            journal.step("audit", partial(_noted, trail, ticket, cause(event), kind, stages))

    trail = outside.trail
    ctx = Context(
        helpdesk=journal.wrap(
            audited(outside.helpdesk, "helpdesk", WRITES["helpdesk"], trail, ticket),
            "helpdesk",
            WRITES["helpdesk"],
        ),
        intake=journal.wrap(outside.intake, "intake", frozenset()),
        issuers=journal.wrap(outside.issuers, "issuers", WRITES["issuers"]),
        tracker=journal.wrap(
            audited(outside.tracker, "tracker", WRITES["tracker"], trail, ticket),
            "tracker",
            WRITES["tracker"],
        ),
        sites=journal.wrap(outside.sites, "sites", frozenset()),
        keys=journal.wrap(outside.keys, "keys", WRITES["keys"]),
        deliveries=journal.wrap(outside.deliveries, "deliveries", WRITES["deliveries"]),
        later=Appointments(journal),
        links=journal.wrap(outside.links, "links", frozenset()),
        now=journal.step("now", lambda: datetime.now(UTC)),
        trust_anchors=outside.anchors,
        policy=outside.policy,
    )
    cases = journal.wrap(outside.cases, "cases", WRITES["cases"])
    return Looker(PROCEDURE, cases, ctx, told).look(ticket, filled)


def _noted(trail: AuditTrail, ticket: int, actor: str, kind: str, stages: dict[str, str]) -> None:
    what = "case opened" if stages["before"] == At.NEW.value else "stage changed"
    trail.note_once(ticket, attempt.current().mark, actor, what, event=kind, **stages)


@dataclass(frozen=True, slots=True)
class Appointments:
    """`Later` by delayed events of the engine."""

    journal: Journal

    def look_again(self, ticket: int, at: datetime) -> None:
        """Have the ticket looked at again at that time."""
        self.journal.put_later(ticket, at, "look", {"ticket": ticket})


def _outside(settings: Settings) -> Outside:
    # The API clients are heavy; the web process never loads them.
    from bot.gateways.deliveries import Deliveries as JiraDeliveries  # noqa: PLC0415
    from bot.gateways.fetching import Fetcher  # noqa: PLC0415
    from bot.gateways.intake import CommentIntake  # noqa: PLC0415
    from bot.gateways.issuers import Issuers as FetchedIssuers  # noqa: PLC0415
    from bot.gateways.jira import Jira  # noqa: PLC0415
    from bot.gateways.tls import TlsSites  # noqa: PLC0415
    from bot.gateways.zendesk import Zendesk  # noqa: PLC0415
    from bot.gateways.zendesk_limits import ZendeskMeter  # noqa: PLC0415

    budgets = Budgets(connect(settings.database_url))
    zendesk = Zendesk.of(settings, ZendeskMeter(budgets))
    jira, keys = Jira.of(settings), key_store(settings)
    return Outside(
        helpdesk=zendesk,
        intake=CommentIntake(zendesk),
        issuers=FetchedIssuers(
            Intermediates(connect(settings.database_url)), Fetcher(settings.probe_connect_to)
        ),
        tracker=jira,
        sites=TlsSites(settings.probe_connect_to),
        keys=keys,
        deliveries=JiraDeliveries(jira, keys, OwnCertificate(keys)),
        cases=CaseStore(connect(settings.database_url)),
        trail=AuditTrail(connect(settings.database_url)),
        links=DetailsLinks(_keys(settings), settings.public_url or ""),
        tickets=zendesk.changes,
        issues=jira.changes,
        anchors=anchors(settings.trust_roots),
        policy=Policy(
            csr_source=settings.csr_source,
            key_handover=settings.key_handover,
            zendesk_url=settings.zendesk_url,
            jira_url=settings.jira_url,
            public_url=settings.public_url or "",
            revocation_check=settings.revocation_check == "crl",
            key_retention=timedelta(days=settings.key_retention_days),
        ),
    )


def anchors(path: str | None) -> tuple[bytes, ...]:
    """The extra roots of a PEM file, as DER."""
    if not path:
        return ()
    roots = x509.load_pem_x509_certificates(Path(path).read_bytes())
    return tuple(root.public_bytes(Encoding.DER) for root in roots)


def inbox(settings: Settings) -> Inbox:
    """Where events wait for the worker."""
    return Inbox(settings.database_url, _keys(settings))


def case_store(settings: Settings) -> CaseStore:
    """The cases, to look at."""
    return CaseStore(connect(settings.database_url))


def audit_trail(settings: Settings) -> AuditTrail:
    """What was decided and written, by whom."""
    return AuditTrail(connect(settings.database_url))


def key_store(settings: Settings) -> KeyStore:
    """The sealed keys, and the certificates of those who may open them."""
    recipients: tuple[x509.Certificate, ...] = ()
    if settings.key_recipients:
        try:
            recipients = sealing.load_recipients(Path(settings.key_recipients).read_bytes())
        except ValueError as fault:
            raise Misconfigured(f"KEY_RECIPIENTS: {fault}") from None
    return KeyStore(connect(settings.database_url), _keys(settings), recipients)


def own_certificate(settings: Settings) -> OwnCertificate:
    """The bot's own certificate and its key."""
    return OwnCertificate(key_store(settings))


def migrate(settings: Settings) -> None:
    """Bring our tables and the engine's to this version; two at once wait for each other."""
    with alone(settings.database_url):
        upgrade(settings.database_url)
        engine.migrate(settings.database_url)


def prepare(settings: Settings) -> None:
    """Make what a first start finds missing; raises Misconfigured when a release is to be run.

    A file belongs to one machine, whose start is its release.  A server may have other
    versions at work beside this one, so only an empty database is filled without asking.
    """
    reason = behind_of(settings)
    if reason is None:
        return
    if is_sqlite(settings.database_url) or is_empty(connect(settings.database_url)):
        migrate(settings)
        return
    raise Misconfigured(f"{reason}; python -m bot migrate brings it up to date")


def behind_of(settings: Settings) -> str | None:
    """Why the database cannot be used as it is; None when all is well."""
    return behind(connect(settings.database_url))


def _keys(settings: Settings) -> tuple[str, ...]:
    return tuple(key.get_secret_value() for key in settings.key_store_keys)
