"""What authorities publish about a certificate: its missing issuers, and whether it is revoked.

Issuers are remembered ones first, else fetched from where the certificate says (AIA).
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from cryptography import x509

from bot.gateways.fetching import Fetcher
from bot.storage.intermediates import Intermediates
from bot.x509 import chain, facts, intake, revocation
from bot.x509.findings import Finding
from bot.x509.intake import Blob

DEEPEST: Final = 4
LARGEST: Final = 64 * 1024
LARGEST_LIST: Final = 10 * 1024 * 1024


class Issuers:
    """`bot.ports.Issuers`."""

    def __init__(self, known: Intermediates, fetcher: Fetcher) -> None:
        self._known, self._fetcher = known, fetcher

    def above(self, leaf: bytes, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The missing issuers of the path above the leaf, DER, as far as they can be had."""
        found: list[bytes] = []
        at = path[-1] if path else leaf
        while len(found) < DEEPEST:
            issuer = self._issuer(at)
            if issuer is None or issuer in (leaf, *path, *found):
                break
            found.append(issuer)
            at = issuer
        return tuple(found)

    def remember(self, intermediates: tuple[bytes, ...]) -> None:
        """Keep them for brands to come."""
        self._known.remember(intermediates)

    def revoked(self, path: tuple[bytes, ...]) -> tuple[Finding, ...]:
        """What the authorities' revocation lists say of the path, leaf first, DER.

        The lists are large: they are read and judged here, and never kept.
        """
        found: list[Finding] = []
        for der, above in pairwise(path):
            pair = [x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(above)]
            seen = facts.read(der)
            for url in seen.crl_urls if seen else ():
                lists = [self._fetcher.fetched(url, LARGEST_LIST)]
                found += revocation.on_revocation(pair, lists, datetime.now(UTC))
        return tuple(found)

    def _issuer(self, der: bytes) -> bytes | None:
        certificate = x509.load_der_x509_certificate(der)
        if certificate.issuer == certificate.subject:
            return None
        for candidate in self._known.named(certificate.issuer):
            if _issued(certificate, candidate):
                return candidate
        for url in chain.wanted_issuer_urls(der, ()):
            blob = Blob("issuer", self._fetcher.fetched(url, LARGEST))
            for candidate in intake.gather([blob]).certificates:
                if _issued(certificate, candidate):
                    return candidate
        return None


def _issued(certificate: x509.Certificate, candidate: bytes) -> bool:
    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(candidate))
    except Exception:  # from outside: whatever is wrong with it, it is not the issuer
        return False
    return True
