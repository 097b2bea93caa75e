"""Does the process live, and can it take events."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, jsonify

from bot.web import answers

log = structlog.get_logger(__name__)


def routes(ready: Callable[[], str | None]) -> Blueprint:
    """`GET /healthz` touches nothing; `GET /readyz` asks `ready`, which gives a reason or None."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def lives() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def takes_events() -> Response:
        try:
            reason = ready()
        except Exception as fault:  # whatever the database's driver throws, it is not ready
            log.warning("not ready", fault=type(fault).__name__)
            reason = "the database does not answer"
        return answers.try_later(reason) if reason else jsonify(status="ok")

    return blueprint
