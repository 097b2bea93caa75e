"""Settings: what is taken, what is refused, and that no value is ever shown."""

from __future__ import annotations

from pathlib import Path

import certifi
import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from bot.setting_types import ConnectTo
from bot.settings import NAMES, TABLE, Settings, SettingsFaults
from tests.web.door import ENVIRON

KEYS = [Fernet.generate_key().decode() for _ in range(2)]


def read(**changes):
    return Settings.from_environ(ENVIRON | changes)


def faults(**changes):
    with pytest.raises(SettingsFaults) as caught:
        read(**changes)
    return caught.value.faults


def test_defaults():
    found = read(PORT=" ", LOG_LEVEL="", JIRA_EMAIL="")
    assert (found.database_url, found.port, found.web_concurrency) == (
        "sqlite:///var/bot.db",
        8000,
        1,
    )
    assert (found.csr_source, found.domain_check, found.log_level) == (
        "bot",
        "organization",
        "INFO",
    )
    assert (found.jira_csr_project, found.jira_change_issue_type) == ("ITOPS", "Change Request")
    assert (found.jira_email, found.public_url, found.probe_connect_to) == (None, None, ())


def test_values_are_taken_as_given():
    found = read(PORT="9000", LOG_LEVEL="debug", JIRA_EMAIL="bot@acme.example")
    assert (found.port, found.log_level, found.jira_email) == (9000, "DEBUG", "bot@acme.example")
    assert found.jira_url == "https://jira.acme.example/jira"
    assert [one.get_secret_value() for one in found.jira_webhook_secret] == ["old-j", "new-j"]


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        read().port = 1


def test_nothing_secret_is_shown():
    shown = f"{read(DATABASE_URL='postgres://u:db-pass@db/bot')!r}"
    for secret in ("db-pass", "z-token", "j-token", "old-z", "old-j", ENVIRON["KEY_STORE_KEYS"]):
        assert secret not in shown


def test_all_faults_are_found_at_once_in_the_tables_order():
    with pytest.raises(SettingsFaults) as caught:
        Settings.from_environ({"PORT": "x", "CSR_SOURCE": "me"})
    found = [fault.partition(":")[0] for fault in caught.value.faults]
    assert found == [
        "ZENDESK_URL",
        "ZENDESK_EMAIL",
        "ZENDESK_TOKEN",
        "ZENDESK_WEBHOOK_SECRET",
        "JIRA_URL",
        "JIRA_TOKEN",
        "JIRA_WEBHOOK_SECRET",
        "CSR_SOURCE",
        "KEY_STORE_KEYS",
        "KEY_RECIPIENTS",
        "PORT",
    ]
    assert str(caught.value).count("\n") == len(found) - 1


WRONG = {
    "DATABASE_URL": ["mysql://u:hunter2@db/x", "sqlite://", "sqlite:///:memory:", "postgres://db"],
    "ZENDESK_URL": [
        "acme.zendesk.com",
        "http://acme.zendesk.com",
        "https://u:hunter2@acme.zendesk.com",
        "https://",
        "https://a:99999",
        "https://[::1",
        "https://a?token=hunter2",
        "ftp://127.0.0.1",
    ],
    "ZENDESK_EMAIL": ["bot", "bot@acme.example/token"],
    "ZENDESK_WEBHOOK_SECRET": [",", " , "],
    "JIRA_URL": ["http://jira.acme.example"],
    "JIRA_EMAIL": ["hunter2"],
    "JIRA_CSR_PROJECT": ["itops", "IT OPS"],
    "CSR_SOURCE": ["hunter2"],
    "KEY_STORE_KEYS": ["hunter2", f"{KEYS[0]},hunter2", "file:/hunter2/none", ","],
    "KEY_HANDOVER": ["mail"],
    "KEY_RECIPIENTS": ["/hunter2/none"],
    "TRUST_ROOTS": ["/hunter2/none", "/dev/null"],
    "PROBE_CONNECT_TO": ["a:443", "a:443:b:0", "a:99999:b:1", "::1:443:b:1", "a:443:b:1,hunter2"],
    "DOMAIN_CHECK": ["on"],
    "PUBLIC_URL": ["http://bot.acme.example"],
    "DASHBOARD_PASSWORD_HASH": ["hunter2", "$2b$12$abcdefghijklmnopqrstuv"],
    "API_TOKENS": ["hunter2", "a:hunter2", f"a b:{'0' * 64}", f"a:{'0' * 64},hunter2", ","],
    "OIDC_ROLES_CLAIM": ["my groups"],
    "PORT": ["0", "65536", "-1", "8000.0", "١"],
    "WEB_CONCURRENCY": ["0", "many"],
    "LOG_LEVEL": ["loud"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(n, v, id=f"{n}-{i}") for n, vs in WRONG.items() for i, v in enumerate(vs)],
)
def test_a_wrong_value_is_one_line_that_does_not_quote_it(name, value):
    [fault] = faults(**{name: value})
    assert fault.startswith(f"{name}: ")
    assert ", expected " in fault
    assert "hunter2" not in fault
    assert "\n" not in fault


def test_sealing_needs_recipients(tmp_path):
    first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----")
    pem = str(tmp_path / "team.pem")
    Path(pem).write_text(first + end)
    assert faults(KEY_HANDOVER="cms")[0].startswith("KEY_RECIPIENTS: missing")
    assert faults(KEY_HANDOVER="")[0].startswith("KEY_RECIPIENTS: missing")
    assert read(KEY_HANDOVER="cms", KEY_RECIPIENTS=pem).key_recipients == pem


def test_jira_cloud_needs_an_email():
    assert faults(JIRA_URL="https://Acme.atlassian.net")[0].startswith("JIRA_EMAIL: missing")
    assert read(JIRA_URL="https://acme.atlassian.net", JIRA_EMAIL="a@b.example").jira_email


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001", "http://localhost:1", "http://[::1]:8001"]
)
def test_loopback_needs_no_encryption(url):
    assert read(ZENDESK_URL=url, JIRA_URL=url).zendesk_url == url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_in_each_way_of_writing_it(scheme):
    assert (
        read(DATABASE_URL=f"{scheme}://u:p@db/bot").database_url
        == "postgresql+psycopg://u:p@db/bot"
    )


def test_keys_may_stand_in_a_file(tmp_path):
    path = tmp_path / "keys"
    path.write_text("\n".join(KEYS) + "\n")
    found = read(KEY_STORE_KEYS=f"file:{path}").key_store_keys
    assert [key.get_secret_value() for key in found] == KEYS


def test_connect_to_as_curl_writes_it():
    found = read(PROBE_CONNECT_TO="Shop.example:443:127.0.0.1:8443, b.example:443:[::1]:1")
    assert found.probe_connect_to == (
        ConnectTo("shop.example", 443, "127.0.0.1", 8443),
        ConnectTo("b.example", 443, "::1", 1),
    )


def test_a_password_hash_of_werkzeug():
    digest = "scrypt:32768:8:1$salt$" + "ab" * 32
    assert read(DASHBOARD_PASSWORD_HASH=digest).dashboard_password_hash.get_secret_value() == digest


def test_the_table_names_every_variable_once_with_meaning_and_default():
    assert len(NAMES) == len(TABLE)
    assert all(row.meaning and row.default for row in TABLE)
    by_name = {row.name: row.default for row in TABLE}
    assert by_name["ZENDESK_TOKEN"] == "required"
    assert by_name["PORT"] == "`8000`"
    assert by_name["JIRA_SECURITY_LEVEL"] == "none"


SINGLE = {
    "PUBLIC_URL": "https://bot.acme.example",
    "OIDC_ISSUER": "https://sso.acme.example/realms/acme/",
    "OIDC_CLIENT_ID": "ssl-bot",
    "OIDC_CLIENT_SECRET": "hunter2",
    "OIDC_OPERATORS": "ssl-operators, Helpdesk Leads",
}


def test_single_sign_on_as_it_should_be():
    found = read(**SINGLE)
    assert found.oidc_operators == ("ssl-operators", "Helpdesk Leads")
    assert (found.oidc_viewers, found.oidc_roles_claim) == ((), "groups")
    assert (found.dashboard, found.case_pages) == (True, "https://bot.acme.example/cases")
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("PUBLIC_URL", ["OIDC_ISSUER"]),
        ("OIDC_ISSUER", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_OPERATORS"]),
        ("OIDC_CLIENT_ID", ["OIDC_CLIENT_ID"]),
        ("OIDC_CLIENT_SECRET", ["OIDC_CLIENT_SECRET"]),
        ("OIDC_OPERATORS", ["OIDC_OPERATORS"]),
    ],
)
def test_settings_of_the_single_sign_on_go_together(missing, named):
    found = faults(**{**SINGLE, missing: ""})
    assert [fault.partition(":")[0] for fault in found] == named
    assert all(", expected " in fault for fault in found)
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    "issuer", ["http://sso.acme.example", "https://u:hunter2@sso.acme.example", "hunter2"]
)
def test_issuer_is_an_address_with_tls(issuer):
    [fault] = faults(**{**SINGLE, "OIDC_ISSUER": issuer})
    assert fault.startswith("OIDC_ISSUER: ")
    assert "hunter2" not in fault


@pytest.mark.parametrize("role", ["OIDC_VIEWERS", "OIDC_AGENTS"])
def test_groups_for_one_role_are_enough(role):
    assert read(**{**SINGLE, "OIDC_OPERATORS": "", role: "staff"}).dashboard


def test_there_are_no_pages_where_nobody_can_log_in():
    assert not read(PUBLIC_URL="https://bot.acme.example").dashboard
    assert read(PUBLIC_URL="https://bot.acme.example").case_pages == ""


def test_tokens_of_the_api_are_known_by_name_and_hash():
    [first, second] = read(API_TOKENS=f"monitor:{'0' * 64}, reports:{'1' * 64}").api_tokens
    assert (first.name, second.name, second.digest) == ("monitor", "reports", "1" * 64)
    assert read().api_tokens == ()
