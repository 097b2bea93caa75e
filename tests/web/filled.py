"""A busy helpdesk's database, whose texts an attacker has written, and the pages on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import Engine, insert
from werkzeug.security import generate_password_hash

from bot.case import At, Case, Held, Offer, Request
from bot.engine.dead_letters import DeadLetter
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.collecting import Collection
from bot.storage.keys import KeyStore
from bot.storage.schema import BUDGETS, METADATA, SITES, SWEEPS
from bot.watching import Terms
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from bot.x509 import facts, request
from bot.x509.details import Details, KeyKind
from bot.x509.findings import Finding, Severity
from sandbox.ca import Authority
from tests.conftest import der
from tests.web.door import ENVIRON, FakeInbox

EVIL = "<script>alert(1)</script>"
PASSWORD = "correct horse"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DETAILS = Details("www.x.com", ("www.x.com", "x.com"), EVIL, "Leeds", "", "GB", KeyKind.P256)
CASE = Case(
    35,
    7,
    EVIL,
    70,
    At.CHANGE_OPEN,
    host="www.xn--mller-kva.example.com",
    details=DETAILS,
    requests=(Request("-----BEGIN CERTIFICATE REQUEST-----", "5f" * 32),),
    held=Held("leaf", (), datetime(2027, 6, 11, tzinfo=UTC), "3c" * 32),
    csr_issue="ITOPS-1",
    change_issue="SPC-2",
    findings=(Finding("CHAIN_COMPLETED", Severity.FIXED, "mended", f"added {EVIL}"),),
)
WEAK = Finding("SHORT_REMAINING", Severity.ACK, "short", f"it ends in 20 days {EVIL}", "BR 6.3.2")


def filled(engine: Engine, authority: Authority) -> None:
    """Cases at every stage, a record, sites good and bad, figures."""
    METADATA.create_all(engine)
    store, trail = CaseStore(engine), AuditTrail(engine)
    pem = request.sign(request.draw(KeyKind.P256), DETAILS)
    leaf = authority.sign(pem, days=199)
    read = facts.facts(der(leaf))
    issued = Held(leaf, (authority.chain_pem,), read.not_after, read.sha256)
    store.save(
        replace(
            CASE,
            requests=(Request(pem, read.spki),),
            held=issued,
            served_until=NOW + timedelta(days=3),
        )
    )
    for number, at in enumerate(At):
        case = replace(CASE, ticket=100 + number, at=at, host=f"www.shop{number}.example.com")
        store.save(replace(case, served_until=NOW + timedelta(days=number - 3)))
    offer = Offer(leaf, (), "5f" * 32, (WEAK,))
    doubtful = replace(CASE, ticket=36, at=At.WITH_AGENT, resume_at=At.CERTIFICATE_WANTED)
    store.save(replace(doubtful, offer=offer, doubtful=("x" * 300,)))
    person = f"Zendesk user 7 ({EVIL})"
    trail.note(35, person, "case opened", event="TicketFlagged", before="new", after="change_open")
    trail.note(35, "bot", "tracker.raise_issue", issue="SPC-2", mark="e.1")
    trail.note(35, "jira", "decided", event="ChangeResolved", before="x", after="x", text=EVIL)
    _sites(engine)


def _sites(engine: Engine) -> None:
    empty = {column.name: "" for column in SITES.c if not column.nullable}
    rows = []
    for number in range(60):
        ends = NOW + timedelta(days=7 * number - 20)
        rows.append(
            {column.name: None for column in SITES.c}
            | empty
            | {
                "host": f"www.shop{number:02}.example.com",
                "environment": "staging" if number % 10 == 0 else "production",
                "brand": EVIL if number == 5 else ("=cmd()" if number == 6 else f"Brand {number}"),
                "issuer": "Sandbox CA",
                "added_at": NOW,
                "next_at": NOW,
                "fingerprint": f"{number:064x}",
                "not_before": ends - timedelta(days=199),
                "expires_at": ends,
                "key_since": ends - timedelta(days=199),
                "probed_at": NOW - timedelta(hours=3),
                "fault": "SITE_REFUSED" if number % 7 == 3 else "",
                "last_ticket": 35 if number == 1 else None,
            }
        )
    with engine.begin() as connection:
        connection.execute(insert(SITES), rows)
        budget = {"name": "zendesk requests", "total": 700, "left": 90, "ends_at": 0.0}
        connection.execute(insert(BUDGETS), [budget])
        connection.execute(insert(SWEEPS), [{"part": "tickets", "swept_to": datetime.now(UTC)}])


def dead_letters() -> list[DeadLetter]:
    """What failed for good."""
    steps = ("helpdesk.ticket", "cases.find")
    return [
        DeadLetter("hint:1", "35", "look", f"RuntimeError: {EVIL}", NOW, steps),
        DeadLetter("sweep-tickets-1", "sweep-tickets", "sweep", "its workers died", NOW, ()),
    ]


def application(engine: Engine, inbox: FakeInbox, **environ: str) -> Flask:
    """The pages on this database."""
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    settings = Settings.from_environ({**ENVIRON, "DASHBOARD_PASSWORD_HASH": hashed, **environ})
    keys = Collection(engine, KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ()))
    find = CaseStore(engine).find
    return create_app(
        settings,
        inbox,
        lambda: None,
        keys,
        find,
        now=lambda: NOW,
        books=Books.of(engine, inbox, Terms(settings.watch_percent / 100), lambda: NOW),
    )
