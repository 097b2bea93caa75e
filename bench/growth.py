"""What an event and a page cost with few, many and very many cases and events stored."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from werkzeug.security import generate_password_hash

from bench import filling
from bench.filling import BASE, logged_in
from bench.rounds import Figure, Scale, Series, percentile
from bench.servers import settings
from bot import preparing, wiring
from bot.engine.inbox import Inbox
from bot.settings import Settings
from bot.storage.cases import CaseStore
from bot.storage.database import connect

# Each shows as many rows with a hundred cases as with a million: what is stored is compared.
PAGES = (
    "/",
    "/cases",
    "/cases?stage=with_agent&order=since",
    "/cases/{ticket}",
    "/dead-letters",
    "/audit",
    "/metrics",
)
SLOWEST = 300.0
"""Milliseconds that a page may take at the 95th percentile with 100,000 cases."""
PASSWORD = "bench"


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
    filling.cases(engine, stored)
    filling.events(engine, stored)
    inbox, cases = wiring.inbox(found), CaseStore(engine)
    times = {
        "an event kept and carried": timed(_event(inbox), 40),
        "a case found and saved": timed(_save(cases), 40),
    }
    client = logged_in(wiring.web(found).test_client())
    for page in PAGES:
        path = page.format(ticket=BASE + 1)
        if client.get(path).status_code == 200:
            times[page] = timed(lambda path=path: client.get(path), 15)
    inbox.close()
    engine.dispose()
    return times


def timed(work: Callable[[], object], times: int) -> list[float]:
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
