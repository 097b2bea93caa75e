"""The two doors: a delivery is checked, understood, stored and only then accepted.

The order of the checks is the contract's: method, size, type, signature, body, storing.
Nothing but a stored (or uninteresting) event gets 202, and nothing ever gets 500, which
Zendesk would not retry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import structlog
from flask import Blueprint, Response, request
from pydantic import SecretStr

from bot import inbound
from bot.inbound import Hint, NotUnderstood
from bot.settings import Settings
from bot.web import answers, signatures
from bot.web.inbox import Inbox
from bot.web.metrics import Metrics

log = structlog.get_logger(__name__)

LARGEST: Final = 1024 * 1024

JSON: Final = "application/json"
ACCEPTED: Final = '{"status":"accepted"}\n'


class Door:
    """One way in: how its deliveries are signed and what they say."""

    def __init__(
        self,
        name: str,
        signed: Callable[[Mapping[str, str], bytes], bool],
        understood: Callable[[Mapping[str, str], bytes], Hint | None],
    ) -> None:
        self.name = name
        self._signed = signed
        self._understood = understood

    def answer(self, inbox: Inbox) -> Response:
        """The answer to the request at hand."""
        if (request.content_length or 0) > LARGEST:
            return answers.error(413, "the body is larger than 1 MiB")
        if request.mimetype != JSON:
            return answers.error(415, f"the body has to be {JSON}")
        body = _body()
        if body is None:
            return answers.error(400, "the body did not arrive")
        return self._told(body, inbox)

    def _told(self, body: bytes, inbox: Inbox) -> Response:
        if len(body) > LARGEST:  # sent in chunks, so nobody said how long it is
            return answers.error(413, "the body is larger than 1 MiB")
        headers = dict(request.headers)
        if not self._signed(headers, body):
            return answers.error(401, "signature or timestamp is missing or wrong")
        try:
            hint = self._understood(headers, body)
        except NotUnderstood as fault:
            return answers.error(400, fault.detail)
        if hint is not None:
            _store(hint, inbox)
        return Response(ACCEPTED, 202, mimetype=JSON)


def routes(doors: tuple[Door, ...], inbox: Inbox, metrics: Metrics) -> Blueprint:
    """`POST /webhooks/<name>` for each door, with one line and one count for each delivery."""
    blueprint = Blueprint("doors", __name__)
    for door in doors:
        view = _view(door, inbox, metrics)
        blueprint.add_url_rule(
            f"/webhooks/{door.name}",
            door.name,
            view,
            methods=["POST"],
            provide_automatic_options=False,
        )
    return blueprint


def _view(door: Door, inbox: Inbox, metrics: Metrics) -> Callable[[], Response]:
    def view() -> Response:
        started, fault = time.monotonic(), None
        try:
            answer = door.answer(inbox)
        except Exception as error:  # 503 is retried, 500 is not
            fault = type(error).__name__
            answer = answers.try_later("the event could not be stored")
        seconds = time.monotonic() - started
        metrics.answered(door.name, answer.status_code, seconds)
        note = log.info if fault is None else log.error
        ms = round(seconds * 1000, 1)
        note("webhook answered", door=door.name, answer=answer.status_code, ms=ms, fault=fault)
        return answer

    return view


def _body() -> bytes | None:
    """None when the client hung up or stalled within its own body, or sent broken chunks."""
    try:
        return request.get_data()
    except Exception:  # of the server's own kinds, which differ from server to server
        return None


def _store(hint: Hint, inbox: Inbox) -> None:
    if hint.issue is not None:
        place = f"issue:{hint.issue}" if hint.ticket is None else hint.ticket
        inbox.put_hint(hint.id, place, "issue", {"issue": hint.issue, "ticket": hint.ticket})
    elif hint.ticket is not None:
        said = {"actor": hint.actor, "stamp": hint.stamp} if hint.actor else {}
        inbox.put_hint(hint.id, hint.ticket, "look", {"ticket": hint.ticket, **said})


def of_zendesk(settings: Settings, now: Callable[[], datetime]) -> Door:
    """Zendesk's door: signature and time of signing."""
    secrets = _plain(settings.zendesk_webhook_secret)

    def signed(headers: Mapping[str, str], body: bytes) -> bool:
        timestamp = headers.get("X-Zendesk-Webhook-Signature-Timestamp", "")
        expected = [signatures.for_zendesk(secret, timestamp, body) for secret in secrets]
        given = headers.get("X-Zendesk-Webhook-Signature", "")
        return signatures.matches(given, expected) and signatures.is_fresh(timestamp, now())

    return Door("zendesk", signed, inbound.from_zendesk)


def of_jira(settings: Settings) -> Door:
    """Jira's door: signature only, Jira signs no time."""
    secrets = _plain(settings.jira_webhook_secret)
    projects = frozenset({settings.jira_csr_project, settings.jira_change_project})

    def signed(headers: Mapping[str, str], body: bytes) -> bool:
        expected = [signatures.for_jira(secret, body) for secret in secrets]
        return signatures.matches(headers.get("X-Hub-Signature", ""), expected)

    return Door("jira", signed, lambda headers, body: inbound.from_jira(headers, body, projects))


def _plain(secrets: tuple[SecretStr, ...]) -> tuple[str, ...]:
    return tuple(secret.get_secret_value() for secret in secrets)
