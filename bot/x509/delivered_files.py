"""Finds CSRs and private keys in files, in every shape that openssl writes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509 import CertificateSigningRequest, load_der_x509_csr, load_pem_x509_csr

from bot.x509 import request

UNREADABLE: Final = (ValueError, TypeError, UnsupportedAlgorithm)
_BEGIN: Final = b"-----BEGIN "
_DASHES: Final = b"-----"
_MOST_BLOCKS: Final = 20
Open = Callable[[bytes], bytes]
"""CMS as DER to its content; raises ValueError when it is not for the bot."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was attached; `data` is None when it was too big to be read."""

    id: str
    name: str
    data: bytes | None = field(repr=False)


@dataclass(slots=True)
class Found:
    """What was found, each with its file, oldest first; `wrong` are sentences."""

    csrs: list[tuple[Given, CertificateSigningRequest]] = field(default_factory=list)
    keys: list[tuple[Given, request.PrivateKey]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def read(file: Given, data: bytes, found: Found, opened: Open | None) -> None:
    """Add what the file holds, and what is wrong with it, to `found`."""
    if data[:1] == b"\x30":
        _read_der(file, data, found, opened)
        return
    for label, block in _blocks(data):
        if label in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
            try:
                found.csrs.append((file, load_pem_x509_csr(block)))
            except UNREADABLE:
                found.wrong.append(f"The CSR in {file.name} is damaged.")
        elif label in ("CMS", "PKCS7"):
            _unseal(file, _der(block), found, opened)
        elif label == "ENCRYPTED PRIVATE KEY" or b"Proc-Type:" in block:
            found.wrong.append(
                f"The private key in {file.name} is locked with a password that the bot has not."
            )
        elif label.endswith("PRIVATE KEY"):
            _take(
                file,
                lambda block=block: load_pem_private_key(  # type: ignore[misc]
                    block, None, unsafe_skip_rsa_key_validation=True
                ),
                found,
            )


def _read_der(file: Given, data: bytes, found: Found, opened: Open | None) -> None:
    try:
        found.csrs.append((file, load_der_x509_csr(data)))
    except UNREADABLE:
        pass
    else:
        return
    try:
        key = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    except TypeError:
        found.wrong.append(
            f"The private key in {file.name} is locked with a password that the bot has not."
        )
    except UNREADABLE:
        # What is neither may be anything, a screenshot too; only sealed data is spoken of.
        if b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" in data[:40]:
            _unseal(file, data, found, opened)
    else:
        _take(file, lambda: key, found)


def _take(file: Given, load: Callable[[], object], found: Found) -> None:
    try:
        key = load()
    except UNREADABLE:
        found.wrong.append(f"The private key in {file.name} is damaged.")
        return
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        found.keys.append((file, key))
    else:
        found.wrong.append(f"The private key in {file.name} is neither RSA nor of a NIST curve.")


def _unseal(file: Given, der: bytes, found: Found, opened: Open | None) -> None:
    try:
        if opened is None:
            raise ValueError("sealed twice")
        content = opened(der)
    except UNREADABLE:
        found.wrong.append(f"{file.name} is not sealed for the certificate of the bot.")
        return
    before = len(found.keys) + len(found.wrong)
    read(file, content, found, None)
    if len(found.keys) + len(found.wrong) == before:
        found.wrong.append(
            f"{file.name} could be opened, but holds no private key; a DER file must be sealed "
            "with the option -binary."
        )


def _blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Label and text of each PEM block; what is cut off is left out."""
    at = 0
    for _ in range(_MOST_BLOCKS):
        start = data.find(_BEGIN, at)
        if start < 0:
            return
        label, dashes, _rest = data[start + len(_BEGIN) : start + 80].partition(_DASHES)
        end_mark = b"-----END " + label + _DASHES
        end = data.find(end_mark, start) if dashes else -1
        at = end + len(end_mark) if end >= 0 else start + len(_BEGIN)
        if end >= 0:
            yield label.decode("ascii", "replace"), data[start:at] + b"\n"


def _der(block: bytes) -> bytes:
    body = b"".join(line.strip() for line in block.splitlines() if not line.startswith(_DASHES))
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return b""
