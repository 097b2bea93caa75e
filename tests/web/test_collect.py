"""A key is collected once, by a person who is logged in; a GET shows nothing of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from bot.case import Request
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.collecting import Collection
from bot.storage.database import private
from bot.storage.keys import KeyStore
from bot.storage.schema import KEYS, METADATA
from bot.web.app import create_app
from bot.x509.details import Details, KeyKind
from tests.web.door import ENVIRON, FakeInbox

PASSWORD = "correct horse"
DETAILS = Details("www.x.com", ("www.x.com",), organization="X", key=KeyKind.P256)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: Engine) -> KeyStore:
    return KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ())


@pytest.fixture
def key(store: KeyStore) -> Request:
    made = store.new_request(35, 1, DETAILS)
    store.offer(35, made.spki)
    return made


@pytest.fixture
def client(engine: Engine, store: KeyStore) -> FlaskClient:
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    settings = Settings.from_environ({**ENVIRON, "DASHBOARD_PASSWORD_HASH": hashed})
    collection = Collection(engine, store)
    return create_app(settings, FakeInbox(), lambda: None, collection).test_client()


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, "the form carries its token"
    return found.group(1)


def log_in(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    form = {"csrf": token(client.get("/login")), "name": "Olga Operator", "password": password}
    return client.post("/login", data={**form, **more})


def test_nobody_sees_a_key_without_logging_in(client: FlaskClient, key: Request) -> None:
    for answer in (client.get(f"/keys/{key.spki}"), client.post(f"/keys/{key.spki}")):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/login?next=/keys/{key.spki}"


def test_looking_at_the_page_burns_nothing(client: FlaskClient, key: Request) -> None:
    log_in(client)
    for _ in range(3):
        page = client.get(f"/keys/{key.spki}")
        assert page.status_code == 200
        assert key.spki in page.text
        assert "PRIVATE KEY" not in page.text
    assert "Show the private key" in page.text


def test_key_is_shown_once_and_who_took_it_is_noted(
    client: FlaskClient, key: Request, engine: Engine
) -> None:
    log_in(client)
    form = {"csrf": token(client.get(f"/keys/{key.spki}"))}

    first = client.post(f"/keys/{key.spki}", data=form)
    second = client.post(f"/keys/{key.spki}", data=form)

    assert "-----BEGIN PRIVATE KEY-----" in first.text
    assert first.headers["Cache-Control"] == "no-store"
    assert second.status_code == 410
    assert "PRIVATE KEY" not in second.text
    last = AuditTrail(engine).of(35)[-1]
    assert (last.actor, last.what) == ("Olga Operator (dashboard)", "key opened")


def test_key_can_be_offered_again_with_a_reason(
    client: FlaskClient, key: Request, engine: Engine
) -> None:
    log_in(client)
    form = {"csrf": token(client.get(f"/keys/{key.spki}"))}
    client.post(f"/keys/{key.spki}", data=form)

    assert client.post(f"/keys/{key.spki}/again", data=form).status_code == 400
    client.post(f"/keys/{key.spki}/again", data={**form, "why": "the file was lost"})

    assert "PRIVATE KEY" in client.post(f"/keys/{key.spki}", data=form).text
    assert any(e.details.get("why") == "the file was lost" for e in AuditTrail(engine).of(35))


def test_offer_runs_out(client: FlaskClient, key: Request, engine: Engine) -> None:
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(KEYS).values(offered_until=past))
    log_in(client)
    page = client.get(f"/keys/{key.spki}")

    assert "The offer has run out" in page.text
    assert client.post(f"/keys/{key.spki}", data={"csrf": token(page)}).status_code == 410


def test_destroyed_key_is_gone_for_good(client: FlaskClient, key: Request, store: KeyStore) -> None:
    store.destroy(35, "over")
    log_in(client)
    page = client.get(f"/keys/{key.spki}")

    assert "destroyed its copy" in page.text
    form = {"csrf": token(page), "why": "please"}
    client.post(f"/keys/{key.spki}/again", data=form)
    assert client.post(f"/keys/{key.spki}", data=form).status_code == 410


def test_form_of_another_site_reveals_nothing(client: FlaskClient, key: Request) -> None:
    log_in(client)

    assert client.post(f"/keys/{key.spki}").status_code == 403
    assert client.post(f"/keys/{key.spki}", data={"csrf": "guess"}).status_code == 403


@pytest.mark.parametrize("spki", ["0" * 64, "x", "../../etc/passwd", "A" * 64])
def test_unknown_key_is_not_found(client: FlaskClient, spki: str) -> None:
    log_in(client)

    assert client.get(f"/keys/{spki}").status_code == 404


def test_wrong_password_is_refused_and_too_many_wait(client: FlaskClient) -> None:
    for _ in range(5):
        assert log_in(client, "wrong").status_code == 401

    assert log_in(client).status_code == 429


def test_wrong_passwords_side_by_side_are_no_more_than_one_after_the_other(
    client: FlaskClient,
) -> None:
    forms = []
    for _ in range(20):
        browser = client.application.test_client()
        forms.append((browser, {"csrf": token(browser.get("/login")), "password": "wrong"}))

    with ThreadPoolExecutor(20) as pool:
        sent = pool.map(lambda form: form[0].post("/login", data=form[1]).status_code, forms)

    assert Counter(sent) == {401: 5, 429: 15}


def test_right_passwords_are_not_counted(client: FlaskClient) -> None:
    for _ in range(7):
        assert log_in(client.application.test_client()).status_code == 303


def test_pages_opened_side_by_side_after_the_log_in_have_forms_of_one_session(
    client: FlaskClient,
) -> None:
    log_in(client)

    with client.session_transaction() as session:
        assert session["csrf"]


def test_no_redirect_follows_the_host_that_a_request_names(client: FlaskClient) -> None:
    for path in ("/keys//x", "//login", "/login//sso", "/login/"):
        answer = client.get(path, headers={"Host": "evil.example.com"})
        assert answer.status_code in (303, 404)
        assert "evil" not in answer.headers.get("Location", "")


def test_name_is_wanted_for_the_audit(client: FlaskClient) -> None:
    assert log_in(client, name="  ").status_code == 401


@pytest.mark.parametrize(
    "there",
    [
        *("https://evil.example.com", "//evil.example.com", "/\\evil", "/\t/evil.example.com"),
        *("/\n/evil.example.com", "/%09/evil", "/\x00/evil", "javascript:alert(1)"),
    ],
)
def test_log_in_leads_to_our_own_pages_alone(client: FlaskClient, there: str) -> None:
    assert log_in(client, next=there).headers["Location"] == "/"


def test_logging_out_ends_it(client: FlaskClient, key: Request) -> None:
    log_in(client)
    client.post("/logout", data={"csrf": token(client.get(f"/keys/{key.spki}"))})

    assert client.get(f"/keys/{key.spki}").status_code == 303


def test_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = log_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_pages_allow_nothing_but_their_own_style(client: FlaskClient) -> None:
    policy = client.get("/login").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_without_a_password_there_are_no_pages(engine: Engine, store: KeyStore) -> None:
    app = create_app(
        Settings.from_environ(ENVIRON), FakeInbox(), lambda: None, Collection(engine, store)
    )

    assert app.test_client().get("/login").status_code == 404
