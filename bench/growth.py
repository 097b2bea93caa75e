"""What an event and a page cost with few, many and very many cases and events stored."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
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
ROUNDS = 20


def measured(scale: Scale) -> Iterator[Figure]:
    """A hundred, ten thousand, a million, in turns: the machine's speed changes for all of them."""
    sizes = (100, 5_000) if scale.quick else (100, 10_000, 1_000_000)
    with ExitStack() as stack:
        works = {size: stack.enter_context(_works(size)) for size in sizes}
        names = [name for name in works[sizes[0]] if all(name in found for found in works.values())]
        costs = {
            name: _in_turns({size: found[name] for size, found in works.items()}) for name in names
        }
    few, most = sizes[0], sizes[-1]
    for name, by_size in costs.items():
        ours = Series("with the most", "ms", tuple(by_size[most]))
        least = Series(f"with {few}", "ms", tuple(by_size[few]))
        page = name.startswith("/")
        met = ours.median <= 1.2 * least.median
        slow = percentile(by_size[most], 0.95)
        yield Figure(
            f"{name} with {most:,} stored",
            ours,
            (least,),
            "1.2 × with few" + (f"; p95 under {SLOWEST:.0f} ms" if page else ""),
            met and (not page or slow < SLOWEST),
            details={"median ms": {size: percentile(by_size[size], 0.5) for size in sizes}},
        )


def _in_turns(works: Mapping[int, Callable[[], object]]) -> dict[int, list[float]]:
    """Milliseconds of each in every round, after one that is not counted."""
    found: dict[int, list[float]] = {size: [] for size in works}
    for number in range(ROUNDS + 1):
        for size, work in works.items():
            took = _milliseconds(work)
            if number:
                found[size].append(took)
    return found


@contextmanager
def _works(stored: int) -> Iterator[dict[str, Callable[[], object]]]:
    """What is timed on a database of its own with so much in it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bot.db'}"
        hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
        found = Settings.from_environ({**settings(url), "DASHBOARD_PASSWORD_HASH": hashed})
        preparing.migrate(found)
        engine = connect(url)
        filling.cases(engine, stored)
        filling.events(engine, stored)
        inbox, client = wiring.inbox(found), logged_in(wiring.web(found).test_client())
        works: dict[str, Callable[[], object]] = {
            "an event kept and carried": _event(inbox),
            "a case found and saved": _save(CaseStore(engine)),
        }
        for page in PAGES:
            path = page.format(ticket=BASE + 1)
            if client.get(path).status_code == 200:
                works[page] = partial(client.get, path)
        yield works
        inbox.close()
        engine.dispose()


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each, after one that is not counted."""
    work()
    return [_milliseconds(work) for _ in range(times)]


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
