"""The doors of a running bot: what comes five times makes one case, what is forged none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import requests

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import opened, staged


def test_body_sent_five_times_makes_one_case(sandbox: World, bot: BotProcesses) -> None:
    url = bot.start()
    ticket = opened(sandbox)

    answers = [delivered(url, ticket, sandbox.tokens["zd-hook"]) for _ in range(5)]

    assert answers == [202] * 5
    staged(sandbox, ticket, "details_wanted")
    again = delivered(url, ticket, sandbox.tokens["zd-hook"], invocation="another")
    assert again == 202
    until(lambda: len(bot.finish("cases").stdout.splitlines()) == 1, "there is one case")
    assert sum(c["author_id"] == sandbox.zendesk.bot_user for c in comments(sandbox, ticket)) == 1


def test_forged_delivery_changes_nothing(sandbox: World, bot: BotProcesses) -> None:
    bot.environment["SWEEP_SECONDS"] = "0"  # a sweep would find both tickets by itself
    url = bot.start()
    forged = opened(sandbox)
    real = opened(sandbox)

    assert delivered(url, forged, "not the secret") == 401
    assert delivered(url, real, sandbox.tokens["zd-hook"]) == 202

    staged(sandbox, real, "details_wanted")
    assert len(comments(sandbox, forged)) == 1
    assert bot.finish("cases").stdout.startswith(f"{real}\t")


def comments(sandbox: World, ticket: int) -> list[dict[str, object]]:
    return sandbox.zendesk.comments(ticket)


def delivered(url: str, ticket: int, secret: str, invocation: str = "one") -> int:
    """The answer to a trigger's delivery."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = json.dumps({"event": "ticket_changed", "ticket_id": ticket, "updated_at": stamp})
    digest = hmac.digest(secret.encode(), (stamp + body).encode(), hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": f"{invocation}-{ticket}",
    }
    return requests.post(
        f"{url}/webhooks/zendesk", data=body, headers=headers, timeout=5
    ).status_code
