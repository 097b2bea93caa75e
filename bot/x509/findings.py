"""What was found wrong (or mended), each with the code that brands and agents can quote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding means for the case."""

    FIXED = "fixed"  # mended by the bot: said, goes on
    INFO = "info"
    ACK = "ack"  # goes on when an agent accepts it
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `brand` is a plain sentence with the remedy, `agent` one with the facts."""

    code: str
    severity: Severity
    brand: str
    agent: str


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether any finding keeps the case where it is."""
    return any(f.severity in (Severity.BLOCK, Severity.ACK) for f in findings)
