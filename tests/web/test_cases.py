"""One case as a page: for people who are logged in, and whatever its texts are, they are texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.security import generate_password_hash

from bot.case import At, Case, Held, Request
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.collecting import Collection
from bot.storage.database import private
from bot.storage.keys import KeyStore
from bot.storage.schema import METADATA
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from bot.x509.details import Details, KeyKind
from bot.x509.findings import Finding, Severity
from tests.web.door import ENVIRON, FakeInbox
from tests.web.test_collect import PASSWORD, log_in

EVIL = "<script>alert(1)</script>"
CASE = Case(
    35,
    7,
    EVIL,
    70,
    At.CHANGE_OPEN,
    host="www.xn--mller-kva.example.com",
    answers=(("organization", EVIL),),
    details=Details("www.x.com", ("www.x.com", "x.com"), EVIL, "Leeds", "", "GB", KeyKind.P256),
    requests=(Request("-----BEGIN CERTIFICATE REQUEST-----", "5f" * 32),),
    csr_issue="ITOPS-1",
    change_issue="SPC-2",
    held=Held("leaf", (), datetime(2027, 6, 11, tzinfo=UTC), "3c" * 32),
    findings=(Finding("CHAIN_COMPLETED", Severity.FIXED, "mended", f"added {EVIL}"),),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def client(engine: Engine) -> FlaskClient:
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    settings = Settings.from_environ({**ENVIRON, "DASHBOARD_PASSWORD_HASH": hashed})
    store, trail = CaseStore(engine), AuditTrail(engine)
    store.save(CASE)
    trail.note(35, f"Zendesk user 7 ({EVIL})", "stage changed", after="change_open", mark="e.1")
    keys = Collection(engine, KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ()))
    books = Books.of(engine, FakeInbox())
    app = create_app(settings, FakeInbox(), lambda: None, keys, store.find, books=books)
    return app.test_client()


def test_nobody_sees_a_case_without_logging_in(client: FlaskClient) -> None:
    answer = client.get("/cases/35")

    assert (answer.status_code, answer.location) == (303, "/login?next=/cases/35")


def test_case_shows_how_far_it_is_and_what_is_known(client: FlaskClient) -> None:
    log_in(client)

    text = client.get("/cases/35").text

    for shown in (
        "www.müller.example.com",
        "The SaaS team is to install the certificate.",
        'aria-current="step">The site is verified',
        "https://acme.zendesk.com/agent/tickets/35",
        "/browse/SPC-2",
        "2027-06-11",
        "CHAIN_COMPLETED",
        "<strong>stage changed</strong>",
        "after change_open",
    ):
        assert shown in text, shown


def test_texts_of_others_are_texts_and_keys_are_not_there(client: FlaskClient) -> None:
    log_in(client)

    answer = client.get("/cases/35")

    assert "<script" not in answer.text
    assert answer.text.count("&lt;script&gt;") == 3
    assert "BEGIN" not in answer.text
    assert "e.1" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("ticket", ["36", "99999999999999999999", "x", "-1"])
def test_case_that_is_not_there_is_not_found(client: FlaskClient, ticket: str) -> None:
    log_in(client)

    assert client.get(f"/cases/{ticket}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "leads"),
    [("35", "/cases/35"), (" #35 ", "/cases/35"), ("//evil", "/"), ("", "/"), ("9" * 30, "/")],
)
def test_number_leads_to_its_case(client: FlaskClient, typed: str, leads: str) -> None:
    log_in(client)

    assert client.get("/cases", query_string={"ticket": typed}).location == leads


@pytest.mark.parametrize("at", list(At))
def test_every_stage_can_be_shown(client: FlaskClient, engine: Engine, at: At) -> None:
    store = CaseStore(engine)
    store.save(replace(CASE, version=1, at=at, resume_at=None, held=None, details=None))
    log_in(client)

    assert client.get("/cases/35").status_code == 200
