"""Thousands of simulated sites through one round of the expiry watch, beside other ways to look."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.farm import Farm, Simulated, farming
from bench.rounds import Figure, Scale, Series, in_turns
from bench.servers import ROOT, pinned
from bench.tools import sslyze

DEADLINE: Final = 2.0
"""Seconds for one address; 10 in earnest.  What hangs here is meant to hang."""


def measured(scale: Scale) -> Iterator[Figure]:
    """Rate, memory and correctness of a round; the same farm by hand and by a scanner."""
    count, scanner = scale.count(400, 5_000), sslyze()
    runs = list[dict[str, float]]()
    with farming(count) as farm:

        def watch() -> float:
            runs.append(_watched(farm))
            return count / runs[-1]["seconds"]

        measures = {"watch": watch, "openssl s_client": lambda: _openssl(farm, scale.count(15, 60))}
        if scanner:
            measures["sslyze"] = lambda: _sslyze(scanner, farm, scale.count(10, 40))
        found = in_turns(1, "sites/s", measures)
    ours = found.pop("watch")
    notes = (
        "one in ten is expired, incomplete, of another name, hanging, refusing or broken; "
        "the others look at good ones alone",
        *(() if scanner else ("sslyze could not be installed and is left out",)),
    )
    yield Figure(
        f"sites looked at in a round of {count:,}",
        ours,
        tuple(found.values()),
        "5 × openssl in a loop",
        ours.median >= 5 * found["openssl s_client"].median,
        notes,
        {"runs": runs},
    )
    yield from _held(count, runs, farm)


def _held(count: int, runs: Sequence[dict[str, float]], farm: Farm) -> Iterator[Figure]:
    right = Series("watch", "sites", tuple(run["right"] for run in runs))
    yield Figure(
        f"sites judged as they are, of {count:,}",
        right,
        (Series("all of them", "sites", (float(count),)),),
        "every one",
        set(right.values) == {float(count)},
    )
    # A ticket for what is near its end or over it, a note for each fault of a certificate.
    due = sum(len(farm.of(kind)) for kind in ("near", "expired", "incomplete", "mismatch"))
    wanted = Series("watch", "sites", tuple(run["wanted"] for run in runs))
    yield Figure(
        "sites that something is to be done about",
        wanted,
        (Series("all that are near their end or wrong", "sites", (float(due),)),),
        "those and no others",
        set(wanted.values) == {float(due)},
    )
    peak = Series("watch", "MiB", tuple(run["peak"] for run in runs))
    before = Series("the process before the round", "MiB", tuple(run["before"] for run in runs))
    yield Figure(
        f"peak memory of a round of {count:,} sites",
        peak,
        (before,),
        "under 250 MiB",
        peak.median < 250,
    )


def _watched(farm: Farm) -> dict[str, float]:
    """A round in a process of its own."""
    done = subprocess.run(
        [*pinned(1), sys.executable, "-m", "bench.watch_run", str(farm.plan), str(DEADLINE)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=300,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _openssl(farm: Farm, count: int) -> float:
    """The command line, one site after the other, as a script of an operator does it."""
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command line is needed"
    good, began = farm.of("good")[:count], time.monotonic()
    for site in good:
        where = f"{site.address}:{farm.port}"
        shown = subprocess.run(
            [openssl, "s_client", "-connect", where, "-servername", site.host, "-showcerts"],
            input=b"",
            capture_output=True,
            check=False,
            timeout=30,
        ).stdout
        said = subprocess.run(
            [openssl, "x509", "-noout", "-fingerprint", "-sha256", "-enddate", "-issuer"],
            input=shown,
            capture_output=True,
            check=True,
            timeout=30,
        ).stdout
        assert site.fingerprint in said.decode().replace(":", "").lower(), "the same certificate"
    return len(good) / (time.monotonic() - began)


def _sslyze(scanner: str, farm: Farm, count: int) -> float:
    """A public scanner, asked for the certificates alone, with its own concurrency."""
    good = farm.of("good")[:count]
    with tempfile.TemporaryDirectory() as folder:
        targets, answer = Path(folder) / "targets", Path(folder) / "answer.json"
        targets.write_text("\n".join(_target(site, farm) for site in good), encoding="ascii")
        began = time.monotonic()
        words = ["--mozilla_config", "disable", "--certinfo", "--quiet"]
        subprocess.run(
            [scanner, *words, "--targets_in", str(targets), "--json_out", str(answer)],
            capture_output=True,
            check=True,
            timeout=300,
        )
        seconds = time.monotonic() - began
        results = json.loads(answer.read_text(encoding="utf-8"))["server_scan_results"]
    done = [one for one in results if one["scan_status"] == "COMPLETED"]
    assert len(done) == len(good), "every site was scanned"
    return len(good) / seconds


def _target(site: Simulated, farm: Farm) -> str:
    return f"{site.host}:{farm.port}{{{site.address}}}"
