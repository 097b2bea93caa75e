"""Every finding code: how grave it usually is, what it means, what brand and agent can do."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.x509.catalogue.certificate import MATCH, NAMES, TIME
from bot.x509.catalogue.entry import Entry
from bot.x509.catalogue.issuance import CHAIN, PROFILE
from bot.x509.catalogue.sent import WRAPPING
from bot.x509.catalogue.surroundings import DETAILS, SITE
from bot.x509.findings import Finding, Severity

__all__ = ["BY_CODE", "FAMILIES", "Entry", "finding"]

FAMILIES: Final = {
    "wrapping": WRAPPING,
    "match": MATCH,
    "names": NAMES,
    "time": TIME,
    "profile": PROFILE,
    "chain": CHAIN,
    "details": DETAILS,
    "site": SITE,
}
BY_CODE: Final = {entry.code: entry for entries in FAMILIES.values() for entry in entries}


def finding(
    code: str,
    brand: str,
    agent: str,
    *,
    severity: Severity | None = None,
    rule: str = "",
    since: datetime | None = None,
) -> Finding:
    """A finding with the severity that the catalogue gives its code, unless told otherwise."""
    return Finding(code, severity or BY_CODE[code].usually, brand, agent, rule, since)
