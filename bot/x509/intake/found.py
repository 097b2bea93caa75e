"""What goes in and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.x509.findings import Finding

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a file that is looked at; the limits of what it unpacks to are in `limits`."""


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, or of the comment's text (`name` is then empty)."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: certificates as DER in the order met, each once, and what the rest is.

    `files` names the file of each certificate.  `keys` are the SPKI SHA-256 (hex) of the
    private keys that were seen and could be read; `key_files` names every file with a
    private key in it, sealed or not, exactly as its blob is named.  `requests` are CSRs as
    DER that nobody quoted.
    """

    certificates: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()
    keys: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    key_files: tuple[str, ...] = ()
    requests: tuple[bytes, ...] = ()
