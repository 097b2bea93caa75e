"""One renewal from the brand's ticket to the solved one, through real processes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from sqlalchemy import MetaData, create_engine, inspect, select

from sandbox.processes import BotProcesses
from sandbox.world import World
from tests.databases import fresh_postgresql
from tests.wholeway.renewal import nothing_doubled, renewed


@pytest.mark.parametrize("sandbox", ["cloud", "server"], indirect=True)
def test_renewal_runs_end_to_end(sandbox: World, bot: BotProcesses, tmp_path: Path) -> None:
    url = bot.start()
    sandbox.connect(url)

    ticket = renewed(sandbox)

    nothing_doubled(sandbox, ticket)
    all_on_record_once(bot, ticket)
    key_opens_and_fits(sandbox, tmp_path)
    nothing_secret_anywhere(sandbox, bot, url)


def test_renewal_runs_on_postgresql_with_two_workers(sandbox: World, tmp_path: Path) -> None:
    with fresh_postgresql() as url:
        bot = BotProcesses({**sandbox.environment(), "DATABASE_URL": url}, tmp_path)
        try:
            address = bot.start(workers=2)
            sandbox.connect(address)

            ticket = renewed(sandbox)

            nothing_doubled(sandbox, ticket)
            nothing_secret_anywhere(sandbox, bot, address)
        finally:
            bot.stop()


def all_on_record_once(bot: BotProcesses, ticket: int) -> None:
    """Each stage with its cause and each write with its place, in a chain that is whole."""
    said = bot.finish("case", str(ticket)).stdout
    assert said.count("case opened") == 1
    assert said.count("tracker.raise_issue issue=ITOPS-") == 1
    assert said.count("tracker.raise_issue issue=SPC-") == 1
    assert "jira: stage changed" in said
    assert "Zendesk user" in said
    assert bot.finish("audit", "verify").stdout == "the audit is whole\n"


def key_opens_and_fits(world: World, folder: Path) -> None:
    """`openssl cms -decrypt`, as the change says, by each recipient."""
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command line is needed to open the key as the team does"
    [change] = world.jira.issues("SPC")
    files = world.files(change["key"])
    sealed = folder / "key.p7m"
    sealed.write_bytes(files[f"{world.host}.key.p7m"])
    leaf = x509.load_pem_x509_certificate(files[f"{world.host}.crt"])
    fingerprint = leaf.fingerprint(hashes.SHA256()).hex()
    assert fingerprint in change["fields"]["description"].replace(":", "").lower()
    for number, (certificate, key) in enumerate(world.team):
        (folder / f"me{number}.crt").write_bytes(certificate)
        (folder / f"me{number}.key").write_bytes(key)
        opened = subprocess.run(
            [
                openssl,
                "cms",
                "-decrypt",
                "-inform",
                "PEM",
                "-in",
                sealed,
                "-inkey",
                folder / f"me{number}.key",
                "-recip",
                folder / f"me{number}.crt",
            ],
            capture_output=True,
            check=True,
        ).stdout
        private = serialization.load_pem_private_key(opened, password=None)
        assert private.public_key() == leaf.public_key()


def nothing_secret_anywhere(world: World, bot: BotProcesses, url: str) -> None:
    """No private key, token or secret in a body, an answer, a log line or the database."""
    [change] = world.jira.issues("SPC")
    pem = world.team_opens_key(change["key"]).splitlines()
    secrets = [b"PRIVATE KEY", *(line.encode() for line in pem[1:-1] if len(line) == 64)]
    secrets += [
        value.encode()
        for name, value in bot.environment.items()
        if name.endswith(("_TOKEN", "_SECRET")) or name == "KEY_STORE_KEYS"
    ]
    pages = [requests.get(f"{url}/{p}", timeout=5).content for p in ("metrics", "readyz", "x")]
    told = [bot.finish(*command) for command in (("cases",), ("case", "1"), ("check",))]
    bot.stop()
    issues = [*world.jira.issues("ITOPS"), *world.jira.issues("SPC")]
    places = {
        "a request to Zendesk or Jira": b"\n".join(world.faults.bodies),
        "the log": bot.log().encode(),
        "a ticket": repr([world.zendesk.comments(t) for t in world.zendesk.ticket_ids()]).encode(),
        "an issue": repr(issues).encode(),
        "a file of an issue": b"".join(d for i in issues for d in world.files(i["key"]).values()),
        "an answer of the bot": b"\n".join(pages),
        "a command's output": "".join(done.stdout + done.stderr for done in told).encode(),
        "the database": dumped(bot.environment["DATABASE_URL"]),
    }
    for place, content in places.items():
        assert content, f"{place} is there to be searched"
        for secret in secrets:
            assert secret not in content, f"a secret stands in {place}"


def dumped(url: str) -> bytes:
    """Every row of every table, and of a file also what was deleted."""
    engine = create_engine(url)
    content = b""
    for schema in inspect(engine).get_schema_names():
        metadata = MetaData(schema=None if url.startswith("sqlite") else schema)
        metadata.reflect(engine)
        with engine.connect() as connection:
            for table in metadata.tables.values():
                content += repr(connection.execute(select(table)).all()).encode()
    engine.dispose()
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        content += b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    return content
