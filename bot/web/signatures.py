"""Is a delivery really from Zendesk or Jira, and is it fresh (pure).

Zendesk: base64(HMAC-SHA256(secret, timestamp + raw body)), the secret as it stands, not
decoded (developer.zendesk.com, "Verifying webhooks").  Jira: `sha256=` and the same in
hex over the raw body alone.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)


def for_zendesk(secret: str, timestamp: str, body: bytes) -> str:
    """What Zendesk puts into X-Zendesk-Webhook-Signature."""
    signed = timestamp.encode("utf-8", "surrogatepass") + body
    return base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def for_jira(secret: str, body: bytes) -> str:
    """What Jira puts into X-Hub-Signature."""
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def matches(given: str, expected: Iterable[str]) -> bool:
    """Is this one of the expected signatures, told in the same time whatever it is."""
    sent = given.strip().encode("utf-8", "surrogatepass")
    # All are compared before any is asked, so the time does not tell which secret matched.
    found = [hmac.compare_digest(sent, one.encode()) for one in expected]
    return any(found)


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Was it signed within five minutes of now, before or after; no zone means UTC."""
    try:
        signed = datetime.fromisoformat(timestamp.strip())
        if signed.tzinfo is None:
            signed = signed.replace(tzinfo=UTC)
        return abs(now - signed) <= TOLERANCE
    except (ValueError, OverflowError):
        return False
