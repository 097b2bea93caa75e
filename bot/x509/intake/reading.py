"""Reads one file: told by its bytes, opened when it is an archive, cut into blocks when text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.x509.findings import Finding
from bot.x509.intake import archives, der, java, magic, sentences
from bot.x509.intake.blocks import Texts
from bot.x509.intake.contents import Contents, Rank
from bot.x509.intake.found import LARGEST
from bot.x509.intake.limits import DEEPEST, Budget, Exhausted
from bot.x509.intake.structures import NO_CERTIFICATE, Structures

_KEY_WORDS: Final = re.compile(rb"P\0?R\0?I\0?V\0?A\0?T\0?E\0?[ _]\0?K\0?E\0?Y", re.IGNORECASE)


def read(name: str, data: bytes, passwords: Sequence[str], budget: Budget) -> Contents:
    """What the file holds.  All or nothing: what is in a bomb is not used."""
    contents = Contents(name)
    try:
        _Reader(contents, passwords, budget).file(data, 0)
    except Exhausted:
        contents.certificates.clear()
        contents.note(Rank.BOMB, sentences.bomb(name))
    return contents


class _Reader:
    """Collects what one file holds, archives in archives included."""

    def __init__(self, contents: Contents, passwords: Sequence[str], budget: Budget) -> None:
        self.contents = contents
        self._budget = budget
        self._structures = Structures(contents, passwords, budget)
        self._texts = Texts(self._structures, self._wrapped)

    def file(self, data: bytes, depth: int, *, repaired: bool = False) -> None:
        name = self.contents.name
        if len(data) > LARGEST:
            self._note(Rank.TOO_BIG, sentences.too_big(name))
        elif not data.strip(b"\0\t\r\n "):
            self._note(Rank.NOTHING, sentences.unknown(name, "empty"))
        elif data.startswith((*magic.ZIP, magic.GZIP)):
            self._archive(data, depth + 1)
        elif picture := magic.picture(data):
            self.contents.picture = picture
        elif data.startswith(java.MAGIC):
            self._java(data)
        elif data.startswith(der.OPENSSH):
            self.contents.key(der.key_spki(data))
        elif not self._structures.every(data, repaired=repaired):
            self._other(data, depth, repaired=repaired)

    def _wrapped(self, data: bytes, depth: int) -> None:
        self.file(data, depth, repaired=True)

    def _note(self, rank: Rank, finding: Finding) -> None:
        self.contents.note(rank, finding)

    def _archive(self, data: bytes, depth: int) -> None:
        name = self.contents.name
        if depth > DEEPEST:
            raise Exhausted("too deep")
        try:
            if data.startswith(magic.GZIP):
                self.file(archives.gunzipped(data, self._budget), depth)
                return
            for entry in archives.unzipped(data, self._budget):
                self.file(entry.data, depth)
        except archives.Locked:
            self._note(Rank.SEALED, sentences.locked_zip(name))
        except archives.Damaged:
            self._note(Rank.OTHER, sentences.unknown(name, "a damaged archive"))
        self._note(Rank.NOTHING, sentences.nothing(name, NO_CERTIFICATE))

    def _java(self, data: bytes) -> None:
        store = java.read(data)
        for found in store.certificates:
            self.contents.certificate(found, repaired=False)
        if store.key:
            self.contents.key(what="a sealed private key")
        self._note(Rank.NOTHING, sentences.nothing(self.contents.name, NO_CERTIFICATE))

    def _other(self, data: bytes, depth: int, *, repaired: bool) -> None:
        """Text, or a kind that we only know by name; some of those have text inside."""
        if what := magic.other(data):
            self._note(Rank.OTHER, sentences.unknown(self.contents.name, what))
        if self._budget.text(len(data)):
            self._texts.read(data, depth, repaired=repaired)
        elif _KEY_WORDS.search(data):
            self.contents.key()
        else:
            self._note(Rank.TOO_BIG, sentences.too_big(self.contents.name))
