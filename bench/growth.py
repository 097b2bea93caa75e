"""What an event and a page cost with few, many and very many cases and events stored."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, text
from werkzeug.security import generate_password_hash

from bench.rounds import Figure, Scale, Series, percentile
from bench.servers import settings
from bot import codec, preparing, wiring
from bot.case import At, Case
from bot.engine.inbox import Inbox
from bot.settings import Settings
from bot.storage.cases import CaseStore
from bot.storage.database import connect
from bot.storage.schema import AUDIT, CASES

PAGES = (
    "/",
    "/cases",
    "/cases/{ticket}",
    "/dead-letters",
    "/audit",
    "/sites",
    "/calendar",
    "/metrics",
)
SLOWEST = 300.0
"""Milliseconds that a page may take at the 95th percentile with 100,000 cases."""
PASSWORD = "bench"
BASE = 1_000_000


def measured(scale: Scale) -> Iterator[Figure]:
    """A hundred, ten thousand, a million; the pages with a hundred thousand, too."""
    costs: dict[str, dict[int, list[float]]] = {}
    for stored in (100, 5_000) if scale.quick else (100, 10_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            for name, times in _costs(f"sqlite:///{Path(folder) / 'bot.db'}", stored).items():
                costs.setdefault(name, {})[stored] = times
    for name, by_size in costs.items():
        sizes = sorted(by_size)
        ours = Series("with the most", "ms", tuple(by_size[sizes[-1]]))
        least = Series(f"with {sizes[0]}", "ms", tuple(by_size[sizes[0]]))
        page = name.startswith("/")
        met = ours.median <= 1.2 * least.median
        slow = percentile(by_size[sizes[-1]], 0.95)
        yield Figure(
            f"{name} with {sizes[-1]:,} stored",
            ours,
            (least,),
            "1.2 × with few" + (f"; p95 under {SLOWEST:.0f} ms" if page else ""),
            met and (not page or slow < SLOWEST),
            details={"median ms": {size: percentile(by_size[size], 0.5) for size in sizes}},
        )


def _costs(url: str, stored: int) -> dict[str, list[float]]:
    environment = {
        **settings(url),
        "DASHBOARD_PASSWORD_HASH": generate_password_hash(PASSWORD, method="pbkdf2:sha256:1"),
    }
    found = Settings.from_environ(environment)
    preparing.migrate(found)
    engine = connect(url)
    _filled(engine, stored)
    inbox, cases = wiring.inbox(found), CaseStore(engine)
    times = {
        "an event kept and carried": _timed(_event(inbox), 40),
        "a case found and saved": _timed(_save(cases), 40),
    }
    client = _logged_in(wiring.web(found).test_client())
    for page in PAGES:
        path = page.format(ticket=BASE + 1)
        if client.get(path).status_code == 200:
            times[page] = _timed(lambda path=path: client.get(path), 15)
    inbox.close()
    engine.dispose()
    return times


def _timed(work: Callable[[], object], times: int) -> list[float]:
    work()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _event(inbox: Inbox) -> Callable[[], object]:
    numbers = iter(range(10**9))

    def keep() -> None:
        number = next(numbers)
        inbox.put_hint(f"bench:{number}", number, "look", {"ticket": number})
        inbox.carry()

    return keep


def _save(cases: CaseStore) -> Callable[[], object]:
    def save() -> None:
        case = cases.find(BASE + 1)
        assert case is not None, "it was filled in"
        cases.save(case.with_(asked=case.asked + 1))

    return save


def _logged_in(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session["name"], session["role"] = "Bench", "operator"
    return client


def _filled(engine: Engine, count: int) -> None:
    """Cases at all stages, their audit, and finished events, by the thousand."""
    stages, now = list(At), datetime.now(UTC)
    for start in range(0, count, 2_000):
        cases, entries, events = [], [], []
        for number in range(start, min(start + 2_000, count)):
            ticket, at = (
                BASE + number,
                stages[number % 40] if number % 40 < len(stages) else At.DONE,
            )
            made = now - timedelta(minutes=number % 500_000)
            case = Case(ticket, 500 + number % 999, "Ada Brand", 7 + number % 999, at, version=1)
            case = case.with_(host=f"www.shop{number}.example.com")
            cases.append(
                {
                    "ticket": ticket,
                    "at": at.value,
                    "version": 1,
                    "host": case.host,
                    "csr_issue": f"ITOPS-{number}",
                    "change_issue": f"SPC-{number}",
                    "organization": case.organization,
                    "requester": case.requester,
                    "due_at": None,
                    "expires_at": now + timedelta(days=number % 200),
                    "data": codec.dumps(case),
                    "opened_at": made,
                    "updated_at": made,
                }
            )
            entries.append(
                {
                    "ticket": ticket,
                    "number": 1,
                    "made_at": made.isoformat(timespec="microseconds"),
                    "actor": "bot",
                    "what": "case opened",
                    "details": json.dumps({"after": at.value}),
                    "hash": "0" * 64,
                }
            )
            millis = int(made.timestamp() * 1000)
            events.append({"id": f"hint:old:{number}", "at": millis, "place": str(ticket)})
        with engine.begin() as connection:
            connection.execute(insert(CASES), cases)
            connection.execute(insert(AUDIT), entries)
            connection.execute(_EVENT, events)


_EVENT = text(
    "INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, queue_partition_key,"
    " created_at, updated_at, completed_at, priority, application_name)"
    " VALUES (:id, 'SUCCESS', 'job', 'events', :place, :at, :at, :at, 0, 'ssl-renewal-bot')"
)
