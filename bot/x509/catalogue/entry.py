"""What the catalogue says of one finding code."""

from __future__ import annotations

from dataclasses import dataclass

from bot.x509.findings import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """One code; `usually` is its severity unless the finding itself says otherwise."""

    code: str
    usually: Severity
    meaning: str
    for_brand: str
    for_agent: str
