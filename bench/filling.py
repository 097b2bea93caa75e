"""Databases with as much in them as is asked for, by the thousand."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, text

from bot import codec
from bot.case import At, Case
from bot.storage.database import private
from bot.storage.schema import AUDIT, CASES, SITES

BASE = 1_000_000
"""The first ticket."""
BATCH = 10_000
AGENTS = 60
"""The first ones all wait for an agent: lists show as many rows of them whatever is stored."""
_STAGES = tuple(At)
_HOST = "www.shop.example.com"


def cases(engine: Engine, count: int) -> None:
    """Cases at all stages, most of them done, each with an entry in the audit."""
    now = datetime.now(UTC)
    with _hurried(engine) as quick:
        for numbers in _batches(count):
            rows = [_case(number, now) for number in numbers]
            with quick.begin() as connection:
                connection.execute(insert(CASES), rows)
                connection.execute(insert(AUDIT), [_entry(row) for row in rows])


def sites(engine: Engine, count: int) -> None:
    """Sites whose certificates end one after the other."""
    now = datetime.now(UTC)
    with _hurried(engine) as quick:
        for numbers in _batches(count):
            with quick.begin() as connection:
                connection.execute(insert(SITES), [_site(number, now) for number in numbers])


def events(engine: Engine, count: int) -> None:
    """Finished events of the engine, on SQLite."""
    millis = int(time.time() * 1000)
    with _hurried(engine) as quick:
        for numbers in _batches(count):
            rows = [
                {"id": f"hint:old:{number}", "at": millis - number, "place": str(BASE + number)}
                for number in numbers
            ]
            with quick.begin() as connection:
                connection.execute(_EVENT, rows)


def logged_in(client: FlaskClient) -> FlaskClient:
    """As an operator."""
    with client.session_transaction() as session:
        session.update(name="Bench", role="operator", single=False, since=time.time())
    return client


@contextmanager
def _hurried(engine: Engine) -> Iterator[Engine]:
    """Connections of their own, which wait for no disk; those that are measured do."""
    quick = private(engine.url.render_as_string(hide_password=False))
    if engine.dialect.name == "sqlite":

        @event.listens_for(quick, "connect")
        def hurry(connection: Any, _: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA cache_size=-400000")

    yield quick
    quick.dispose()


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


def _case(number: int, now: datetime) -> dict[str, Any]:
    at = At.WITH_AGENT if number < AGENTS else _stage(number % 40)
    made = now - timedelta(minutes=number % 500_000)
    ticket, host = BASE + number, f"www.shop{number}.example.com"
    return {
        "ticket": ticket,
        "at": at.value,
        "version": 1,
        "host": host,
        "csr_issue": f"ITOPS-{number}",
        "change_issue": f"SPC-{number}",
        "organization": 7 + number % 999,
        "requester": 500 + number % 999,
        "due_at": None,
        "expires_at": now + timedelta(days=number % 200),
        "data": _written(at).replace("777777777", str(ticket)).replace(_HOST, host),
        "opened_at": made,
        "updated_at": made,
        "at_since": made,
    }


def _stage(number: int) -> At:
    return _STAGES[number] if number < len(_STAGES) else At.DONE


@cache
def _written(at: At) -> str:
    """A case of this stage, with a ticket and a host that stand for any."""
    case = Case(777_777_777, 500, "Ada Brand", 7, at, version=1)
    return codec.dumps(case.with_(host=_HOST))


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "ticket": row["ticket"],
        "number": 1,
        "made_at": row["opened_at"].isoformat(timespec="microseconds"),
        "actor": "bot",
        "what": "case opened",
        "details": json.dumps({"after": row["at"]}),
        "hash": "0" * 64,
    }


def _site(number: int, now: datetime) -> dict[str, Any]:
    ends = now + timedelta(days=number % 199, minutes=number)
    texts = {column.name: "" for column in SITES.c if not column.nullable}
    nothing = {column.name: None for column in SITES.c if column.nullable}
    return {
        **texts,
        **nothing,
        "host": f"www.shop{number}.example.com",
        "environment": "production",
        "brand": f"Brand {number % 999}",
        "issuer": f"CA {number % 7}",
        "added_at": now,
        "next_at": now,
        "fingerprint": f"{number:064x}",
        "not_before": ends - timedelta(days=199),
        "expires_at": ends,
        "key_since": ends - timedelta(days=199),
        "probed_at": now,
        "fault": "SITE_REFUSED" if number % 50 == 0 else "",
        "took": float(number % 20),
    }


_EVENT = text(
    "INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, queue_partition_key,"
    " created_at, updated_at, completed_at, priority, application_name)"
    " VALUES (:id, 'SUCCESS', 'job', 'events', :place, :at, :at, :at, 0, 'ssl-renewal-bot')"
)
