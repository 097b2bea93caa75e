"""What every page costs with 100,000 cases and 20,000 sites, on SQLite and on PostgreSQL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from werkzeug.security import generate_password_hash

from bench import filling
from bench.filling import BASE
from bench.growth import SLOWEST, timed
from bench.rounds import Figure, Scale, Series, percentile
from bench.servers import settings
from bot import preparing, wiring
from bot.settings import Settings
from bot.storage.database import connect
from tests.databases import fresh_postgresql

PAGES = (
    "/",
    "/cases",
    "/cases?stage=done&order=since",
    "/cases?q=shop777",
    "/cases/{ticket}",
    "/sites",
    "/sites?q=brand+77&sort=-key",
    "/calendar",
    "/dead-letters",
    "/audit",
    "/audit?actor=bot&what=case+opened",
    "/findings",
)
ROUNDS = 15


def measured(scale: Scale) -> Iterator[Figure]:
    """Each page in turn on both, the slowest of them told as a figure of its own."""
    cases, sites = scale.count(5_000, 100_000), scale.count(1_000, 20_000)
    with tempfile.TemporaryDirectory() as folder:
        yield _slowest("SQLite", f"sqlite:///{Path(folder) / 'bot.db'}", cases, sites)
    with fresh_postgresql() as url:
        yield _slowest("PostgreSQL", url, cases, sites)


def _slowest(name: str, url: str, cases: int, sites: int) -> Figure:
    times = _times(url, cases, sites)
    p95 = {page: percentile(found, 0.95) for page, found in times.items()}
    slowest = max(p95, key=lambda page: p95[page])
    return Figure(
        f"the slowest page with {cases:,} cases and {sites:,} sites, {name}",
        Series(slowest, "ms", tuple(times[slowest])),
        (),
        f"each page's p95 under {SLOWEST:.0f} ms",
        p95[slowest] < SLOWEST,
        (f"{slowest}: p95 {p95[slowest]:.0f} ms",),
        {"p95 ms": {page: round(value, 1) for page, value in p95.items()}},
    )


def _times(url: str, cases: int, sites: int) -> dict[str, list[float]]:
    hashed = generate_password_hash("bench", method="pbkdf2:sha256:1")
    found = Settings.from_environ({**settings(url), "DASHBOARD_PASSWORD_HASH": hashed})
    preparing.migrate(found)
    engine = connect(url)
    filling.cases(engine, cases)
    filling.sites(engine, sites)
    client, times = filling.logged_in(wiring.web(found).test_client()), {}
    for page in PAGES:
        path = page.format(ticket=BASE + 1)
        assert client.get(path).status_code == 200, path
        times[page] = timed(lambda path=path: client.get(path), ROUNDS)
    engine.dispose()
    return times
