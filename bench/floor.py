"""The least a door can do: check the signature, answer 202."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from flask import Flask, Response, request

application = Flask("floor")
_SECRET = os.environ["BENCH_SECRET"].encode()


@application.get("/healthz")
def healthz() -> str:
    """The process lives."""
    return "ok"


@application.post("/webhooks/zendesk")
def zendesk() -> Response:
    """Signature over timestamp and raw body."""
    stamp = request.headers["X-Zendesk-Webhook-Signature-Timestamp"].encode()
    digest = hmac.digest(_SECRET, stamp + request.get_data(), hashlib.sha256)
    given = request.headers["X-Zendesk-Webhook-Signature"]
    same = hmac.compare_digest(base64.b64encode(digest).decode(), given)
    return Response(status=202 if same else 401)
