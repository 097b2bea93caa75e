"""Log-in by single sign-on, through real HTTP, against a provider that may misbehave."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from bot import wiring
from bot.gateways.openid import OpenIdProvider
from bot.settings import Settings
from bot.storage.collecting import Collection
from bot.storage.database import private
from bot.storage.keys import KeyStore
from bot.storage.schema import METADATA
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from bot.web.sessions import LIFETIME
from tests.web.door import ENVIRON, FakeInbox
from tests.web.provider import CLIENT, SECRET, FakeProvider
from tests.web.test_collect import PASSWORD, log_in, token

HOME = "https://bot.acme.example"
KEY = "/keys/" + "0" * 64


class Clock:
    """A clock that the test moves; the cookies' own signatures go by the real one."""

    def __init__(self) -> None:
        self.now, self.seconds = datetime.now(UTC), 1000.0

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(made)
    yield made
    made.dispose()


def environ(provider: FakeProvider, **more: str) -> dict[str, str]:
    """A bot with this single sign-on."""
    return {**ENVIRON, "PUBLIC_URL": HOME, **provider.settings, **more}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client_of(engine: Engine, given: dict[str, str], clock: Clock) -> FlaskClient:
    settings = Settings.from_environ(given)
    keys = Collection(engine, KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ()))
    single = (
        OpenIdProvider(settings, lambda: clock.seconds, (1.0, 0.5))
        if settings.oidc_issuer
        else None
    )
    books = Books.of(engine, FakeInbox())
    app = create_app(
        settings, FakeInbox(), lambda: None, keys, now=clock, provider=single, books=books
    )
    return app.test_client()


@pytest.fixture
def client(engine: Engine, provider: FakeProvider, clock: Clock) -> FlaskClient:
    return client_of(engine, environ(provider), clock)


def get(client: FlaskClient, path: str) -> TestResponse:
    """As a browser asks, by TLS."""
    return client.get(path, base_url=HOME)


def at_the_provider(client: FlaskClient, leads: str = "/") -> str:
    """Where the provider sends the person who logs in there."""
    away = get(client, f"/login/sso?next={leads}")
    assert away.status_code == 303, away.text
    there = requests.post(away.headers["Location"], allow_redirects=False, timeout=5)
    return there.headers["Location"]


def through(client: FlaskClient, leads: str = "/") -> TestResponse:
    """There and back."""
    return get(client, at_the_provider(client, leads).removeprefix(HOME))


def is_in(client: FlaskClient) -> bool:
    return get(client, "/").status_code == 200


def test_person_comes_in_with_name_and_role(client: FlaskClient, provider: FakeProvider) -> None:
    answer = through(client)

    assert (answer.status_code, is_in(client)) == (200, True)
    assert "As Olga Operator." in answer.text
    assert get(client, KEY).status_code == 404, "an operator may look for keys"


def test_way_to_the_provider_carries_everything_that_proves_the_way_back(
    client: FlaskClient, provider: FakeProvider
) -> None:
    url = urlsplit(get(client, "/login/sso").headers["Location"])
    asked = {name: value for name, [value] in parse_qs(url.query).items()}

    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/authorize"
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"{HOME}/login/callback"
    assert asked["scope"] == "openid profile email groups"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_cookie_of_the_attempt_is_lax_short_and_for_the_way_back_alone(client: FlaskClient) -> None:
    kept = get(client, "/login/sso").headers["Set-Cookie"]

    for part in ("SameSite=Lax", "HttpOnly", "Secure", "Max-Age=600", "Path=/login/callback"):
        assert part in kept


def test_session_stays_strict_and_the_way_back_leads_on_from_a_page(client: FlaskClient) -> None:
    answer = through(client, "/cases")

    [kept] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("ssl_bot=")]
    assert "SameSite=Strict" in kept
    assert '<meta http-equiv="refresh" content="0; url=/cases">' in answer.text
    assert '<a href="/cases">Go on</a>' in answer.text


@pytest.mark.parametrize("leads", ["https://evil.example", "//evil.example", "/\\evil", "%2F%2Fe"])
def test_single_sign_on_leads_to_our_own_pages_alone(client: FlaskClient, leads: str) -> None:
    assert '"0; url=/"' in through(client, leads).text


def test_filter_of_a_list_is_kept_over_the_log_in(client: FlaskClient) -> None:
    asked = get(client, "/?stage=new&q=a%20b")
    assert asked.headers["Location"] == "/login?next=/%3Fstage%3Dnew%26q%3Da%2520b"

    page = get(client, asked.headers["Location"])
    [link] = re.findall(r'href="(/login/sso[^"]*)"', page.text)

    assert "url=/?stage=new&amp;q=a%20b" in through(client, link.partition("next=")[2]).text


def test_link_of_another_site_is_followed_once_more_from_our_own(client: FlaskClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}

    page = client.get("/?stage=new", base_url=HOME, headers=foreign)

    assert '<meta http-equiv="refresh" content="0; url=/?stage=new">' in page.text
    asked = client.post(KEY, base_url=HOME, headers=foreign)
    assert asked.headers["Location"] == f"/login?next={KEY}", "a form is not sent once more"
    asked = client.get(KEY, base_url=HOME, headers={"Sec-Fetch-Site": "same-origin"})
    assert asked.headers["Location"] == f"/login?next={KEY}"


WRONG_TOKENS = {
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "audience": {"aud": "another-client"},
    "audience, though by the bot's name": {"aud": "another-client", "azp": CLIENT},
    "audiences, though by the bot's name": {"aud": ["one", "other"], "azp": CLIENT},
    "audiences, by another's name": {"aud": [CLIENT, "other"], "azp": "other"},
    "audiences, by nobody's name": {"aud": [CLIENT, "other"]},
    "no audience": {"aud": None},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1},
    "no expiry": {"exp": None},
    "senseless expiry": {"exp": "soon"},
    "not yet": {"nbf": 99999999999},
    "subject": {"sub": None},
    "access token": {"at_hash": "x"},
    "no token": {"answer": {"id_token": None}},
    "senseless token": {"answer": {"id_token": "a.b.c"}},
    "token of another kind": {"answer": {"id_token": 5}},
}


@pytest.mark.parametrize("wrong", WRONG_TOKENS.values(), ids=WRONG_TOKENS)
def test_token_that_does_not_fit_lets_nobody_in(
    client: FlaskClient, provider: FakeProvider, wrong: dict[str, object]
) -> None:
    provider.wrong = wrong

    answer = through(client)

    assert (answer.status_code, is_in(client)) == (403, False)
    assert "could not be proven" in answer.text


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_token_that_anybody_could_have_signed_lets_nobody_in(
    client: FlaskClient, provider: FakeProvider, alg: str
) -> None:
    provider.alg = alg

    assert (through(client).status_code, is_in(client)) == (403, False)


def test_token_of_another_key_lets_nobody_in(client: FlaskClient, provider: FakeProvider) -> None:
    published = provider.published
    provider.rotate()
    provider.published = published

    assert (through(client).status_code, is_in(client)) == (403, False)


def test_keys_that_were_changed_are_fetched_once_again(
    client: FlaskClient, provider: FakeProvider
) -> None:
    through(client)
    through(client)
    assert provider.asked.count("/jwks") == 1
    provider.rotate()

    assert through(client).status_code == 200
    assert provider.asked.count("/jwks") == 2


def test_forged_answer_lets_nobody_in(client: FlaskClient, provider: FakeProvider) -> None:
    provider.state = "another"

    answer = through(client)

    assert (answer.status_code, is_in(client)) == (400, False)
    assert "/token" not in provider.asked


def test_answer_without_a_question_lets_nobody_in(
    client: FlaskClient, provider: FakeProvider, engine: Engine, clock: Clock
) -> None:
    others = at_the_provider(client_of(engine, environ(provider), clock)).removeprefix(HOME)

    assert (get(client, others).status_code, is_in(client)) == (400, False)
    assert get(client, "/login/callback?code=x").status_code == 400
    assert get(client, "/login/callback").status_code == 400


def test_code_is_good_once(client: FlaskClient, provider: FakeProvider) -> None:
    back = at_the_provider(client).removeprefix(HOME)
    kept = client.get_cookie("ssl_bot_attempt", "bot.acme.example", "/login/callback")
    assert kept is not None
    get(client, back)
    get(client, "/")

    assert get(client, back).status_code == 400, "the attempt is over"
    client.set_cookie(
        "ssl_bot_attempt", kept.value, domain="bot.acme.example", path="/login/callback"
    )
    assert get(client, back).status_code == 403, "and the provider takes the code once"


def test_code_of_another_attempt_lets_nobody_in(
    client: FlaskClient, provider: FakeProvider
) -> None:
    stolen = parse_qs(urlsplit(at_the_provider(client)).query)["code"][0]
    mine = parse_qs(urlsplit(at_the_provider(client)).query)["state"][0]

    answer = get(client, f"/login/callback?code={stolen}&state={mine}")

    assert (answer.status_code, is_in(client)) == (403, False)


def test_wrong_secret_of_the_bot_is_named_in_the_log(
    engine: Engine, provider: FakeProvider, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_of(engine, environ(provider, OIDC_CLIENT_SECRET="outdated"), clock)

    assert (through(client).status_code, is_in(client)) == (403, False)
    assert "the code is not taken: invalid_client" in capsys.readouterr().out


def test_person_who_breaks_it_off_is_told(client: FlaskClient, provider: FakeProvider) -> None:
    provider.error = "access_denied"

    answer = through(client)

    assert (answer.status_code, is_in(client)) == (403, False)
    assert "has not logged you in" in answer.text


@pytest.mark.parametrize("groups", [["staff"], [], None, "SSL-OPERATORS", [7, {"a": 1}], {"a": 1}])
def test_person_without_a_group_of_ours_stays_out(
    client: FlaskClient, provider: FakeProvider, groups: object
) -> None:
    provider.person["groups"] = groups

    answer = through(client)

    assert (answer.status_code, is_in(client)) == (403, False)
    assert "none of your groups may see these pages" in answer.text


@pytest.mark.parametrize(
    ("groups", "keys"),
    [
        (["everybody"], 403),
        (["everybody", "ssl-agents"], 404),
        ("ssl-agents", 404),
        (["ssl-operators", "everybody"], 404),
    ],
)
def test_key_pages_need_the_role_agent(
    client: FlaskClient, provider: FakeProvider, groups: object, keys: int
) -> None:
    provider.person["groups"] = groups
    through(client)

    answer = get(client, KEY)

    assert (answer.status_code, is_in(client)) == (keys, True)
    if keys == 403:
        assert "This page needs the role agent" in answer.text
        form = {"csrf": token(answer)}
        assert client.post(KEY, data=form, base_url=HOME).status_code == 403


def test_roles_may_stand_within_a_claim_as_keycloak_has_them(
    engine: Engine, provider: FakeProvider, clock: Clock
) -> None:
    provider.person = {"sub": "u-1", "realm_access": {"roles": ["ssl-agents"]}}
    client = client_of(engine, environ(provider, OIDC_ROLES_CLAIM="realm_access.roles"), clock)

    assert "As u-1." in through(client).text
    assert get(client, KEY).status_code == 404


def test_groups_of_a_thin_token_come_from_the_user_info(
    client: FlaskClient, provider: FakeProvider
) -> None:
    provider.person = {"sub": "u-1"}
    provider.thin = {"sub": "u-1", "name": "Olga", "groups": ["ssl-agents"]}

    assert "As Olga." in through(client).text
    assert get(client, KEY).status_code == 404


@pytest.mark.parametrize("thin", [{"sub": "u-2", "groups": ["ssl-agents"]}, {}])
def test_user_info_of_somebody_else_lets_nobody_in(
    client: FlaskClient, provider: FakeProvider, thin: dict[str, object]
) -> None:
    provider.person = {"sub": "u-1"}
    provider.thin = thin

    assert (through(client).status_code, is_in(client)) == (403, False)


def test_user_info_cannot_change_what_the_token_says(
    client: FlaskClient, provider: FakeProvider
) -> None:
    provider.thin = {"sub": "u-1", "name": "Eve", "groups": ["ssl-operators"]}
    provider.person["groups"] = []

    assert "As Olga Operator." not in through(client).text, "no groups are a word, too"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"name": "  Eve\r\nbot: key opened\x1b[31m "}, "Eve bot: key opened [31m"),
        ({"name": "", "preferred_username": "eve"}, "eve"),
        ({"name": 7, "preferred_username": None}, "olga@acme.example"),
        ({"name": "<b>x</b>"}, "&lt;b&gt;x&lt;/b&gt;"),
        ({"name": "x" * 300}, "x" * 80 + "."),
    ],
)
def test_name_for_the_audit_is_one_bounded_line(
    client: FlaskClient, provider: FakeProvider, given: dict[str, object], shown: str
) -> None:
    provider.person |= given

    assert f"As {shown}" in through(client).text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_provider_that_is_down_is_said_plainly_and_asked_again(
    client: FlaskClient, provider: FakeProvider, clock: Clock, path: str
) -> None:
    provider.down = {path}
    away = get(client, "/login/sso")
    answer = away if away.status_code != 303 else through(client)

    assert (answer.status_code, is_in(client)) == (503, False)
    assert "does not answer" in answer.text
    assert answer.headers["Retry-After"] == "30"

    provider.down = set()
    clock.seconds += 6
    assert through(client).status_code == 200


def test_provider_that_is_gone_is_asked_once_in_seconds(
    client: FlaskClient, provider: FakeProvider, clock: Clock
) -> None:
    provider.down = {"/.well-known/openid-configuration"}

    assert [get(client, "/login/sso").status_code for _ in range(5)] == [503] * 5
    assert len(provider.asked) == 1


def test_closed_port_is_a_plain_page(client: FlaskClient, provider: FakeProvider) -> None:
    provider.close()

    assert get(client, "/login/sso").status_code == 503


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_provider_that_hangs_is_not_waited_for(
    client: FlaskClient, provider: FakeProvider, path: str
) -> None:
    provider.slow = {path}
    before = time.monotonic()

    away = get(client, "/login/sso")
    answer = away if away.status_code != 303 else through(client)

    assert answer.status_code == 503
    assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": "http://127.0.0.1:1"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://127.0.0.1/"},
        {"authorization_endpoint": 7},
        {"end_session_endpoint": "javascript:alert(1)"},
    ],
)
def test_description_that_does_not_fit_is_not_taken(
    client: FlaskClient, provider: FakeProvider, described: dict[str, object]
) -> None:
    provider.described = described

    assert get(client, "/login/sso").status_code == 503


def test_description_is_kept_for_an_hour(
    client: FlaskClient, provider: FakeProvider, clock: Clock
) -> None:
    for _ in range(3):
        through(client)
    assert provider.asked.count("/.well-known/openid-configuration") == 1

    clock.seconds += 3601
    through(client)
    assert provider.asked.count("/.well-known/openid-configuration") == 2


def test_session_ends_eight_hours_after_the_log_in_whatever_was_done_since(
    client: FlaskClient, clock: Clock
) -> None:
    through(client)
    clock.now += LIFETIME - timedelta(minutes=1)
    assert is_in(client)

    clock.now += timedelta(minutes=1)
    assert not is_in(client)


def test_log_in_makes_a_fresh_session(client: FlaskClient) -> None:
    get(client, "/login/sso")
    with client.session_transaction(base_url=HOME) as before:
        before["csrf"] = "planted"
    through(client)

    assert client.post("/logout", data={"csrf": "planted"}, base_url=HOME).status_code == 403
    assert is_in(client)


def test_log_out_ends_both_sessions(client: FlaskClient, provider: FakeProvider) -> None:
    through(client)

    out = client.post("/logout", data={"csrf": token(get(client, "/"))}, base_url=HOME)

    assert (out.status_code, is_in(client)) == (200, False)
    [url] = re.findall(r'<a href="([^"]+)">Log out of the single sign-on', out.text)
    asked = parse_qs(urlsplit(url.replace("&amp;", "&")).query)
    assert url.startswith(f"{provider.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == [f"{HOME}/login"]
    assert asked["client_id"] == [CLIENT]
    assert asked["id_token_hint"][0].count(".") == 2


@pytest.mark.parametrize("silent", [True, False])
def test_log_out_works_where_the_provider_has_none(
    client: FlaskClient, provider: FakeProvider, clock: Clock, silent: bool
) -> None:
    provider.described = {"end_session_endpoint": None}
    through(client)
    form = {"csrf": token(get(client, "/"))}
    if silent:
        provider.close()
        clock.seconds += 4000

    out = client.post("/logout", data=form, base_url=HOME)

    assert (out.status_code, out.headers["Location"], is_in(client)) == (303, "/login", False)


def test_both_ways_in_stand_beside_each_other(
    engine: Engine, provider: FakeProvider, clock: Clock
) -> None:
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    given = environ(provider, DASHBOARD_PASSWORD_HASH=hashed, PUBLIC_URL="http://127.0.0.1:1")
    client = client_of(engine, given, clock)

    page = client.get("/login?next=/cases").text
    assert 'href="/login/sso?next=/cases"' in page
    assert 'type="password"' in page
    assert log_in(client).status_code == 303
    assert client.get(KEY).status_code == 404, "the password makes an operator"
    out = client.post("/logout", data={"csrf": token(client.get("/"))})
    assert out.headers["Location"] == "/login", "who came by password leaves none elsewhere"


def test_without_a_password_none_is_taken(client: FlaskClient) -> None:
    page = get(client, "/login")

    assert "password" not in page.text
    assert client.post("/login", data={"password": ""}, base_url=HOME).status_code == 403


def test_wired_bot_has_the_single_sign_on_that_its_settings_name(
    provider: FakeProvider, tmp_path: Path
) -> None:
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'wired.db'}"}
    settings = Settings.from_environ({**environ(provider), **database})

    client = wiring.web(settings).test_client()

    assert through(client).status_code == 200


def test_nothing_secret_is_logged(
    client: FlaskClient,
    provider: FakeProvider,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    provider.wrong = {"nonce": "another"}
    back = at_the_provider(client)
    get(client, back.removeprefix(HOME))
    provider.wrong = {}
    through(client)

    written = caplog.text + capsys.readouterr().out
    assert "InvalidClaimError" in written
    for secret in (SECRET, parse_qs(urlsplit(back).query)["code"][0], "Olga", "olga@"):
        assert secret not in written
