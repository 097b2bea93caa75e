"""Finds the ways from a leaf to a trusted root through a pool of certificates.

The pool comes from outside and may be made to have more ways than there is time for
(a hundred authorities of one name that all signed each other).  So the search goes
breadth first, the shortest ways come first, and all work is counted and bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.x509 import facts, signatures
from bot.x509.anchors import Anchors

DEEPEST: Final = 6
MOST_STEPS: Final = 200
MOST_SIGNATURES: Final = 400
MOST_PATHS: Final = 16
_SERVERS: Final = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


@dataclass(frozen=True, slots=True)
class Path:
    """The intermediates, the leaf's issuer first, and the root (left out of them) if reached."""

    leaf: x509.Certificate
    intermediates: tuple[x509.Certificate, ...] = ()
    root: x509.Certificate | None = None

    @property
    def last(self) -> x509.Certificate:
        """The certificate whose issuer comes next."""
        return self.intermediates[-1] if self.intermediates else self.leaf

    @property
    def ends(self) -> datetime:
        """When the first of the intermediates and the root ends; far away without any."""
        above = (*self.intermediates, *((self.root,) if self.root else ()))
        return min((c.not_valid_after_utc for c in above), default=datetime.max.replace(tzinfo=UTC))

    def valid(self, now: datetime) -> bool:
        """Whether all that stands above the leaf is valid."""
        return all(c.not_valid_before_utc <= now for c in self.intermediates) and self.ends >= now


@dataclass
class Search:
    """One search; `signatures` counts the costly part of the work."""

    anchors: Anchors
    pool: Sequence[x509.Certificate]
    steps: int = 0
    signatures: int = 0
    _known: dict[tuple[int, int], bool] = field(default_factory=dict)

    def only(self, leaf: x509.Certificate) -> Path | None:
        """The way to a root if names allow no other, its signatures not looked at yet."""
        path = Path(leaf)
        while len(path.intermediates) <= DEEPEST:
            roots, issuers = self.anchors.named(path.last.issuer), self._issuers(path)
            if len(roots) + len(issuers) != 1:
                return None
            if roots:
                return Path(leaf, path.intermediates, *roots)
            path = Path(leaf, (*path.intermediates, *issuers))
        return None

    def paths(self, leaf: x509.Certificate) -> list[Path]:
        """Ways to a root, shortest first; else the longest way that could be gone, alone."""
        waiting = deque([Path(leaf)])
        complete: list[Path] = []
        longest = Path(leaf)
        while waiting and self.steps < MOST_STEPS and len(complete) < MOST_PATHS:
            self.steps += 1
            path = waiting.popleft()
            if len(path.intermediates) > len(longest.intermediates):
                longest = path
            roots = [r for r in self.anchors.named(path.last.issuer) if self._signed(path.last, r)]
            complete += (Path(leaf, path.intermediates, root) for root in roots)
            # On past a root as well: it may be over, and cross-signed by one that is not.
            if len(path.intermediates) < DEEPEST:
                waiting += self._further(path)
        return complete[:MOST_PATHS] or [self._anchored(longest)]

    def _further(self, path: Path) -> Iterator[Path]:
        for issuer in _likely_first(path.last, self._issuers(path)):
            if self._signed(path.last, issuer):
                yield Path(path.leaf, (*path.intermediates, issuer))

    def _issuers(self, path: Path) -> list[x509.Certificate]:
        wanted = path.last.issuer
        return [c for c in self.pool if c.subject == wanted and _may_issue(c, path)]

    def _anchored(self, path: Path) -> Path:
        """Ended by an anchor that is no root itself, when the way leads through one."""
        chosen = self.anchors.intermediates()
        through = next((c for c in path.intermediates if c in chosen), None)
        return path if through is None else Path(path.leaf, path.intermediates, through)

    def _signed(self, child: x509.Certificate, issuer: x509.Certificate) -> bool:
        pair = (id(child), id(issuer))
        if pair not in self._known:
            if self.signatures >= MOST_SIGNATURES:
                return False
            self.signatures += 1
            self._known[pair] = signatures.issued(child, issuer)
        return self._known[pair]


def best(
    paths: Sequence[Path], anchors: Anchors, now: datetime, holds: Callable[[Path], bool]
) -> Path:
    """The way to take: one that verifies, to a public root, valid, short, and valid longest."""
    public = set(map(id, anchors.public))

    def rank(path: Path) -> tuple[bool, bool, bool, int, datetime]:
        return (
            path.root is not None and holds(path),
            id(path.root) in public,
            path.valid(now),
            -len(path.intermediates),
            path.ends,
        )

    return max(paths, key=rank)


def _may_issue(issuer: x509.Certificate, path: Path) -> bool:
    """A CA that is not on the way yet, neither itself nor by another certificate for its key."""
    taken = (path.leaf, *path.intermediates)
    if issuer.issuer == issuer.subject or any(_same_authority(issuer, c) for c in taken):
        return False
    constraints = facts.extension(issuer, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        return False
    below = sum(c.issuer != c.subject for c in path.intermediates)
    if constraints.path_length is not None and below > constraints.path_length:
        return False
    usage = facts.extension(issuer, x509.KeyUsage)
    purposes = facts.extension(issuer, x509.ExtendedKeyUsage)
    signs = usage is None or usage.key_cert_sign
    return signs and (purposes is None or any(p in purposes for p in _SERVERS))


def _same_authority(one: x509.Certificate, other: x509.Certificate) -> bool:
    return one.subject == other.subject and one.public_key() == other.public_key()


def _likely_first(
    child: x509.Certificate, issuers: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """The key that the child names first: only an order of trial."""
    named = facts.extension(child, x509.AuthorityKeyIdentifier)
    wanted = named.key_identifier if named else None

    def unlikely(issuer: x509.Certificate) -> bool:
        own = facts.extension(issuer, x509.SubjectKeyIdentifier)
        return own is None or own.digest != wanted

    return sorted(issuers, key=unlikely)
