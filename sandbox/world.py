"""All of it together: a Zendesk, a Jira, a CA, a web site that is about to expire, and people."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from sandbox.ca import Authority
from sandbox.faults import Faults
from sandbox.jira import Jira
from sandbox.site import Site
from sandbox.zendesk import Zendesk

HOST: Final = "www.nordlicht-store.com"
EMAIL: Final = "ssl-bot@symphony.example"
TEAM: Final = ("Sam Deploy", "Sue Deploy")
LEFT: Final = timedelta(days=6)
"""How long the site's old certificate still lives."""


@dataclass
class World:
    """A sandbox that runs; `team` are the recipients' certificates and keys, PEM."""

    folder: Path
    flavour: str
    faults: Faults
    zendesk: Zendesk
    jira: Jira
    ca: Authority
    site: Site
    team: Sequence[tuple[bytes, bytes]]
    tokens: dict[str, str]
    host: str = HOST

    @classmethod
    def start(cls, folder: Path, jira_flavour: str = "cloud", patience: float = 1.0) -> Self:
        """Start everything on free loopback ports; `patience` scales the webhooks' retries."""
        faults, ca = Faults(), Authority()
        tokens = {n: secrets.token_urlsafe(24) for n in ("zendesk", "jira", "zd-hook", "jira-hook")}
        old = datetime.now(UTC) - timedelta(days=199) + LEFT
        key, leaf = ca.issue([HOST, _apex(HOST)], 199, not_before=old)
        return cls(
            folder=folder,
            flavour=jira_flavour,
            faults=faults,
            zendesk=Zendesk(faults, email=EMAIL, token=tokens["zendesk"], patience=patience),
            jira=Jira(
                faults, flavour=jira_flavour, email=EMAIL, token=tokens["jira"], patience=patience
            ),
            ca=ca,
            site=Site((HOST, _apex(HOST)), key, leaf + ca.chain_pem),
            team=[member(name) for name in TEAM],
            tokens=tokens,
        )

    @property
    def brand_user(self) -> int:
        """The brand's user in Zendesk."""
        return self.zendesk.brand_user

    def environment(self) -> dict[str, str]:
        """What a bot needs to work with this sandbox; its database is the caller's choice."""
        recipients, roots = self.folder / "recipients.pem", self.folder / "roots.pem"
        recipients.write_bytes(b"".join(certificate for certificate, _ in self.team))
        roots.write_text(self.ca.root_pem, encoding="ascii")
        sites = (self.host, _apex(self.host))
        reached = ",".join(f"{name}:443:127.0.0.1:{self.site.port}" for name in sites)
        cloud = {"JIRA_EMAIL": EMAIL} if self.flavour == "cloud" else {}
        return {
            "ZENDESK_URL": self.zendesk.url,
            "ZENDESK_EMAIL": EMAIL,
            "ZENDESK_TOKEN": self.tokens["zendesk"],
            "ZENDESK_WEBHOOK_SECRET": self.tokens["zd-hook"],
            "JIRA_URL": self.jira.url,
            **cloud,
            "JIRA_TOKEN": self.tokens["jira"],
            "JIRA_WEBHOOK_SECRET": self.tokens["jira-hook"],
            "KEY_STORE_KEYS": self._store_key(),
            "KEY_RECIPIENTS": str(recipients),
            "TRUST_ROOTS": str(roots),
            "PROBE_CONNECT_TO": reached,
        }

    def connect(self, bot_url: str) -> None:
        """Send webhooks to the bot from now on."""
        self.zendesk.connect(f"{bot_url}/webhooks/zendesk", self.tokens["zd-hook"])
        self.jira.connect(f"{bot_url}/webhooks/jira", self.tokens["jira-hook"])

    def latest_csr(self, ticket: int) -> str:
        """The CSR that the brand was sent last, as PEM."""
        sent = [
            attachment["id"]
            for comment in self.zendesk.comments(ticket)
            for attachment in comment["attachments"]
            if comment["public"] and attachment["file_name"].endswith(".csr")
        ]
        return self.zendesk.attachment_bytes(sent[-1]).decode("ascii")

    def team_opens_key(self, change: str, member: int = 0) -> str:
        """The private key of the change, opened by one of the team, as PEM."""
        [sealed] = [d for name, d in self.files(change).items() if name.endswith(".key.p7m")]
        certificate, key = self.team[member]
        private = load_pem_private_key(key, password=None)
        assert isinstance(private, rsa.RSAPrivateKey), "the team's keys are RSA"
        public = x509.load_pem_x509_certificate(certificate)
        return pkcs7.pkcs7_decrypt_pem(sealed, public, private, []).decode("ascii")

    def team_installs(self, change: str) -> None:
        """What the SaaS team does with a change: open the key, install, move to Done."""
        [chain] = [d for name, d in self.files(change).items() if name.endswith(".fullchain.crt")]
        self.site.install(self.team_opens_key(change), chain.decode("ascii"))
        self.jira.person_moves(change, "Done", "Done")

    def files(self, issue: str) -> dict[str, bytes]:
        """An issue's attachments by name."""
        attached = self.jira.issue(issue)["fields"]["attachment"]
        return {a["filename"]: self.jira.attachment_bytes(int(a["id"])) for a in attached}

    def close(self) -> None:
        """Stop everything."""
        self.zendesk.close()
        self.jira.close()
        self.site.close()

    def _store_key(self) -> str:
        """The bot's own key, the same one for each start in this folder."""
        path = self.folder / "store.key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(Fernet.generate_key())
        return path.read_text(encoding="ascii")


def _apex(host: str) -> str:
    return host.removeprefix("www.")


def member(name: str, until: datetime | None = None, bits: int = 3072) -> tuple[bytes, bytes]:
    """A certificate of a person's own making, for a year unless said, and its key."""
    key = rsa.generate_private_key(65537, bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(until or now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    clear = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), clear
