"""Orders and completes the chain of a certificate, and says whether browsers trust it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from bot.x509 import anchors as roots
from bot.x509 import chain_findings, facts, paths, trust
from bot.x509.findings import Finding
from bot.x509.judgement.naming import covering

MOST: Final = 100
"""Certificates of each source that are looked at."""


@dataclass(frozen=True, slots=True)
class Built:
    """Intermediates in order, the leaf's issuer first, and what was mended or is wrong.

    `root` is the trusted root that the chain leads to, DER, None when there is none;
    `public` tells whether it is one that everyone trusts.
    """

    intermediates: tuple[bytes, ...]
    findings: tuple[Finding, ...]
    root: bytes | None = None
    public: bool = False


def build(
    leaf: bytes,
    given: Sequence[bytes],
    live: Sequence[bytes],
    anchors: Sequence[bytes],
    now: datetime,
    *,
    known: Sequence[bytes] = (),
    names: Sequence[str] = (),
) -> Built:
    """The chain from the leaf to a trusted root.

    Certificates are taken from what was given (in its order, the leaf may be among it),
    from what the site serves, and from `known`, those seen before or fetched.  `names`
    are verified one by one, as far as the leaf covers them.  Raises ValueError for a leaf
    that cannot be read.
    """
    (start,) = roots.loaded([leaf])
    trusted = roots.trusted(anchors)
    sent = roots.loaded(given, MOST)
    others = {
        chain_findings.LIVE: roots.loaded(live, MOST),
        chain_findings.KNOWN: [*roots.loaded(known, MOST), *trusted.intermediates()],
    }
    # One object for each certificate, so that the search knows it again.
    pool = list(dict.fromkeys([*sent, *(c for held in others.values() for c in held)]))
    read = facts.facts(leaf)
    fault = _verifier(read.names, names, now)
    search = paths.Search(trusted, [c for c in pool if c != start])
    # The verifier checks every signature, so that a way without rivals needs no search by
    # signatures.  It looks at none without a name, or when the leaf itself is a root.
    path = search.only(start) if read.names and not read.self_issued else None
    if path is None or fault(path):
        path = paths.best(search.paths(start), trusted, now, lambda way: not fault(way))
    return Built(
        tuple(c.public_bytes(Encoding.DER) for c in path.intermediates),
        (
            *chain_findings.on_shape(path, sent, others),
            *chain_findings.on_trust(path, fault(path) if path.root else "", pool, now),
        ),
        path.root.public_bytes(Encoding.DER) if path.root else None,
        path.root in trusted.public,
    )


def wanted_issuer_urls(leaf: bytes, path: Sequence[bytes]) -> tuple[str, ...]:
    """Where the next issuer above the path may be fetched; nothing when it does not say.

    The addresses stand in a file from outside: fetch them under the same guard as any.
    """
    read = facts.read(path[-1] if path else leaf)
    return read.issuer_urls if read and not read.self_issued else ()


def _verifier(
    held: Sequence[str], names: Sequence[str], now: datetime
) -> Callable[[paths.Path], str]:
    tried = list(filter(covering(held), names))

    @cache
    def fault(path: paths.Path) -> str:
        # Missing names have a finding of their own: the chain is then judged by whatever
        # name of the leaf can be verified at all.
        return trust.fault(path, tried, now) if tried else trust.fault_for_all(path, held, now)

    return fault
