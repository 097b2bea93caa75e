"""The bot needs no more of a Zendesk and a Jira than their API pages promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7

from sandbox.ca import Authority
from sandbox.faults import Fault, Faults, Kind
from sandbox.processes import BotProcesses, free_port, until
from sandbox.site import Site
from sandbox.world import member
from tests.wholeway.foreign import BOT, BRAND, ForeignJira, ForeignZendesk

HOST = "www.brand-shop.com"
ANSWERS = f"""Hello,

Common Name: {HOST}
Organization: Brand Ltd
Locality: Leeds
State: West Yorkshire
Country: United Kingdom
Number of bits: 2048
"""


@dataclass
class Foreign:
    """Everything around the bot, by other people."""

    faults: Faults
    zendesk: ForeignZendesk
    jira: ForeignJira
    ca: Authority
    site: Site
    bot: BotProcesses
    team: tuple[bytes, bytes]

    def start(self) -> None:
        """Web process and worker on an empty place, and nobody migrates."""
        port = str(free_port())
        self.bot.environment["PORT"] = port
        self.bot.web = self.bot.run("web")
        self.bot.add_worker()
        url = f"http://127.0.0.1:{port}"
        until(lambda: "listening" in self.bot.log().lower(), "the bot's web process listens")
        self.zendesk.hook, self.jira.hook = (url, "zendesk-secret"), (url, "jira-secret")

    def staged(self, ticket: int, stage: str) -> None:
        """Wait until the ticket carries the stage's tag."""
        tags = self.zendesk.tickets[ticket]
        until(lambda: f"ssl_{stage}" in tags["tags"], f"ticket {ticket} is at {stage}", 20)

    def renewed(self) -> int:
        """One renewal from the ticket to its end."""
        text = f"The SSL certificate of https://{HOST} expires next week."
        ticket = self.zendesk.opens("SSL certificate expires", text)
        self.staged(ticket, "details_wanted")
        self.zendesk.writes(ticket, BRAND, ANSWERS)
        self.staged(ticket, "certificate_wanted")
        leaf = self.ca.sign(self.zendesk.csr(ticket), days=199)
        chain = (leaf + self.ca.chain_pem).encode()
        self.zendesk.writes(ticket, BRAND, "Here.", (self.zendesk.file("site.pem", chain),))
        self.staged(ticket, "change_open")
        [change] = self.jira.of("SPC")
        self.installs(change)
        self.jira.done(change)
        self.staged(ticket, "done")
        return ticket

    def installs(self, change: str) -> None:
        """What the SaaS team does with a change."""
        files = self.jira.files[change]
        certificate, key = self.team
        opened = pkcs7.pkcs7_decrypt_pem(
            files[f"{HOST}.key.p7m"],
            x509.load_pem_x509_certificate(certificate),
            rsa_key(key),
            [],
        )
        self.site.install(opened.decode(), files[f"{HOST}.fullchain.crt"].decode())

    def close(self) -> None:
        """Stop everything; pytest shows the print when the test has failed."""
        self.bot.stop()
        print(self.bot.log()[-4000:], *self.zendesk.said.values(), sep="\n")
        self.zendesk.service.close()
        self.jira.service.close()
        self.site.close()


def rsa_key(pem: bytes) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey), "the team's keys are RSA"
    return key


@pytest.fixture(params=["Cloud", "Server"])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Foreign]:
    """Both servers, a CA and a site that expires in six days; the bot is not started yet."""
    faults, ca = Faults(), Authority()
    zendesk, jira = ForeignZendesk(faults), ForeignJira(faults, request.param)
    key, leaf = ca.issue([HOST], 199, not_before=datetime.now(UTC) - timedelta(days=193))
    site, team = Site((HOST,), key, leaf + ca.chain_pem), member("Sam Deploy")
    recipients, roots = tmp_path / "recipients.pem", tmp_path / "roots.pem"
    recipients.write_bytes(team[0])
    roots.write_text(ca.root_pem)
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.db'}",
        "ZENDESK_URL": zendesk.url,
        "ZENDESK_EMAIL": "bot@helpdesk.example",
        "ZENDESK_TOKEN": "zendesk-token",
        "ZENDESK_WEBHOOK_SECRET": "zendesk-secret",
        "JIRA_URL": jira.url,
        "JIRA_TOKEN": "jira-token",
        "JIRA_WEBHOOK_SECRET": "jira-secret",
        "KEY_STORE_KEYS": Fernet.generate_key().decode(),
        "KEY_RECIPIENTS": str(recipients),
        "TRUST_ROOTS": str(roots),
        "PROBE_CONNECT_TO": f"{HOST}:443:127.0.0.1:{site.port}",
    }
    if request.param == "Cloud":
        environment["JIRA_EMAIL"] = "bot@helpdesk.example"
    bot = BotProcesses(environment, tmp_path, measured=False)
    made = Foreign(faults, zendesk, jira, ca, site, bot, team)
    yield made
    made.close()


def test_renewal_runs_on_servers_that_offer_the_least(foreign: Foreign) -> None:
    foreign.start()

    ticket = foreign.renewed()

    nothing_doubled(foreign, ticket)


@pytest.mark.slow
@pytest.mark.parametrize("foreign", ["Server"], indirect=True)
def test_lost_answers_of_servers_that_keep_no_mark_double_nothing(foreign: Foreign) -> None:
    lost = Fault(Kind.RESET_AFTER)
    foreign.faults.plan(lost, method="PUT", path="/tickets/500")
    foreign.faults.plan(lost, method="POST", path="/issue")
    foreign.start()

    ticket = foreign.renewed()

    assert len(foreign.faults.hit) == 2
    nothing_doubled(foreign, ticket)


def nothing_doubled(foreign: Foreign, ticket: int) -> None:
    """Each step is said once, each issue raised once, with its links and files."""
    assert foreign.zendesk.tickets[ticket]["status"] == "solved"
    ours = [c["body"] for c in foreign.zendesk.said[ticket] if c["author_id"] == BOT]
    assert len(ours) == len(set(ours))
    steps = [n for text in ours for n in range(1, 8) if f"This is step {n} of 7" in text]
    assert steps == [2, 3, 5, 6, 7]
    [request], [change] = foreign.jira.of("ITOPS"), foreign.jira.of("SPC")
    assert foreign.jira.issues[request]["summary"] == f"CSR for {HOST} (ZD-{ticket})"
    assert foreign.jira.issues[request]["status"]["name"] == "Done"
    for key, count in ((request, 1), (change, 4)):
        assert len(foreign.jira.issues[key]["attachment"]) == count
        assert list(foreign.jira.remote[key]) == [f"zendesk-ticket={ticket}"]
        said = [c["body"] for c in foreign.jira.issues[key]["comment"]]
        assert len(said) == len(set(said))
    assert len(foreign.jira.links) == 1
