"""PKCS#7: bundles of certificates, and the signatures of mail that look like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.x509.intake import asn1, der
from bot.x509.intake.asn1 import Element
from bot.x509.intake.limits import MOST_CERTIFICATES

_DATA: Final = der.PKCS7 + b"\x01"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The certificates of a PKCS#7 structure.

    `signature`: it is a person's, for a message beside it; `message`: with the message in it.
    """

    certificates: tuple[bytes, ...] = ()
    signature: bool = False
    message: bool = False


def read(data: bytes) -> Bundle:
    """What a PKCS#7 structure (DER or BER) holds.

    A mail's signature (RFC 8551) has signers and signs data of type `data`; what CAs
    send has no signers, or is their own answer of another type (RFC 5272).
    """
    top = asn1.element(data)
    assert top is not None, "der.kind has named it"
    oid, body = asn1.inner(top, 0), asn1.inner(top, 1, 0)
    if oid is None or body is None:
        return Bundle()
    if oid.content == der.NETSCAPE_SEQUENCE:
        return Bundle(_certificates(body))
    parts = list(asn1.children(body, 8))
    signers = parts[-1] if parts[3:] and parts[-1].tag == asn1.SET else None
    if signers is not None and asn1.inner(signers, 0) is not None and _of_data(parts[2]):
        inside = asn1.inner(parts[2], 1) is not None
        return Bundle(signature=not inside, message=inside)
    held = next((part for part in parts[3:] if part.tag == asn1.TAGGED_0), None)
    return Bundle(_certificates(held) if held is not None else ())


def _of_data(wrapped: Element) -> bool:
    kind = asn1.inner(wrapped, 0)
    return kind is not None and kind.content == _DATA


def _certificates(held: Element) -> tuple[bytes, ...]:
    """Those that can be read; CRLs and other kinds of certificate are passed over."""
    kids = asn1.children(held, MOST_CERTIFICATES)
    return tuple(kid.encoded for kid in kids if der.is_certificate(kid.encoded))
