"""A Flask application as a service on a loopback port, with faults on purpose in front of it."""

from __future__ import annotations

import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from sandbox.faults import Call, Fault, Faults, Kind

_REASONS: Final = {429: "Too Many Requests", 500: "Internal Server Error", 503: "Unavailable"}
_PAGE: Final = b"<html><body>gateway error</body></html>"


class Service:
    """Serves until it is closed; `port` 0 takes a free one."""

    def __init__(self, name: str, app: Flask, faults: Faults, port: int = 0) -> None:
        self._server = make_server(
            "127.0.0.1", port, _Failing(name, app, faults), threaded=True, request_handler=_Quiet
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Quiet(WSGIRequestHandler):
    """Keep-alive as the real ones; without these two, each call would stall for 40 ms."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def connection_dropped(self, *_: Any) -> None:
        """End the connection now; kept alive, the client would wait for its time-out."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


class _Failing:
    """Records each call, does its planned fault, and tells the watchers."""

    def __init__(self, name: str, app: Flask, faults: Faults) -> None:
        self._name, self._app, self._faults = name, app, faults

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        call = Call(self._name, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        fault = self._faults.arrived(call, body)
        if fault is None:
            return self._answer(call, environ, start)
        if fault.kind is Kind.STATUS:
            return _refusal(fault, start)
        if fault.kind is Kind.RESET_BEFORE:
            _reset(environ)
        if fault.kind is Kind.SLOW:
            time.sleep(fault.seconds)
            return self._answer(call, environ, start)
        self._worked(environ)
        self._faults.done(call)
        if fault.kind is Kind.RESET_AFTER:
            _reset(environ)
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(_PAGE)))])
        return [_PAGE]

    def _answer(
        self, call: Call, environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        status, headers, data = self._worked(environ)
        self._faults.done(call)
        start(status, headers)
        return _Told(data, lambda: self._faults.answered(call))

    def _worked(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
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


def _refusal(fault: Fault, start: Callable[..., Any]) -> Iterable[bytes]:
    reason = _REASONS.get(fault.status, "Error")
    data = f'{{"error":"{reason}","description":"planned"}}'.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
    if fault.retry_after:
        headers.append(("Retry-After", fault.retry_after))
    start(f"{fault.status} {reason}", headers)
    return [data]


def _reset(environ: dict[str, Any]) -> None:
    """Break the connection, so that the client sees a reset and not an end."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise ConnectionAbortedError("reset on purpose")
