"""Finds certificates in what a comment carries, by content and never by name.

Bytes are first told apart by their shape (`magic`, `der`), archives are opened in
memory (`archives`), and everything else is read as text: `text` undoes what mail
does to it, `pem` cuts it into blocks, each of which is read on its own, so that a
broken one does not spoil the others.  A private key is recognised (`keys`) and
named, and not a byte of it goes any further.
"""

from __future__ import annotations

from bot.x509.intake.found import LARGEST, Blob, Found
from bot.x509.intake.gathering import gather
from bot.x509.intake.keys import MASK, key_passages, mask_keys
from bot.x509.intake.sentences import too_big

__all__ = [
    "LARGEST",
    "MASK",
    "Blob",
    "Found",
    "gather",
    "key_passages",
    "mask_keys",
    "too_big",
]
