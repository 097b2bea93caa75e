"""What is said about a chain: what was mended, what is missing, what does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from cryptography import x509

from bot.x509 import facts
from bot.x509.catalogue import finding
from bot.x509.findings import Finding
from bot.x509.paths import Path
from bot.x509.printable import listed, printable

LIVE: Final = "the live site"
KNOWN: Final = "the certificates known from before"
_NAME: Final = 150


def on_shape(
    path: Path, sent: Sequence[x509.Certificate], others: Mapping[str, Sequence[x509.Certificate]]
) -> Iterator[Finding]:
    """What was mended; `sent` in the order met, `others` by where they come from."""
    right = (path.leaf, *path.intermediates)
    used = [c for c in sent if c in right]
    if used != [c for c in right if c in sent]:
        yield finding(
            "CHAIN_REORDERED",
            "We have put the certificates into the right order.",
            f"order was: {listed(map(_called, used))}",
        )
    left = [c for c in sent if c not in right]
    if left:
        yield finding(
            "CHAIN_EXTRA",
            "We have left out certificates that do not belong into the chain.",
            f"left out: {listed(map(_called, left))}",
        )
    added = [c for c in path.intermediates if c not in sent]
    if added:
        yield finding(
            "CHAIN_COMPLETED",
            "We have added a missing intermediate certificate.",
            "; ".join(f"{_called(c)} from {_source(c, others)}" for c in added),
        )


def on_trust(
    path: Path, fault: str, pool: Sequence[x509.Certificate], now: datetime
) -> Iterator[Finding]:
    """Whether the chain leads to a root, holds, and lasts as long as the leaf."""
    if path.root is None and not _self_issued(path.leaf):
        yield from _no_root(path, pool)
    if fault:
        yield finding(
            "CHAIN_UNTRUSTED",
            "Browsers would not accept the certificate's chain; please have it issued again, or "
            "ask the authority for the right intermediate certificates.",
            f"the chain does not verify: {fault}",
        )
    first = min(path.intermediates, key=lambda c: c.not_valid_after_utc, default=None)
    if first and first.not_valid_after_utc < path.leaf.not_valid_after_utc:
        yield finding(
            "CHAIN_EXPIRES_FIRST",
            f"An intermediate certificate ends on {first.not_valid_after_utc:%Y-%m-%d}, before "
            "your certificate does.",
            f"{_called(first)} ends {first.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
            + (" (already over)" if first.not_valid_after_utc < now else ""),
        )


def _no_root(path: Path, pool: Sequence[x509.Certificate]) -> Iterator[Finding]:
    wanted = path.last.issuer
    shown = printable(wanted.rfc4514_string(), _NAME)
    namesakes = [c for c in pool if c.subject == wanted and c not in path.intermediates]
    if any(_self_issued(c) for c in namesakes):
        yield _untrusted(shown, "its root was sent, but is not trusted")
        return
    urls = facts.issuer_urls(path.last)
    yield finding(
        "CHAIN_MISSING",
        f"The certificate of its issuer is missing ({shown}); please send the intermediate "
        "certificates (chain, CA bundle) as well.",
        f"no certificate of {shown} given, served, known or trusted"
        + (f"; {len(namesakes)} of that name did not sign it" if namesakes else "")
        + (f"; may be fetched from {listed(urls)}" if urls else ""),
    )
    if path.intermediates:
        # Often the missing one is the root of a private authority, which no brand can send.
        yield _untrusted(shown, "the chain ends below it")


def _untrusted(issuer: str, why: str) -> Finding:
    return finding(
        "CHAIN_UNTRUSTED",
        "The certificate does not come from an authority that browsers trust; please have it "
        "issued by a public one.",
        f"{issuer}: {why}",
    )


def _source(certificate: x509.Certificate, others: Mapping[str, Sequence[x509.Certificate]]) -> str:
    return next((name for name, held in others.items() if certificate in held), KNOWN)


def _self_issued(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject


def _called(certificate: x509.Certificate) -> str:
    return printable(certificate.subject.rfc4514_string() or f"{certificate.serial_number:x}")
