"""One round of the expiry watch over a farm, in a process of its own: its memory is its own.

`python -m bench.watch_run PLAN DEADLINE` prints what it has cost, and how much of it was right.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.engine.journal import Journal
from bot.gateways.looks import Looks
from bot.gateways.tls import TlsSites
from bot.setting_types import ConnectTo
from bot.site import Site
from bot.storage.database import connect
from bot.storage.migrate import upgrade
from tests.watched import FakeJournal, WatchWorld


def measured(plan: dict[str, Any], deadline: float) -> dict[str, float]:
    """Seconds, peak memory in MiB, and how many sites were judged as they are."""
    with tempfile.TemporaryDirectory(prefix="bench-watch-") as folder:
        url = f"sqlite:///{folder}/bot.db"
        upgrade(url)
        world = WatchWorld(now=datetime.now(UTC), database=connect(url))
        root = x509.load_pem_x509_certificate(plan["root"].encode())
        reached = [ConnectTo(s["host"], 443, s["address"], plan["port"]) for s in plan["sites"]]
        world.round = replace(
            world.round,
            looks=Looks(TlsSites(reached, deadline)),
            roots=(root.public_bytes(Encoding.DER),),
            clock=lambda: datetime.now(UTC),
        )
        world.sites.imported([Site(s["host"], contact="a@b.com") for s in plan["sites"]], world.now)
        before, began = _peak(), time.monotonic()
        payload = {"part": "sites", "put_at": time.time()}
        world.round.go(payload, cast("Journal", FakeJournal(world)))
        seconds = time.monotonic() - began
        found = {site.host: site for site in world.sites.all()}
        right = sum(_right(found[s["host"]], s) for s in plan["sites"])
        asked = sum(kind == "site" for kind, _ in world.events)
    return {
        "seconds": seconds,
        "peak": _peak(),
        "before": before,
        "right": right,
        "wanted": asked,
    }


def _right(site: Site, simulated: dict[str, str]) -> bool:
    expires = site.expires_at.isoformat() if site.expires_at else ""
    seen = (site.fault, site.fingerprint, expires)
    return seen == (simulated["fault"], simulated["fingerprint"], simulated["expires"])


def _peak() -> float:
    """Since this program began: `ru_maxrss` would begin with what the process before it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(measured(read, float(sys.argv[2]))))
