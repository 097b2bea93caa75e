"""A web application with an API, and something of everything that it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import Engine, insert

from bot.case import At, Case
from bot.engine.dead_letters import DeadLetter
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.schema import BUDGETS, METADATA, SITES, SWEEPS, WORKERS
from bot.web.api import tokens
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from tests.web.door import ENVIRON, FakeInbox
from tests.web.filled import CASE

TOKEN, OTHER = f"{tokens.PREFIX}{'a1' * 22}", f"{tokens.PREFIX}{'b2' * 22}"
ENTRY, OTHER_ENTRY = f"monitor:{tokens.digest(TOKEN)}", f"reports:{tokens.digest(OTHER)}"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
SOON = datetime(2026, 12, 1, tzinfo=UTC)
KEY = "-----BEGIN PRIVATE KEY-----\nMIIhush\n-----END PRIVATE KEY-----"


def dead(number: int) -> DeadLetter:
    """One whose reason quotes a key."""
    why = f"ValueError: no sense in {KEY}"
    return DeadLetter(f"hint:{number}", "35", "look", why, SOON, ("helpdesk.read_ticket",))


def filled(engine: Engine) -> None:
    """Cases at all stages, a record, sites and the engine's own figures."""
    METADATA.create_all(engine)
    store, trail = CaseStore(engine), AuditTrail(engine)
    store.save(CASE)
    for number, at in enumerate(At):
        case = Case(100 + number, 8, "Brenda Brand", None, at, host=f"www.shop{number}.example")
        on = At.CSR_MADE if at in (At.WITH_AGENT, At.STOPPED) else None
        store.save(replace(case, remind_at=SOON, served_until=SOON, resume_at=on))
    for what in ("case opened", "stage changed", "key opened"):
        trail.note(35, "Zendesk user 7 (Olga)", what, before="new", mark="attempt-1")
    trail.note(100, "bot", "case opened")
    with engine.begin() as connection:
        for number in range(3):
            connection.execute(insert(SITES).values(**site(f"www.shop{number}.example")))
        connection.execute(insert(SWEEPS).values(part="zendesk", swept_to=SOON))
        connection.execute(insert(WORKERS).values(executor="w", seen_at=datetime.now(UTC)))
        budget = {"name": "zendesk", "total": 400, "left": 399, "ends_at": 0.0}
        connection.execute(insert(BUDGETS).values(budget))


def site(host: str) -> dict[str, object]:
    """A row that was looked at."""
    texts = dict.fromkeys(("expected", "issuer", "spki", "fault", "asked_for", "told"), "")
    people = {"brand": "Acme", "contact": "ada@acme.example", "source": "import"}
    times = {"added_at": SOON, "next_at": SOON + timedelta(days=1), "expires_at": SOON}
    plain = {"host": host, "environment": "production", "fingerprint": "5f" * 32}
    return texts | people | times | plain


def app_of(engine: Engine, letters: int = 0, entries: str = "") -> Flask:
    """The application, with the API for two readers unless told otherwise."""
    given = {**ENVIRON, "API_TOKENS": entries or f"{ENTRY}, {OTHER_ENTRY}"}
    events = FakeInbox()
    events.letters = [dead(number) for number in range(letters)]
    books = Books.of(engine, events)
    return create_app(Settings.from_environ(given), events, lambda: None, books=books)
