"""A Flask application as a service on a loopback port."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.failing import Failing
from sandbox.faults import Faults


class Service:
    """Serves until it is closed; `port` 0 takes a free one."""

    def __init__(self, name: str, app: Flask, faults: Faults, port: int = 0) -> None:
        self._server = make_server(
            "127.0.0.1", port, Failing(name, app, faults), threaded=True, request_handler=_Quiet
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
