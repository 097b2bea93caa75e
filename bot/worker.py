"""The composition root of the worker: settings become clients, gateways and an engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot import watch_wiring, wiring
from bot.chores import Sweeping, Telling
from bot.engine.inbox import Inbox
from bot.engine.journal import Journal
from bot.engine.pace import NORMAL
from bot.engine.periodic import Periodic
from bot.engine.worker import Engine
from bot.errors import Conflict
from bot.events import Command, FormFilled, Order, RolledBack
from bot.gateways.deliveries import Deliveries
from bot.gateways.fetching import Fetcher
from bot.gateways.intake import CommentIntake
from bot.gateways.issuers import Issuers
from bot.gateways.jira import Jira
from bot.gateways.tls import TlsSites
from bot.gateways.zendesk import Zendesk
from bot.gateways.zendesk_limits import ZendeskMeter
from bot.hints import case_of, own_changes, waited_for
from bot.journaled import Outside, look
from bot.links import DetailsLinks
from bot.policy import Policy
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.budgets import Budgets, unhurried
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.intermediates import Intermediates
from bot.storage.own_certificate import OwnCertificate
from bot.storage.retention import Retention
from bot.storage.sweeps import Sweeps
from bot.storage.tallies import Tallies
from bot.sweeping import Part, Sweeper
from bot.watch_round import PART
from bot.x509 import names
from handlers import PROCEDURE

log = structlog.get_logger(__name__)


def worker(settings: Settings) -> Engine:
    """The worker: works through the events, one at a time per ticket."""
    outside = _outside(settings)
    cases, waiting = wiring.case_store(settings), wiring.inbox(settings)
    sweeping = _sweeping(settings, outside, waiting)
    telling = Telling(outside.helpdesk, cases, waiting)

    def issue(payload: Mapping[str, object], journal: Journal) -> None:
        case = journal.step("cases.of_issue", lambda: case_of(payload, cases))
        if case is None or not waited_for(case, journal.wrap(outside.tracker, "tracker", {})):
            return
        if payload.get("ticket") == case.ticket:
            ticket(payload, journal)  # it has the ticket's turn already
        else:
            journal.put_later(case.ticket, datetime.now(UTC), "look", {"ticket": case.ticket})

    def ticket(payload: Mapping[str, object], journal: Journal) -> None:
        number = int(str(payload["ticket"]))
        try:
            with unhurried() if payload.get("sweep") else nullcontext():
                look(PROCEDURE, outside, number, journal, _told(payload))
        except Conflict:
            # Somebody moved the case meanwhile, after a take-over or a replay: look afresh.
            journal.put_later(number, datetime.now(UTC), *after_conflict(number, payload))

    watch, watched = watch_wiring.jobs(settings, outside, waiting)

    def site(payload: Mapping[str, object], journal: Journal) -> None:
        with unhurried():  # a list of thousands must not spend what renewals under way need
            watched.go(payload, journal)

    jobs: dict[str, Callable[[Mapping[str, object], Journal], None]] = {
        "issue": issue,
        "look": ticket,
        "form": ticket,
        "order": ticket,
        "rolled_back": ticket,
        "sweep": sweeping.sweep,
        "watch": watch.go,
        "site": site,
        "failed": telling.find,
        "tell": telling.tell,
    }

    def job(kind: str, payload: dict[str, object], journal: Journal) -> None:
        jobs[kind](payload, journal)

    names.prepare()
    periodic = (
        Periodic("sweep", tuple(Part), settings.sweep_seconds),
        Periodic("watch", (PART,), settings.watch_seconds),
    )
    Tallies(connect(settings.database_url)).keep_writing()
    pace = replace(NORMAL, keep=timedelta(days=settings.event_retention_days))
    return Engine(
        settings.database_url,
        wiring.store_keys(settings),
        job,
        pace,
        periodic,
        _tidy(settings),
        own_changes(outside.helpdesk),
    )


def _tidy(settings: Settings) -> Callable[[], None]:
    retention = Retention(
        connect(settings.database_url),
        timedelta(days=settings.case_retention_days),
        timedelta(days=settings.audit_retention_days),
    )

    def tidy() -> None:
        cases, records = retention.forget()
        log.info("old cases forgotten", cases=cases, records=records)

    return tidy


def _sweeping(settings: Settings, outside: Outside, waiting: Inbox) -> Sweeping:
    database = connect(settings.database_url)
    every = timedelta(seconds=settings.sweep_seconds)
    sweeper = Sweeper(PROCEDURE, outside.tickets, outside.issues, CaseStore(database), every)
    return Sweeping(sweeper, Sweeps(database), Budgets(database), waiting)


def after_conflict(number: int, payload: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The event to go on with: what nobody would tell again is told anew, as long as it would
    change nothing where it was done already.  A message would be sent twice."""
    order = payload.get("order")
    sends = isinstance(order, dict) and order.get("command") == Command.RESEND
    kept = next((kind for kind in ("rolled_back", "order") if kind in payload), "look")
    return ("look", {"ticket": number}) if kept == "look" or sends else (kept, dict(payload))


def _told(payload: Mapping[str, object]) -> FormFilled | Order | RolledBack | None:
    """What the form's page, the dashboard or the expiry watch has put into its event."""
    filled, given, back = (payload.get(key) for key in ("answers", "order", "rolled_back"))
    if isinstance(back, RolledBack):
        return back
    if isinstance(given, dict):
        words = {key: str(given.get(key, "")) for key in ("person", "at", "acceptance", "csr")}
        return Order(Command(str(given["command"])), **words)
    items = filled.items() if isinstance(filled, dict) else ()
    answers = tuple((str(field), str(value)) for field, value in items)
    return FormFilled(answers) if answers else None


def _outside(settings: Settings) -> Outside:
    budgets = Budgets(connect(settings.database_url))
    zendesk = Zendesk.of(settings, ZendeskMeter(budgets))
    jira, keys = Jira.of(settings), wiring.key_store(settings)
    return Outside(
        helpdesk=zendesk,
        intake=CommentIntake(zendesk),
        issuers=Issuers(
            Intermediates(connect(settings.database_url)), Fetcher(settings.probe_connect_to)
        ),
        tracker=jira,
        sites=TlsSites(settings.probe_connect_to),
        keys=keys,
        deliveries=Deliveries(jira, keys, OwnCertificate(keys)),
        history=CaseStore(connect(settings.database_url)),
        cases=CaseStore(connect(settings.database_url)),
        trail=AuditTrail(connect(settings.database_url)),
        links=DetailsLinks(wiring.store_keys(settings), settings.public_url or ""),
        tickets=zendesk.changes,
        issues=jira.changes,
        openings=zendesk.openings,
        anchors=anchors(settings.trust_roots),
        policy=Policy(
            csr_source=settings.csr_source,
            key_handover=settings.key_handover,
            zendesk_url=settings.zendesk_url,
            jira_url=settings.jira_url,
            public_url=settings.public_url or "",
            reached=tuple(entry.host for entry in settings.probe_connect_to),
            domain_check=settings.domain_check == "organization",
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
