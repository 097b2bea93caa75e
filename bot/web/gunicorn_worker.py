"""gunicorn's worker, whose own refusals (requests that are no HTTP) are JSON as all others.

gunicorn writes them as HTML that quotes the request; here they pass through a socket
that keeps the status alone.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped] # theirs

from bot.web.answers import CODES


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Threads, as configured."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Answer a request that never reached the application."""
        super().handle_error(req, _Refusing(client), addr, exc)


class _Refusing:
    """The client's socket, for one answer of gunicorn's own."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, answer: bytes) -> None:
        """Send what its first line says, as `answers.error` would."""
        self._client.sendall(refusal(int(answer.split(maxsplit=2)[1])))


def refusal(status: int) -> bytes:
    """A whole answer with this status, after which the connection ends."""
    meant = HTTPStatus(status)
    code = CODES.get(status) or re.sub(r"\W", "_", meant.phrase.upper())
    told = {"error": code, "detail": meant.description or meant.phrase}
    body = json.dumps({**told, "status": status, "title": meant.phrase}).encode()
    lines = (
        f"HTTP/1.1 {status} {meant.phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body
