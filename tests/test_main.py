"""The command line: what an operator sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.fernet import Fernet
from sqlalchemy import delete, update
from werkzeug.security import check_password_hash

from bot.__main__ import main
from bot.case import At, Case, Held, Request
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.keys import KeyStore
from bot.storage.schema import AUDIT
from bot.storage.sites import SiteStore
from bot.web.api import tokens
from bot.x509.details import Details, KeyKind

DETAILS = Details("www.x.com", ("www.x.com",), organization="X", key=KeyKind.P256)
CASE = Case(
    ticket=35,
    requester=7,
    requester_name="Ada Brand",
    organization=70,
    at=At.CHANGE_OPEN,
    host="www.nordlicht-store.com",
    details=Details("www.nordlicht-store.com", ("www.nordlicht-store.com", "nordlicht-store.com")),
    requests=(Request("a CSR", "5f" * 32),),
    csr_issue="ITOPS-1",
    change_issue="SPC-2",
    held=Held("leaf", (), datetime(2027, 6, 11, tzinfo=UTC), "3c" * 32),
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "ZENDESK_URL": "http://127.0.0.1:1",
        "ZENDESK_EMAIL": "bot@example.com",
        "ZENDESK_TOKEN": "zendesk-token",
        "ZENDESK_WEBHOOK_SECRET": "zendesk-secret",
        "JIRA_URL": "http://127.0.0.1:1",
        "JIRA_TOKEN": "jira-token",
        "JIRA_WEBHOOK_SECRET": "jira-secret",
        "KEY_STORE_KEYS": Fernet.generate_key().decode(),
        "KEY_HANDOVER": "pull",
    }


def run(environment: dict[str, str], *command: str) -> Result:
    blank = dict.fromkeys(("KEY_RECIPIENTS", "TRUST_ROOTS", "LOG_LEVEL"), "")
    return CliRunner().invoke(main, command, env={**blank, **environment})


def saved(environment: dict[str, str]) -> None:
    assert run(environment, "migrate").exit_code == 0
    CaseStore(connect(environment["DATABASE_URL"])).save(CASE)


@pytest.mark.parametrize(
    "command", [[], *([name] for name in ("web", "worker", "migrate", "check", "cases", "replay"))]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    shown = run({}, *command, "--help")

    assert shown.exit_code == 0
    assert "Usage:" in shown.output


@pytest.mark.parametrize("command", ["web", "worker", "migrate", "check", "cases", "replay"])
def test_every_fault_of_the_environment_is_said_at_once(command: str) -> None:
    shown = run({"ZENDESK_URL": "ftp://x", "PORT": "many", "KEY_STORE_KEYS": "hush"}, command)

    assert shown.exit_code == 2
    lines = shown.stderr.splitlines()
    for name in ("ZENDESK_URL", "ZENDESK_TOKEN", "JIRA_URL", "KEY_STORE_KEYS", "PORT"):
        assert sum(line.startswith(f"{name}:") for line in lines) == 1
    assert "Traceback" not in shown.output
    assert "hush" not in shown.output


def test_cases_stand_one_on_a_line(environment: dict[str, str]) -> None:
    saved(environment)

    shown = run(environment, "cases")

    assert shown.output == "35\tchange_open\twww.nordlicht-store.com\tITOPS-1\tSPC-2\n"


def test_case_shows_what_is_known(environment: dict[str, str]) -> None:
    saved(environment)

    shown = run(environment, "case", "35")

    assert shown.output.splitlines() == [
        "ticket: 35",
        "stage: change_open",
        "site: www.nordlicht-store.com (production)",
        "names: www.nordlicht-store.com, nordlicht-store.com",
        f"key fingerprint: {'5f' * 32}",
        "CSR request: ITOPS-1",
        f"certificate: {'3c' * 32}",
        "expires: 2027-06-11T00:00:00+00:00",
        "change: SPC-2",
    ]


def test_ticket_without_a_case_is_an_error(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    shown = run(environment, "case", "36")

    assert shown.exit_code == 1
    assert "ticket 36 has no case" in shown.output


def test_nothing_failed_is_nothing_listed(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    assert run(environment, "replay").output == ""


def test_replay_of_an_unknown_event_is_an_error(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    shown = run(environment, "replay", "nothing")

    assert shown.exit_code == 1
    assert "no dead letter nothing" in shown.output
    assert "Traceback" not in shown.output


@pytest.mark.parametrize("command", [["cases"], ["case", "35"], ["replay"]])
def test_database_without_its_tables_is_said_plainly(
    environment: dict[str, str], command: list[str]
) -> None:
    shown = run(environment, *command)

    assert shown.exit_code == 1
    assert "python -m bot migrate" in shown.output


def test_rotation_seals_every_key_anew(environment: dict[str, str]) -> None:
    run(environment, "migrate")
    old, new = environment["KEY_STORE_KEYS"], Fernet.generate_key().decode()
    made = KeyStore(connect(environment["DATABASE_URL"]), [old], ()).new_request(35, 1, DETAILS)

    shown = run({**environment, "KEY_STORE_KEYS": f"{new},{old}"}, "keys", "rotate")

    assert shown.output == "1 private keys are sealed with the newest key\n"
    only_new = KeyStore(connect(environment["DATABASE_URL"]), [new], ())
    assert only_new.opened(35, made.spki, "Olga Operator", "test").startswith(b"-----BEGIN")


def test_rotation_without_the_old_key_changes_nothing(environment: dict[str, str]) -> None:
    run(environment, "migrate")
    old, new = environment["KEY_STORE_KEYS"], Fernet.generate_key().decode()
    KeyStore(connect(environment["DATABASE_URL"]), [old], ()).new_request(35, 1, DETAILS)

    shown = run({**environment, "KEY_STORE_KEYS": new}, "keys", "rotate")

    assert shown.exit_code == 2
    assert "no key of KEY_STORE_KEYS opens" in shown.output


def test_own_certificate_is_printed_and_stays_the_same(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    first = run(environment, "keys", "certificate")

    assert x509.load_pem_x509_certificate(first.output.encode()).serial_number
    assert run(environment, "keys", "certificate").output == first.output


def test_case_shows_who_opened_its_key(environment: dict[str, str]) -> None:
    saved(environment)
    store = KeyStore(connect(environment["DATABASE_URL"]), [environment["KEY_STORE_KEYS"]], ())
    made = store.new_request(35, 1, DETAILS)
    store.opened(35, made.spki, "Olga Operator", "a question of the auditor")

    lines = run(environment, "case", "35").output.splitlines()

    assert f"bot: key made spki={made.spki}" in lines[-2]
    assert f"Olga Operator: key opened spki={made.spki} why=a question of the auditor" in lines[-1]
    assert run(environment, "audit", "verify").output == "the audit is whole\n"


def test_tampered_audit_is_told(environment: dict[str, str]) -> None:
    saved(environment)
    engine = connect(environment["DATABASE_URL"])
    KeyStore(engine, [environment["KEY_STORE_KEYS"]], ()).new_request(35, 1, DETAILS)
    with engine.begin() as connection:
        connection.execute(update(AUDIT).values(actor="nobody"))

    shown = run(environment, "audit", "verify")

    assert shown.exit_code == 1
    assert shown.output == "ticket 35: entry 1 was changed\n"


def test_fresh_key_opens_a_key_store_and_is_never_the_same() -> None:
    made = [run({}, "keys", "generate").output.strip() for _ in range(2)]

    assert made[0] != made[1]
    assert all(Fernet(key) for key in made)


def test_password_hash_is_one_that_the_settings_take(environment: dict[str, str]) -> None:
    made = CliRunner().invoke(main, ["password-hash"], input="secret words\nsecret words\n")

    found = made.output.strip().splitlines()[-1]
    assert check_password_hash(found, "secret words")
    assert Settings.from_environ({**environment, "DASHBOARD_PASSWORD_HASH": found})


def test_token_of_the_api_is_one_that_the_settings_take(environment: dict[str, str]) -> None:
    made = run({}, "api-token", "monitor").output.splitlines()

    token, entry = (line.rpartition(": ")[2] for line in made)
    [known] = Settings.from_environ({**environment, "API_TOKENS": entry}).api_tokens
    assert tokens.bearer(f"Bearer {token}", [known]) == "monitor"
    assert token not in entry


@pytest.mark.parametrize("name", ["", "a b", "a,b", "a:b", "x" * 41])
def test_token_of_the_api_has_a_plain_name(name: str) -> None:
    assert run({}, "api-token", name).exit_code == 1


def test_noted_heads_are_held_against_the_audit(
    environment: dict[str, str], tmp_path: Path
) -> None:
    saved(environment)
    AuditTrail(connect(environment["DATABASE_URL"])).note(35, "bot", "case opened")
    heads = tmp_path / "heads"
    heads.write_text(run(environment, "audit", "heads").output)
    assert run(environment, "audit", "verify", "--against", str(heads)).exit_code == 0

    with connect(environment["DATABASE_URL"]).begin() as connection:
        connection.execute(delete(AUDIT))

    told = run(environment, "audit", "verify", "--against", str(heads))
    assert told.exit_code == 1
    assert "ticket 35: entry 1" in told.output


def listed(environment: dict[str, str], text: str) -> Result:
    path = Path(environment["DATABASE_URL"].removeprefix("sqlite:///")).with_name("sites.csv")
    path.write_text(text, encoding="utf-8")
    return run(environment, "sites", "import", str(path))


def test_list_of_sites_is_imported_as_often_as_one_likes(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    first, again = (listed(environment, "host,brand\nwww.x.com,X\n") for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output == "1 sites added, 0 known already, 0 rows not taken\n"
    assert again.output == "0 sites added, 1 known already, 0 rows not taken\n"


def test_bad_rows_are_named_and_the_good_ones_kept(environment: dict[str, str]) -> None:
    run(environment, "migrate")

    done = listed(environment, "host;environment\nwww.x.com;\nwww.y.com;live\n*.z.com;\n")

    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["line 3", "line 4"]
    assert done.stdout == "1 sites added, 0 known already, 2 rows not taken\n"
    refused = listed(environment, "name\nwww.x.com\n")
    assert refused.exit_code == 1
    assert "sites.csv: no column host" in refused.output


def test_sites_stand_one_on_a_line_and_can_be_forgotten(environment: dict[str, str]) -> None:
    run(environment, "migrate")
    listed(environment, "host,environment,brand\nwww.x.com,,X\nwww.x.com,staging,X\n")
    store = SiteStore(connect(environment["DATABASE_URL"]))
    site, ends = store.all()[0], datetime.now(UTC) + timedelta(days=9, minutes=1)
    seen = {"issuer": "A CA", "expires_at": ends, "probed_at": ends, "fault": "SITE_EXPIRED"}
    store.seen([replace(site, **seen)])

    shown = run(environment, "sites")
    written = f"{ends:%Y-%m-%dT%H:%M:%SZ}"
    first = f"www.x.com\tproduction\tX\tA CA\t{written}\t9\tSITE_EXPIRED\t{written}"
    assert shown.output.splitlines() == [
        "host\tenvironment\tbrand\tissuer\texpires\tdays left\tfault\tlooked at",
        first,
        "www.x.com\tstaging\tX\t\t\t\t\t",
    ]
    assert run(environment, "sites", "list").output == shown.output

    assert (
        run(environment, "sites", "forget", "www.x.com", "--environment", "staging").exit_code == 0
    )
    assert (
        run(environment, "sites", "forget", "WWW.x.com").output == "www.x.com is watched no more\n"
    )
    assert run(environment, "sites", "forget", "www.x.com").exit_code == 1
