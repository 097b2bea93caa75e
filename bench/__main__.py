"""`make bench`: what the door costs, beside the least that any door must do.

Both run in the same run, in turns: the bot's door (signature, understanding, a
durable event), and a bare Flask application on the same gunicorn that only checks
the signature.  Read the ratio; the machine's own speed cancels out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography.fernet import Fernet
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
SECRET = "bench-secret"
CLIENTS = 8


def main() -> int:
    """Measure, print the table, keep the figures as JSON."""
    quick = "--quick" in sys.argv
    rounds, seconds = (3, 2.0) if quick else (5, 6.0)
    rates: dict[str, list[float]] = {"floor": [], "door": []}
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        _bot(environment, "migrate").wait(timeout=60)
        with (
            _serving([*_gunicorn(18_731), "bench.floor:application"], environment, 18_731) as floor,
            _serving(
                [sys.executable, "-m", "bot", "web"], {**environment, "PORT": "18732"}, 18_732
            ) as door,
        ):
            for _ in range(rounds):
                rates["floor"].append(_rate(floor, seconds))
                rates["door"].append(_rate(door, seconds))
    _report(rates)
    return 0


def _rate(url: str, seconds: float) -> float:
    """Accepted deliveries per second over some clients that each wait for their answer."""
    end = time.monotonic() + seconds
    counts = [0] * CLIENTS

    def client(number: int) -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                body, headers = _delivery()
                answer = session.post(f"{url}/webhooks/zendesk", data=body, headers=headers)
                answer.raise_for_status()
                counts[number] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - begun)


def _delivery() -> tuple[bytes, dict[str, str]]:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ticket = uuid.uuid4().int % 1_000_000 + 1
    body = json.dumps(
        {"event": "ticket_changed", "ticket_id": ticket, "updated_at": stamp}
    ).encode()
    digest = hmac.digest(SECRET.encode(), stamp.encode() + body, hashlib.sha256)
    return body, {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": uuid.uuid4().hex,
    }


def _report(rates: dict[str, list[float]]) -> None:
    table = Table("what", "median /s", "least", "most", title="signed webhooks accepted")
    for name, values in rates.items():
        figures = (statistics.median(values), min(values), max(values))
        table.add_row(name, *(f"{figure:.0f}" for figure in figures))
    console = Console()
    console.print(table)
    ratio = statistics.median(rates["door"]) / statistics.median(rates["floor"])
    console.print(f"door to floor: {ratio:.2f} (the door makes each event durable, the floor none)")
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps({"per_second": rates, "ratio": ratio}, indent=1), encoding="utf-8")
    console.print(f"kept in {path.relative_to(ROOT)}")


@contextmanager
def _serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _until_up(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _until_up(url: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            requests.get(f"{url}/healthz", timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing answers on {url}")


def _gunicorn(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--threads", "16",
    ]  # fmt: skip


def _bot(environment: dict[str, str], command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bot", command], env=environment, cwd=ROOT)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "BENCH_SECRET": SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "ZENDESK_URL": "http://127.0.0.1:1",
        "ZENDESK_EMAIL": "bot@example.com",
        "ZENDESK_TOKEN": "none",
        "ZENDESK_WEBHOOK_SECRET": SECRET,
        "JIRA_URL": "http://127.0.0.1:1",
        "JIRA_TOKEN": "none",
        "JIRA_WEBHOOK_SECRET": SECRET,
        "KEY_STORE_KEYS": Fernet.generate_key().decode(),
        "KEY_HANDOVER": "pull",
        "LOG_LEVEL": "WARNING",
    }


if __name__ == "__main__":
    raise SystemExit(main())
