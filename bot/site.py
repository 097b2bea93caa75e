"""A site: a host name that serves a certificate, and what the watch knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Site:
    """One host in one environment.  Fingerprints are SHA-256, hex; empty when not known.

    What stands under "seen" is of the last look that saw a certificate; `fault` is a finding code.
    """

    host: str
    environment: str = "production"
    brand: str = ""
    organization: int | None = None
    requester: int | None = None
    contact: str = ""
    source: str = "case"
    added_at: datetime | None = None
    last_ticket: int | None = None
    took: float | None = None
    expected: str = ""
    expected_until: datetime | None = None
    fingerprint: str = ""
    issuer: str = ""
    spki: str = ""
    key_since: datetime | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    probed_at: datetime | None = None
    fault: str = ""
    fault_since: datetime | None = None
    next_at: datetime | None = None
    watch_until: datetime | None = None
    asked_for: str = ""
    asked_ticket: int | None = None
    told: str = ""
