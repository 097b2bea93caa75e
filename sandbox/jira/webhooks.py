"""How Jira signs a webhook, and what it repeats."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from sandbox.deliveries import Delivery

RETRIES: Final = 5
AGAIN: Final = frozenset({408, 409, 425, 429})


class Habits:
    """`sandbox.deliveries.Habits`."""

    timeout: Final = 20.0

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Repeated tries say so."""
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
            "X-Atlassian-Webhook-Identifier": delivery.id,
            "X-Atlassian-Webhook-Flow": "Primary",
            "X-Hub-Signature": signature(delivery.target.secret, delivery.body),
        }
        if delivery.tries:
            headers["X-Atlassian-Webhook-Retry"] = str(delivery.tries)
        return headers

    def again(self, status: int, after: str, tries: int) -> float | None:  # noqa: ARG002 - it does not look
        """Five times, unless the answer is final."""
        repeats = status == 0 or status >= 500 or status in AGAIN
        return 2.0**tries if repeats and tries < RETRIES else None


def signature(secret: str, body: bytes) -> str:
    """X-Hub-Signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
