"""The least a door can do: check the signature, answer 202, keep nothing."""

from __future__ import annotations

from flask import Flask, Response, request

from bench.baselines.signature import signed

application = Flask("floor")


@application.get("/healthz")
def healthz() -> str:
    """The process lives."""
    return "ok"


@application.post("/webhooks/zendesk")
def zendesk() -> Response:
    """Nothing is kept."""
    return Response(status=202 if signed(request) else 401)
