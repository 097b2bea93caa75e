"""Codes on whether the certificate is the wanted one."""

from __future__ import annotations

from typing import Final

from bot.x509.catalogue.entry import Entry
from bot.x509.findings import Severity

MATCH: Final = (
    Entry(
        "KEY_MISMATCH",
        Severity.BLOCK,
        "The certificate was made for another key than any of this case.",
        "Have it issued again with the CSR of this ticket.",
        "Look for a second ticket of the same brand.",
    ),
    Entry(
        "KEY_MATCHES_OLDER_CSR",
        Severity.BLOCK,
        "The certificate was made with an earlier CSR of this case.",
        "Have it issued again with the latest CSR.",
        "Find out why a newer CSR was made before taking the old one.",
    ),
    Entry(
        "SAME_AS_LIVE",
        Severity.BLOCK,
        "The website serves this very certificate already.",
        "Send the new certificate.",
        "If it was installed on purpose, there is nothing left to install.",
    ),
    Entry(
        "OLDER_THAN_LIVE",
        Severity.BLOCK,
        "The certificate ends before the one that the website serves.",
        "Send the newest certificate.",
        "An ack when it was issued later: accept if the served one must go.",
    ),
)
NAMES: Final = (
    Entry(
        "SAN_MISSING",
        Severity.BLOCK,
        "Wanted names are not covered by the certificate.",
        "Have it issued for all the names in the CSR.",
        "If a name is no longer wanted, start over with ssl_new_csr.",
    ),
    Entry(
        "SAN_ADDED",
        Severity.INFO,
        "The certificate covers names that were not asked for.",
        "Nothing to do.",
        "Nothing; authorities often add www.",
    ),
    Entry(
        "SAN_LIVE_LOST",
        Severity.ACK,
        "Names that the website's present certificate covers would be lost.",
        "Have the names added, or tell us that they are no longer used.",
        "Ask the brand, then apply ssl_accept.",
    ),
    Entry(
        "CN_NOT_IN_SAN",
        Severity.ACK,
        "The common name is not among the domain names.",
        "Have the certificate issued again.",
        "Browsers look at the domain names alone; ssl_accept goes on.",
    ),
    Entry(
        "NOT_BRANDS_DOMAIN",
        Severity.ACK,
        "A name does not belong to the brand's organization.",
        "Tell us how the domain belongs to you.",
        "Check who owns the domain, then apply ssl_accept.",
    ),
)
TIME: Final = (
    Entry(
        "EXPIRED",
        Severity.BLOCK,
        "The certificate is no longer valid.",
        "Send the new one.",
        "Nothing.",
    ),
    Entry(
        "NOT_YET_VALID",
        Severity.BLOCK,
        "The certificate is not valid yet.",
        "Send one that is valid now, or reply again on the day.",
        "Nothing.",
    ),
    Entry(
        "SHORT_REMAINING",
        Severity.ACK,
        "Little of the certificate's life is left.",
        "Have a new one issued.",
        "Accept to bridge a gap; the next renewal comes soon.",
    ),
    Entry(
        "TOO_LONG_VALIDITY",
        Severity.ACK,
        "The certificate lives longer than the rules of its day of issue allow.",
        "Have one issued for a shorter time.",
        "Browsers refuse it from public authorities; accept it for private ones.",
    ),
    Entry(
        "CHAIN_EXPIRES_FIRST",
        Severity.INFO,
        "An intermediate certificate ends before the certificate does.",
        "Nothing to do now.",
        "Plan the renewal for the earlier date.",
    ),
)
