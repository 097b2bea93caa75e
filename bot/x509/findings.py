"""What was found wrong (or mended), each with the code that brands and agents can quote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """What a finding means for the case."""

    FIXED = "fixed"  # mended by the bot: said, goes on
    INFO = "info"
    ACK = "ack"  # goes on when an agent accepts it
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `brand` is a plain sentence with the remedy, `agent` one with the facts.

    `rule` names the section that was broken, `since` is when that rule came into force.
    """

    code: str
    severity: Severity
    brand: str
    agent: str
    rule: str = ""
    since: datetime | None = None


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether any finding keeps the case where it is."""
    return any(f.severity in (Severity.BLOCK, Severity.ACK) for f in findings)


def acceptance(fingerprint: str, findings: Iterable[Finding]) -> str:
    """What an agent's acceptance is bound to, hex; empty when there is nothing to accept.

    SHA-256 over the certificate's fingerprint and the `ack` findings, in any order: another
    certificate, or one more finding on the same one, needs another acceptance.
    """
    asked = sorted((f.code, f.agent) for f in findings if f.severity is Severity.ACK)
    if not asked:
        return ""
    digest = hashlib.sha256(fingerprint.encode())
    for code, agent in asked:
        # Lengths first, so that no two lists of findings can give the same bytes.
        digest.update(f"\n{len(code)}:{code}{len(agent)}:{agent}".encode())
    return digest.hexdigest()
