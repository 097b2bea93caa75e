"""Reads a text: its keys first, then its blocks, then what is naked between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from bot.x509.intake import der, keys, magic, pem, sentences, strict, text
from bot.x509.intake.contents import Rank
from bot.x509.intake.der import Kind
from bot.x509.intake.key_text import passages
from bot.x509.intake.limits import DEEPEST, MOST_BLOCKS
from bot.x509.intake.pem import Block
from bot.x509.intake.structures import NAMED, NO_CERTIFICATE, Structures

_CARD: Final = re.compile(r"\s*BEGIN:VCARD", re.IGNORECASE)
_SSH_PUBLIC: Final = re.compile(r"\s*(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,30}) AAAA")
_DAMAGED_FROM: Final = 200
"""Base64 characters of what may be called a damaged certificate when nothing names it."""


class Texts:
    """Collects what a text holds; `again` reads a file that was wrapped in it."""

    def __init__(self, structures: Structures, again: Callable[[bytes, int], None]) -> None:
        self.contents = structures.contents
        self._structures = structures
        self._again = again

    def read(self, data: bytes, depth: int, *, repaired: bool) -> None:
        """The text that the bytes are; `repaired` when it is not what was sent."""
        raw, wide = text.characters(data)
        plain = text.undone(raw)
        found = passages(plain)
        for passage in found:
            if der.kind(passage.data) is Kind.PKCS12:
                self._structures.one(passage.data, whole=True, repaired=True)
            else:
                self.contents.key(der.key_spki(passage.data))
        if not self.contents.name and keys.MASK in raw:
            self.contents.key()
        plain = keys.without_keys(plain, found)
        clean = frozenset() if wide or repaired else strict.structures(raw)
        for block in _blocks(plain):
            self._block(block, depth, clean)
        if _CARD.match(raw):
            self.contents.ignored = True
        if _SSH_PUBLIC.match(raw):
            what = NAMED[Kind.PUBLIC_KEY]
            self.contents.note(Rank.OTHER, sentences.unknown(self.contents.name, what))
        self.contents.note(Rank.NOTHING, sentences.nothing(self.contents.name, NO_CERTIFICATE))

    def _block(self, block: Block, depth: int, clean: frozenset[bytes]) -> None:
        name, label, data = self.contents.name, block.label, block.data
        if label.startswith("PGP"):
            self.contents.ignored = True
        elif block.quoted and not name and "REQUEST" in label:
            # Our own CSR in the quote of our own message.
            return
        elif der.kind(data) not in (None, Kind.OTHER):
            one, whole = der.first(data), der.whole(data)
            if whole or label or block.size >= _DAMAGED_FROM:
                self._structures.one(one, whole=whole, repaired=one not in clean)
        elif data.startswith((b"-----", *magic.ZIP)) and depth < DEEPEST:
            self._again(data, depth + 1)
        elif label and block.size:
            self._unread(label)

    def _unread(self, label: str) -> None:
        """A block that does not decode is what its label says."""
        name = self.contents.name
        if "REQUEST" in label:
            self.contents.note(Rank.CSR, sentences.csr(name))
        elif "PUBLIC KEY" in label:
            self.contents.note(Rank.OTHER, sentences.unknown(name, NAMED[Kind.PUBLIC_KEY]))
        elif "CRL" in label:
            self.contents.note(Rank.OTHER, sentences.unknown(name, NAMED[Kind.CRL]))
        elif "CERTIFICATE" in label or "PKCS" in label or "CMS" in label:
            self.contents.note(Rank.DAMAGED, sentences.damaged(name))


def _blocks(plain: str) -> Iterator[Block]:
    """The blocks with labels, then what is naked between them."""
    gaps: list[str] = []
    at = 0
    for number, block in enumerate(pem.blocks(plain)):
        if number == MOST_BLOCKS:
            return
        yield block
        gaps.append(plain[at : block.start])
        at = max(at, block.stop)
    yield from pem.naked("\n".join((*gaps, plain[at:])))
