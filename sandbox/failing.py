"""A service's application with faults on purpose in front of it."""

from __future__ import annotations

import io
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from flask import Flask
from werkzeug.test import run_wsgi_app

from sandbox.faults import Call, Fault, Faults, Kind

_REASONS: Final = {429: "Too Many Requests", 500: "Internal Server Error", 503: "Unavailable"}
_PAGE: Final = b"<html><body>gateway error</body></html>"
_HTML: Final = ("Content-Type", "text/html")
_STEPS: Final = 20
"""In so many pieces a dripping answer comes."""

Start = Callable[..., Any]
Answer = tuple[str, list[tuple[str, str]], bytes]


class Failing:
    """Records each call, does its planned fault, and tells the watchers."""

    def __init__(self, name: str, app: Flask, faults: Faults) -> None:
        self._name, self._app, self._faults = name, app, faults

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        call = Call(self._name, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        fault = self._faults.arrived(call, body)
        if fault is None:
            return self._answer(call, environ, start)
        if fault.kind in (Kind.STATUS, Kind.PAGE):
            return _refusal(fault, start)
        if fault.kind is Kind.RESET_BEFORE:
            _reset(environ)
        if fault.kind is Kind.SLOW:
            time.sleep(fault.seconds)
            return self._answer(call, environ, start)
        answer = self._worked(environ)
        self._faults.done(call)
        if fault.kind is Kind.RESET_AFTER:
            _reset(environ)
        return _spoilt(fault, answer, environ, start)

    def _answer(self, call: Call, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        status, headers, data = self._worked(environ)
        self._faults.done(call)
        start(status, headers)
        return _Told(data, lambda: self._faults.answered(call))

    def _worked(self, environ: dict[str, Any]) -> Answer:
        """The application's whole answer, before any of it is sent."""
        parts, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        return status, list(headers), b"".join(parts)


class _Told:
    """The answer's bytes; `close` comes when they are sent."""

    def __init__(self, data: bytes, sent: Callable[[], None]) -> None:
        self._data, self._sent = data, sent

    def __iter__(self) -> Iterator[bytes]:
        yield self._data

    def close(self) -> None:
        self._sent()


def _refusal(fault: Fault, start: Start) -> Iterable[bytes]:
    reason = _REASONS.get(fault.status, "Error")
    data, kind = f'{{"error":"{reason}","description":"planned"}}'.encode(), "application/json"
    if fault.kind is Kind.PAGE:
        data, kind = _PAGE, "text/html"
    headers = [("Content-Type", kind), ("Content-Length", str(len(data)))]
    if fault.retry_after:
        headers.append(("Retry-After", _when(fault)))
    start(f"{fault.status} {reason}", headers)
    return [data]


def _when(fault: Fault) -> str:
    if not fault.dated:
        return fault.retry_after
    at = datetime.now(UTC) + timedelta(seconds=float(fault.retry_after))
    return format_datetime(at, usegmt=True)


def _spoilt(fault: Fault, answer: Answer, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The work is done, and this comes of its answer."""
    status, headers, data = answer
    untyped = [(name, value) for name, value in headers if name.lower() != "content-type"]
    bare = [(name, value) for name, value in headers if name.lower() != "content-length"]
    if fault.kind is Kind.GARBAGE:
        start("200 OK", [_HTML, ("Content-Length", str(len(_PAGE)))])
        return [_PAGE]
    if fault.kind is Kind.TYPE:
        start(status, [*untyped, _HTML])
        return [data]
    if fault.kind is Kind.EMPTY:
        start(status, [*bare, ("Content-Length", "0")])
        return []
    if fault.kind is Kind.TRUNCATED:
        half = data[: len(data) // 2]
        start(status, [*bare, ("Content-Length", str(len(half)))])
        return [half]
    start(status, headers)
    return _dripping(data, fault.seconds) if fault.kind is Kind.DRIP else _cut(data, environ)


def _dripping(data: bytes, seconds: float) -> Iterator[bytes]:
    size = max(len(data) // _STEPS, 1)
    for place in range(0, len(data), size):
        time.sleep(seconds / _STEPS)
        yield data[place : place + size]


def _cut(data: bytes, environ: dict[str, Any]) -> Iterator[bytes]:
    yield data[: max(len(data) // 2, 1)]
    connection: socket.socket = environ["werkzeug.socket"]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut on purpose")


def _reset(environ: dict[str, Any]) -> None:
    """Break the connection, so that the client sees a reset and not an end."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise ConnectionAbortedError("reset on purpose")
