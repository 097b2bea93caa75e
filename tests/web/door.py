"""A web application with a fake inbox, and senders that sign as Zendesk and Jira do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.engine.dead_letters import DeadLetter
from bot.errors import Gone
from bot.settings import Settings
from bot.web import signatures
from bot.web.app import create_app

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "recorded"
ENVIRON = {
    "ZENDESK_URL": "https://acme.zendesk.com",
    "ZENDESK_EMAIL": "bot@acme.example",
    "ZENDESK_TOKEN": "z-token",
    "ZENDESK_WEBHOOK_SECRET": "old-z, new-z",
    "JIRA_URL": "https://jira.acme.example/jira/",
    "JIRA_TOKEN": "j-token",
    "JIRA_WEBHOOK_SECRET": "old-j,,new-j",
    "KEY_STORE_KEYS": Fernet.generate_key().decode(),
    "KEY_HANDOVER": "pull",
}


class FakeInbox:
    """Keeps each id once; or fails, when told what with."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.events: dict[str, tuple[int | str, str, dict[str, object]]] = {}
        self.fault = fault
        self.letters = list[DeadLetter]()

    def put(self, id: str, ticket: int | str, kind: str, payload: dict[str, object]) -> None:  # noqa: A002 - as the engine's
        if self.fault:
            raise self.fault
        self.events.setdefault(id, (ticket, kind, payload))

    put_hint = put

    def dead(self, most: int | None = None, skip: int = 0) -> Sequence[DeadLetter]:
        return self.letters[skip : None if most is None else skip + most]

    def dead_of(self, ticket: int, most: int) -> Sequence[str]:
        return [letter.id for letter in self.letters if letter.ticket == str(ticket)][:most]

    def replay(self, id: str) -> str:  # noqa: A002 - as the engine's
        for letter in self.letters:
            if letter.id == id:
                self.letters.remove(letter)
                return letter.ticket
        raise Gone(id)

    def depths(self) -> tuple[dict[str, int], float]:
        return {"ERROR": len(self.letters)} if self.letters else {}, 0.0


class Doors:
    """Both doors of one application."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.inbox = FakeInbox(fault)
        self.unready: str | Exception | None = None
        settings = Settings.from_environ(ENVIRON)
        self.client: FlaskClient = create_app(
            settings, self.inbox, self._ready, now=lambda: NOW
        ).test_client()

    def _ready(self) -> str | None:
        if isinstance(self.unready, Exception):
            raise self.unready
        return self.unready

    def post(self, door: str, body: bytes, headers: dict[str, str], **how: str) -> TestResponse:
        kind = how.get("content_type", "application/json; charset=utf-8")
        return self.client.post(f"/webhooks/{door}", data=body, headers=headers, content_type=kind)

    def zendesk(self, body: bytes, **how: str) -> TestResponse:
        return self.post("zendesk", body, zendesk_headers(body, **how))

    def jira(self, body: bytes, secret: str = "new-j", id: str = "") -> TestResponse:  # noqa: A002 - the delivery's
        return self.post("jira", body, jira_headers(body, secret, id))


def zendesk_headers(
    body: bytes, secret: str = "new-z", at: str = "", invocation: str = "inv-1"
) -> dict[str, str]:
    """The headers of a delivery signed now, unless `at` says when."""
    at = at or NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Signature": signatures.for_zendesk(secret, at, body),
        "X-Zendesk-Webhook-Signature-Timestamp": at,
        "X-Zendesk-Webhook-Invocation-Id": invocation,
    }


def jira_headers(body: bytes, secret: str = "new-j", id: str = "") -> dict[str, str]:  # noqa: A002 - the delivery's
    """The headers of a delivery."""
    given = {"X-Atlassian-Webhook-Identifier": id} if id else {}
    return {"X-Hub-Signature": signatures.for_jira(secret, body)} | given


def recorded(kind: str) -> list[Path]:
    """The recorded bodies, none where they are not beside the repository."""
    pattern = "webhook-*.json" if kind == "jira" else "ticket_*.json"
    return sorted((RECORDED / f"{kind}_webhooks").glob(pattern))


def seconds_from_now(seconds: int) -> str:
    """A time of signing."""
    return (NOW + timedelta(seconds=seconds)).isoformat()
