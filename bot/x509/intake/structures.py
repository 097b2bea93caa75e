"""Reads ASN.1 structures: certificates and bundles are taken, the rest is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.x509.intake import bundles, der, pkcs12, sentences
from bot.x509.intake.contents import Contents, Rank
from bot.x509.intake.der import Kind
from bot.x509.intake.limits import MOST_BLOCKS, Budget

NAMED: Final = {
    Kind.CRL: "a list of revoked certificates (CRL)",
    Kind.PUBLIC_KEY: "a public key, not a certificate",
    Kind.SEALED_MAIL: "an encrypted message, which only its receiver can open",
}
NO_CERTIFICATE: Final = "no certificate that we can read"


class Structures:
    """Collects what the structures of one file hold."""

    def __init__(self, contents: Contents, passwords: Sequence[str], budget: Budget) -> None:
        self.contents = contents
        self._passwords = passwords
        self._budget = budget

    def every(self, data: bytes, *, repaired: bool) -> bool:
        """One structure after the other; False when the bytes are no ASN.1 of ours."""
        if der.kind(data) in (None, Kind.OTHER):
            return False
        for _ in range(MOST_BLOCKS):
            one = der.first(data)
            self.one(one, whole=der.whole(data), repaired=repaired)
            data = data[len(one) :]
            if der.kind(data) in (None, Kind.OTHER):
                break
        return True

    def one(self, data: bytes, *, whole: bool, repaired: bool) -> None:
        """One structure; `whole` is False when it is cut off."""
        name, kind = self.contents.name, der.kind(data)
        match kind:
            case Kind.CERTIFICATE:
                self.contents.certificate(data, repaired=repaired)
            case Kind.KEY:
                self.contents.key(der.key_spki(data))
            case Kind.PKCS12:
                self._pfx(data)
            case Kind.PKCS7 if whole:
                self._bundle(data, repaired=repaired)
            case Kind.CSR:
                self.contents.request(data)
            case Kind.DAMAGED_CERTIFICATE | Kind.PKCS7:
                self.contents.note(Rank.DAMAGED, sentences.damaged(name))
            case Kind.CRL | Kind.PUBLIC_KEY | Kind.SEALED_MAIL:
                self.contents.note(Rank.OTHER, sentences.unknown(name, NAMED[kind]))

    def _bundle(self, data: bytes, *, repaired: bool) -> None:
        bundle = bundles.read(data)
        for found in bundle.certificates:
            self.contents.certificate(found, repaired=repaired)
        if bundle.signature:
            self.contents.ignored = True
        elif bundle.message:
            what = "a signed message, which we do not open"
            self.contents.note(Rank.OTHER, sentences.unknown(self.contents.name, what))
        elif not bundle.certificates:
            self.contents.note(Rank.NOTHING, sentences.nothing(self.contents.name, NO_CERTIFICATE))

    def _pfx(self, data: bytes) -> None:
        pfx = pkcs12.read(data, self._passwords, self._budget)
        for found in pfx.certificates:
            self.contents.certificate(found, repaired=False)
        self.contents.sealed_key = self.contents.sealed_key or pfx.key
        if pfx.exposed:
            self.contents.key()
            for spki in pfx.keys:
                self.contents.key(spki)
        elif pfx.shut or not pfx.certificates:
            self.contents.note(Rank.SEALED, sentences.sealed_pfx(self.contents.name))
