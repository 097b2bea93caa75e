"""A small world of authorities, and how a test has something judged in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.x509.checks import Verdict, against_requests
from bot.x509.intake import Found
from tests.fakes import NOW
from tests.x509.making import APEX, HOST, Ca, Key, authority, key, leaf, spki

OURS = key("ours")
ROOT = authority("Nord Root R1")
CA1 = authority("Nord TLS CA 1", ROOT)
CA2 = authority("Nord TLS CA 2", CA1)
WANTED = (HOST, APEX)


def judged(
    sent: Sequence[bytes],
    *,
    wanted: Sequence[str] = WANTED,
    keys: Sequence[Key] = (OURS,),
    anchors: Sequence[bytes] = (ROOT.der,),
    now: datetime = NOW,
    **more: Any,
) -> Verdict:
    """The verdict on what was sent, the root trusted by the operator."""
    requests = [("", spki(k)) for k in keys]
    return against_requests(Found(tuple(sent)), requests, wanted, now=now, anchors=anchors, **more)


def codes(verdict: Verdict) -> set[str]:
    """The codes found."""
    return {f.code for f in verdict.findings}


def good(issuer: Ca = CA1, own: Key = OURS, **how: Any) -> bytes:
    """A certificate without fault, but for what `how` says."""
    return leaf(issuer, own, **how)
