"""What the web process answers when it is not a page: short JSON, nothing internal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

CODES: Final = {
    400: "NOT_UNDERSTOOD",
    401: "UNAUTHORIZED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
    415: "NOT_JSON",
    503: "TRY_LATER",
}

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def error(status: int, detail: str) -> Response:
    """An error as JSON, with the fields of RFC 9457 beside ours."""
    title = HTTPStatus(status).phrase
    code = CODES.get(status) or title.upper().replace(" ", "_")
    answer = jsonify(error=code, detail=detail, status=status, title=title)
    answer.status_code = status
    return answer


def try_later(detail: str) -> Response:
    """503 as Zendesk retries it: it never retries a 500, nor a pause of a minute or more."""
    answer = error(503, detail)
    answer.headers["Retry-After"] = "30"
    return answer


def install(app: Flask) -> None:
    """Errors as JSON and the security headers, for every route."""
    app.register_error_handler(HTTPException, _refused)
    app.after_request(_with_headers)


def _refused(fault: HTTPException) -> Response:
    status = fault.code or 500
    answer = error(status, HTTPStatus(status).description or HTTPStatus(status).phrase)
    if allowed := getattr(fault, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
