"""One renewal from the brand's ticket to the solved one, through real processes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from sandbox.world import World

from tests.databases import fresh_postgresql
from tests.wholeway.bot_process import BotProcesses
from tests.wholeway.renewal import nothing_doubled, renewed


@pytest.mark.parametrize("sandbox", ["cloud", "server"], indirect=True)
def test_renewal_runs_end_to_end(sandbox: World, bot: BotProcesses, tmp_path: Path) -> None:
    sandbox.connect(bot.start())

    ticket = renewed(sandbox)

    nothing_doubled(sandbox, ticket)
    key_opens_and_fits(sandbox, tmp_path)
    nothing_secret_anywhere(sandbox, bot, tmp_path)


def test_renewal_runs_on_postgresql_with_two_workers(sandbox: World, tmp_path: Path) -> None:
    with fresh_postgresql() as url:
        bot = BotProcesses({**sandbox.environment(), "DATABASE_URL": url}, tmp_path)
        try:
            sandbox.connect(bot.start(workers=2))

            ticket = renewed(sandbox)

            nothing_doubled(sandbox, ticket)
        finally:
            bot.stop()


def key_opens_and_fits(world: World, folder: Path) -> None:
    """`openssl cms -decrypt`, as the change says, by each recipient."""
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command line is needed to open the key as the team does"
    [change] = world.jira.issues("SPC")
    files = {
        a["filename"]: world.jira.attachment_bytes(int(a["id"]))
        for a in change["fields"]["attachment"]
    }
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


def nothing_secret_anywhere(world: World, bot: BotProcesses, folder: Path) -> None:
    """No private key, token or secret in a body, a log line or a column of the database."""
    secrets = [b"PRIVATE KEY"] + [
        value.encode()
        for name, value in bot.environment.items()
        if name.endswith(("_TOKEN", "_SECRET")) or name == "KEY_STORE_KEYS"
    ]
    bot.stop()
    places = {
        "a request to Zendesk or Jira": b"\n".join(world.faults.bodies),
        "the log": bot.log().encode(),
        "a ticket": repr([world.zendesk.comments(t) for t in world.zendesk.ticket_ids()]).encode(),
    }
    for path in folder.glob("bot.db*"):
        places[path.name] = path.read_bytes()
    for place, content in places.items():
        assert content, f"{place} is there to be searched"
        for secret in secrets:
            assert secret not in content, f"a secret stands in {place}"
