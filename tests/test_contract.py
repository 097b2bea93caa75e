"""What the contract fixes and no other test holds: names that operators and scripts rely on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.settings import TABLE
from bot.web.doors import LARGEST
from bot.web.signatures import TOLERANCE
from sandbox.ca import Authority
from tests.conftest import SHARED
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT, replies

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("web", "worker", "check", "cases", "case", "replay", "keys")
TARGETS = ("demo", "test", "run", "check", "bench")
DEFAULTS = {
    "DATABASE_URL": "`sqlite:///var/bot.db`",
    "ZENDESK_URL": "required",
    "ZENDESK_EMAIL": "required",
    "ZENDESK_TOKEN": "required",
    "ZENDESK_WEBHOOK_SECRET": "required",
    "JIRA_URL": "required",
    "JIRA_EMAIL": "none; required for `*.atlassian.net`",
    "JIRA_TOKEN": "required",
    "JIRA_WEBHOOK_SECRET": "required",
    "JIRA_CSR_PROJECT": "`ITOPS`",
    "JIRA_CSR_ISSUE_TYPE": "`Task`",
    "JIRA_CHANGE_PROJECT": "`SPC`",
    "JIRA_CHANGE_ISSUE_TYPE": "`Change Request`",
    "JIRA_SECURITY_LEVEL": "none",
    "CSR_SOURCE": "`bot`",
    "KEY_STORE_KEYS": "required",
    "KEY_RECIPIENTS": "required unless `KEY_HANDOVER=pull`",
    "KEY_HANDOVER": "`cms`",
    "TRUST_ROOTS": "none: the public roots of `certifi` alone",
    "PROBE_CONNECT_TO": "none",
    "DOMAIN_CHECK": "`organization`",
    "PUBLIC_URL": "required for `provision`",
    "DASHBOARD_PASSWORD_HASH": "dashboard off",
    "PORT": "`8000`",
    "WEB_CONCURRENCY": "`1`",
    "LOG_LEVEL": "`INFO`",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_there_and_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(main, [command, "--help"])

    assert answer.exit_code == 0
    assert answer.output.startswith(f"Usage: main {command}")


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target: str) -> None:
    # -q asks only whether there is anything to do: 2 is a target that does not exist.
    done = subprocess.run(["make", "-q", target], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode in (0, 1), done.stderr.decode()


def test_procfile_starts_web_worker_and_migrations() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()

    assert dict(line.split(": ", 1) for line in lines) == {
        "web": "python -m bot web",
        "worker": "python -m bot worker",
        "release": "python -m bot migrate",
    }


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_variable_keeps_its_name_and_default(name: str, default: str) -> None:
    assert {row.name: row.default for row in TABLE}.get(name) == default


def test_limits_of_the_doors_stay_as_they_are() -> None:
    assert LARGEST == 2**20
    assert TOLERANCE.total_seconds() == 300


@pytest.mark.skipif(not SHARED.exists(), reason="the contract is not on this machine")
def test_contract_names_the_same_variables() -> None:
    text = (SHARED / "contract.md").read_text(encoding="utf-8")
    table = text.partition("## Environment")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert set(re.findall(r"[A-Z][A-Z_]+", "".join(cells))) == set(DEFAULTS)


def test_files_of_a_wildcard_are_named_wildcard(world: FakeWorld, authority: Authority) -> None:
    form = FORM.replace(f"Common Name: {HOST}", "Common Name: *.nordlicht-store.com")
    world.helpdesk.opens(SUBJECT, form)
    world.look()
    case = world.cases.find(TICKET)
    assert case is not None
    assert case.csr is not None

    after = replies(world, "Here", authority.sign(case.csr.pem, days=199) + authority.chain_pem)

    stem = "wildcard.nordlicht-store.com"
    assert set(world.tracker.files[after.csr_issue]) == {f"{stem}.csr"}
    assert set(world.tracker.files[after.change_issue]) == {
        f"{stem}.crt",
        f"{stem}.chain.crt",
        f"{stem}.fullchain.crt",
        f"{stem}.key.p7m",
    }
