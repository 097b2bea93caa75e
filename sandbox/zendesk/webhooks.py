"""How Zendesk signs a webhook, and what it repeats."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

from sandbox.deliveries import Delivery

_ON_CONFLICT, _ON_TIMEOUT, _ON_BUSY = 3, 5, 3


class Habits:
    """`sandbox.deliveries.Habits`."""

    timeout: Final = 12.0

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """With the time of this try in the signature."""
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": "22129848",
            "X-Zendesk-Webhook-Id": delivery.target.webhook,
            "X-Zendesk-Webhook-Invocation-Id": delivery.id.upper()[:26],
            "X-Zendesk-Webhook-Signature": signature(delivery.target.secret, stamp, delivery.body),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }

    def again(self, status: int, after: str, tries: int) -> float | None:
        """409 thrice, 429 and 503 only with a Retry-After under a minute, no answer five times."""
        if status == 409 and tries < _ON_CONFLICT:
            return 1.0
        if status == 0 and tries < _ON_TIMEOUT:
            return 2.0**tries
        if status in (429, 503) and after.isdecimal() and int(after) < 60 and tries < _ON_BUSY:
            return float(after)
        return None


def signature(secret: str, stamp: str, body: bytes) -> str:
    """X-Zendesk-Webhook-Signature; the secret is used as it stands."""
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
