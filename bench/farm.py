"""A farm of simulated sites: many names on one TLS server, with sick ones among them.

`python -m bench.farm PLAN` serves the sites of a plan on loopback addresses until it is ended.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.servers import ROOT, pinned
from sandbox.ca import Authority
from sandbox.processes import free_port

TOGETHER: Final = 100
"""Names on one certificate."""
MACHINES: Final = {"tls": 64, "hangs": 4, "refuses": 4, "broken": 4}
_SHARES: Final = (
    # kind, of 100 sites, machine, what the watch should say
    ("good", 85, "tls", ""),
    ("near", 5, "tls", ""),
    ("expired", 2, "tls", "SITE_EXPIRED"),
    ("incomplete", 2, "tls", "SITE_CHAIN_INCOMPLETE"),
    ("mismatch", 2, "tls", "SITE_NAME_MISMATCH"),
    ("hangs", 1, "hangs", "SITE_REFUSED"),
    ("refuses", 2, "refuses", "SITE_REFUSED"),
    ("broken", 1, "broken", "SITE_REFUSED"),
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One site, where it is, and what should be said of it; times as ISO 8601."""

    host: str
    kind: str
    address: str
    fault: str
    fingerprint: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Farm:
    """The farm that runs."""

    plan: Path
    port: int
    root: str
    sites: tuple[Simulated, ...]

    def of(self, kind: str) -> tuple[Simulated, ...]:
        """The sites of one kind."""
        return tuple(site for site in self.sites if site.kind == kind)


@contextmanager
def farming(count: int) -> Iterator[Farm]:
    """So many sites, served by a process of its own on the other core."""
    with tempfile.TemporaryDirectory(prefix="bench-farm-") as folder:
        plan = Path(folder) / "plan.json"
        farm = _planned(count, plan)
        process = subprocess.Popen(
            [*pinned(0), sys.executable, "-m", "bench.farm", str(plan)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout is not None, "it was asked for"
            assert process.stdout.readline() == b"ready\n", "the farm serves"
            yield farm
        finally:
            process.kill()
            process.wait()


def _planned(count: int, path: Path) -> Farm:
    authority, port = Authority(), free_port()
    groups, sites = list[dict[str, Any]](), list[Simulated]()
    numbers = iter(range(count))
    for kind, share, machine, fault in _SHARES:
        last = kind == _SHARES[0][0]
        wanted = count - sum(count * s // 100 for _, s, _, _ in _SHARES[1:]) if last else 0
        some = list(islice(numbers, wanted or count * share // 100))
        for start in range(0, len(some), TOGETHER):
            hosts = [f"www{n}.farm-{kind}.com" for n in some[start : start + TOGETHER]]
            group, seen = _issued(authority, hosts, kind)
            if machine == "tls":
                groups.append(group)
            sites += [
                Simulated(
                    host, kind, _address(machine, n), fault, *(seen if machine == "tls" else ())
                )
                for n, host in enumerate(hosts, start)
            ]
    data = {"port": port, "groups": groups, "sites": [asdict(site) for site in sites]}
    path.write_text(json.dumps(data | {"root": authority.root_pem}), encoding="utf-8")
    return Farm(path, port, authority.root_pem, tuple(sites))


def _issued(
    authority: Authority, hosts: Sequence[str], kind: str
) -> tuple[dict[str, Any], tuple[str, str]]:
    """Key and chain for these names as their kind has it; fingerprint and end of the leaf."""
    from cryptography import x509  # noqa: PLC0415 - the server itself needs none of it
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    ago = {"near": 193, "expired": 205}.get(kind, 30)
    names = ["www.somebody-else.com"] if kind == "mismatch" else hosts
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=ago)
    key, leaf = authority.issue(names, 199, not_before=since)
    chain = leaf if kind == "incomplete" else leaf + authority.chain_pem
    read = x509.load_pem_x509_certificate(leaf.encode())
    seen = (read.fingerprint(hashes.SHA256()).hex(), read.not_valid_after_utc.isoformat())
    return {"names": list(hosts), "key": key, "chain": chain}, seen


def _address(machine: str, number: int) -> str:
    return f"127.0.{list(MACHINES).index(machine) + 1}.{number % MACHINES[machine] + 1}"


def serve(plan: dict[str, Any]) -> None:
    """Serve until the process is ended; a farm of this size is one event loop."""
    contexts = {
        name: context
        for group in plan["groups"]
        for context in [_context(group["key"], group["chain"])]
        for name in group["names"]
    }
    first = next(iter(contexts.values()))

    def chosen(tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        if name not in contexts:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        tls.context = contexts[name]
        return None

    first.sni_callback = chosen
    asyncio.run(_serving(plan["port"], first))


async def _serving(port: int, context: ssl.SSLContext) -> None:
    servers = [
        await asyncio.start_server(
            _BEHAVIOURS[machine],
            [_address(machine, n) for n in range(MACHINES[machine])],
            port,
            ssl=context if machine == "tls" else None,
            backlog=512,
        )
        for machine in _BEHAVIOURS
    ]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def _closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):  # whoever has seen enough hangs up
        await reader.read(1)
    writer.close()


async def _hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while await reader.read(4096):
            pass
    writer.close()


async def _answers_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    writer.close()


_BEHAVIOURS: Final = {"tls": _closes, "hangs": _hangs, "broken": _answers_plainly}


def _context(key: str, chain: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_text(key + chain, encoding="ascii")
        context.load_cert_chain(path)
    return context


if __name__ == "__main__":
    serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
