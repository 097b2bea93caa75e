"""The API over HTTP, each path with and without `.json`, for the one user whose token it is."""

from __future__ import annotations

import base64
import binascii
import hmac

from flask import Flask, Response, jsonify, request

from sandbox.zendesk import (
    file_routes,
    people_routes,
    refusal,
    rule_routes,
    search_routes,
    ticket_routes,
)
from sandbox.zendesk.account import Account
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.shapes import Shapes


def application(account: Account, shapes: Shapes, log_in: tuple[str, str]) -> Flask:
    """The account's API, for the one user whose token it is."""
    app = Flask("sandbox.zendesk", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's own provider has it
    bot = next(iter(account.users.values()))

    @app.before_request
    def check_log_in() -> None:
        if request.path.startswith("/api/") and not _logged_in(*log_in):
            raise refusal.not_logged_in()

    account.limits.enforce(app)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(404, lambda _: _refused(refusal.not_found()))
    app.register_error_handler(405, lambda _: _refused(refusal.not_found()))
    ticket_routes.tickets(app, account, shapes, bot)
    ticket_routes.parts(app, account, shapes, bot)
    file_routes.files(app, account, shapes)
    file_routes.redaction(app, account, shapes, bot)
    people_routes.people(app, account, shapes, bot)
    search_routes.finding(app, account, shapes)
    rule_routes.rules(app, account, shapes)
    rule_routes.webhooks(app, account, shapes)
    return app


def _logged_in(email: str, token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        sent = base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        return False
    return kind.lower() == "basic" and hmac.compare_digest(sent, f"{email}/token:{token}".encode())


def _refused(error: Refusal) -> tuple[Response, int, dict[str, str]]:
    return jsonify(error.body), error.status, error.headers
