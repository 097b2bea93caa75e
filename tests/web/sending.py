"""Signed deliveries for real processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

from sandbox.zendesk.webhooks import signature


def delivery(secret: str, ticket: int) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a trigger's delivery."""
    body = json.dumps({"event": "ticket_changed", "ticket_id": str(ticket)}).encode()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Invocation-Id": uuid4().hex,
        "X-Zendesk-Webhook-Signature": signature(secret, stamp, body),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }
    return body, headers
