"""A plain durable door: one row and one commit for each delivery, a connection per thread."""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, Response, request

from bench.baselines.signature import signed

application = Flask("insert")
_URL = os.environ["BENCH_DATABASE"]
_SQLITE = _URL.startswith("sqlite:///")
_HOLD = "?" if _SQLITE else "%s"
_INSERT = f"INSERT INTO events VALUES ({_HOLD}, {_HOLD}) ON CONFLICT DO NOTHING"
_OWN = threading.local()


def _connected() -> Any:
    if not hasattr(_OWN, "connection"):
        if _SQLITE:
            made: Any = sqlite3.connect(_URL.removeprefix("sqlite:///"), timeout=30)
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=FULL")
        else:
            made = psycopg.connect(_URL.replace("+psycopg", ""))
        _OWN.connection = made
    return _OWN.connection


_first = _connected()
_first.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT)")
_first.commit()


@application.get("/healthz")
def healthz() -> str:
    """The process lives."""
    return "ok"


@application.post("/webhooks/zendesk")
def zendesk() -> Response:
    """The body is kept as it came."""
    if not signed(request):
        return Response(status=401)
    row = (request.headers["X-Zendesk-Webhook-Invocation-Id"], request.get_data(as_text=True))
    connection = _connected()
    connection.execute(_INSERT, row)
    connection.commit()
    return Response(status=202)
