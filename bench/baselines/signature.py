"""What every door must do: check the signature over timestamp and raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from flask import Request

_SECRET = os.environ["BENCH_SECRET"].encode()


def signed(request: Request) -> bool:
    """Whether the delivery is Zendesk's."""
    stamp = request.headers["X-Zendesk-Webhook-Signature-Timestamp"].encode()
    digest = hmac.digest(_SECRET, stamp + request.get_data(), hashlib.sha256)
    given = request.headers["X-Zendesk-Webhook-Signature"]
    return hmac.compare_digest(base64.b64encode(digest).decode(), given)
