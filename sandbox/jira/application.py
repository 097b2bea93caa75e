"""The HTTP side: log-in, errors in Jira's shapes, and the routes of each part."""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.jira import about, attachments, creating, issues, parts, search, setup_routes
from sandbox.jira.errors import Refusal
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

_LOG_IN: Final = "Client must be authenticated to access this resource."


def of(site: Site, shapes: Shapes, email: str, token: str) -> Flask:
    """The application of a site."""
    app = Flask("sandbox.jira")
    plain = f"{email}:{token}".encode()
    wanted = f"Basic {b64encode(plain).decode()}" if site.cloud else f"Bearer {token}"

    @app.before_request
    def log_in() -> Any:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), wanted.encode()):
            return None
        anonymous = not given and request.path.endswith("/serverInfo")
        # A signed address of a file's content carries its own permission.
        return None if anonymous or request.path.startswith("/signed/") else _unknown(site)

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Any:
        return jsonify(error.body), error.status

    @app.errorhandler(HTTPException)
    def not_found(error: HTTPException) -> Any:
        return jsonify({"errorMessages": [error.name], "errors": {}}), error.code

    for part in (about, creating, issues, parts, attachments, search, setup_routes):
        group = Blueprint(part.__name__.rpartition(".")[2], __name__)
        part.routes(group, site, shapes)
        app.register_blueprint(group)
    return app


def _unknown(site: Site) -> Response:
    if site.cloud:
        answer = jsonify({"errorMessages": [_LOG_IN], "errors": {}})
        answer.headers["WWW-Authenticate"] = 'Basic realm="Jira"'
    else:
        answer = jsonify({"message": _LOG_IN, "status-code": 401})
        answer.headers["WWW-Authenticate"] = 'OAuth realm="Jira"'
    answer.status_code = 401
    answer.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    return answer
