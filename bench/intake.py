"""Judging what brands send: verdicts per second, and the worst that a single file costs."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from bench.rounds import Figure, Scale, Series, in_turns
from bot.x509 import facts, intake, request
from bot.x509.checks import Verdict, against_requests
from bot.x509.intake import LARGEST, Blob, Found
from sandbox.ca import Authority
from tests.fakes import NOW
from tests.x509.judged import judged
from tests.x509.making import HOST
from tests.x509.test_against_openssl import ROWS
from tests.x509.test_intake_hostile import BINARY, HOSTILE


def measured(scale: Scale) -> Iterator[Figure]:
    """A good chain beside others' verification of it, the whole corpus, the worst file."""
    ca = Authority()
    _, leaf = ca.issue([HOST], 90, not_before=NOW - timedelta(days=1))
    sent = [facts.der(leaf), facts.der(ca.chain_pem)]
    root = facts.der(ca.root_pem)
    seconds = scale.pick(0.5, 1.0)
    with tempfile.TemporaryDirectory() as name:
        measures: dict[str, Callable[[], float]] = {
            "judged": lambda: _rate(lambda: _judged(sent, root), seconds),
            "verified by cryptography alone": lambda: _rate(lambda: _verified(sent, root), seconds),
            "an openssl verify process each": lambda: _rate(
                _openssl(sent, root, Path(name)), seconds
            ),
        }
        found = in_turns(scale.rounds, "/s", measures)
    ours = found.pop("judged")
    alone = found["verified by cryptography alone"]
    yield Figure(
        "verdicts on a good chain of three",
        ours,
        tuple(found.values()),
        "takes at most 3 × cryptography's verification alone",
        ours.median * 3 >= alone.median,
    )
    yield _corpus(scale)
    yield _worst()


def _corpus(scale: Scale) -> Figure:
    inputs = [
        (row.sent(), {k: v() if callable(v) else v for k, v in row.how.items()}) for row in ROWS
    ]
    rates = []
    for _ in range(scale.rounds):
        began = time.perf_counter()
        for sent, how in inputs:
            facts.facts.cache_clear()
            judged(sent, **how)
        rates.append(len(inputs) / (time.perf_counter() - began))
    title = f"verdicts on the tests' corpus of {len(inputs)} chains, good and bad"
    return Figure(title, Series("judged", "/s", tuple(rates)))


def _worst() -> Figure:
    pieces = {name: piece.encode() for name, piece in HOSTILE.items()} | BINARY
    times = {}
    for name, piece in pieces.items():
        data = (piece * (LARGEST // len(piece) + 1))[:LARGEST]
        began = time.perf_counter()
        intake.gather([Blob("x", data)])
        times[name] = time.perf_counter() - began
    worst = max(times, key=lambda name: times[name])
    return Figure(
        f"the worst file of {LARGEST // 2**20} MiB: {worst}",
        Series("read", "s", (times[worst],)),
        target="under 1 s",
        met=times[worst] < 1,
        details={"seconds": times},
    )


def _rate(work: Callable[[], object], seconds: float) -> float:
    work()
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + seconds:
        work()
        count += 1
    return count / (time.perf_counter() - began)


def _judged(sent: list[bytes], root: bytes) -> Verdict:
    facts.facts.cache_clear()  # each certificate that comes is a new one
    key = x509.load_der_x509_certificate(sent[0]).public_key()
    requests = [("", request.spki(key))]  # type: ignore[arg-type] # of the kinds that CAs take
    found = Found(tuple(sent))
    return against_requests(found, requests, (HOST,), now=NOW, anchors=[root])


def _verified(sent: list[bytes], root: bytes) -> object:
    leaf, *above = (x509.load_der_x509_certificate(der) for der in sent)
    store = Store([x509.load_der_x509_certificate(root)])
    policy = PolicyBuilder().store(store).time(NOW.astimezone(UTC).replace(tzinfo=None))
    return policy.build_server_verifier(x509.DNSName(HOST)).verify(leaf, above)


def _openssl(sent: list[bytes], root: bytes, folder: Path) -> Callable[[], object]:
    for name, ders in (("leaf", sent[:1]), ("above", sent[1:]), ("roots", [root])):
        (folder / name).write_text("".join(map(facts.pem, ders)), encoding="ascii")
    when = str(int(NOW.timestamp()) + 300)
    command = [
        "openssl",
        "verify",
        "-attime",
        when,
        "-trusted",
        "roots",
        "-untrusted",
        "above",
        "leaf",
    ]

    def verify() -> object:
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=20)

    return verify
