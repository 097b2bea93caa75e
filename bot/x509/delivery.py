"""Judges what people deliver for a CSR request: the CSR and its private key, in files.

A key comes in clear (PKCS#8, PKCS#1 or SEC1, PEM or DER) or as CMS for the bot's own
certificate.  What is wrong is said in sentences for the people who made the files.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509 import CertificateSigningRequest, load_der_x509_csr, load_pem_x509_csr

from bot.x509 import request, request_faults
from bot.x509.details import Details

LARGEST: Final = 64 * 1024
"""Bytes of a file; CSR and key of the largest kind need a tenth of it."""
_BEGIN: Final = b"-----BEGIN "
_DASHES: Final = b"-----"
_MOST_BLOCKS: Final = 20
_REFUSED: Final = (ValueError, TypeError, UnsupportedAlgorithm)
Open = Callable[[bytes], bytes]
"""CMS as DER to its content; raises ValueError when it is not for the bot."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was attached; `data` is None when it was too big to be read."""

    id: str
    name: str
    data: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """CSR (PEM) and key (PKCS#8 PEM) when both are there and right; `keys` are (file, SPKI)."""

    csr: str = ""
    csr_file: str = ""
    key: bytes = field(default=b"", repr=False)
    keys: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    csrs: list[tuple[Given, CertificateSigningRequest]] = field(default_factory=list)
    keys: list[tuple[Given, request.PrivateKey]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def judge(files: Sequence[Given], details: Details, opened: Open) -> Judged:
    """What the files hold, oldest first; of several right CSRs the newest that has its key."""
    found = _Found()
    for file in files:
        if file.data is None:
            found.wrong.append(f"{file.name} is too big to be a CSR or a key; it was not read.")
        else:
            _read(file, file.data, found, opened)
    keys = tuple((file.id, request.spki(key.public_key())) for file, key in found.keys)
    right = [(f, c) for f, c in reversed(found.csrs) if not request_faults.of(c, details)]
    for csr_file, csr in right:
        for _, key in found.keys:
            if key.public_key() == csr.public_key() and _sound(key):
                others = _unfitting(found, csr, csr_file)
                pem = request.pem(csr)
                return Judged(pem, csr_file.id, request.dump(key), keys, tuple(others))
    return Judged(keys=keys, wrong=tuple(_lacking(found, right, details)))


def _lacking(
    found: _Found, right: list[tuple[Given, CertificateSigningRequest]], details: Details
) -> Iterator[str]:
    yield from found.wrong
    if not found.csrs:
        yield "The CSR is missing."
    elif not right:
        file, csr = found.csrs[-1]
        yield from (f"{file.name}: {fault}" for fault in request_faults.of(csr, details))
    if not found.keys:
        yield "The private key of the CSR is missing."
    elif right:
        yield from _unfitting(found, right[0][1], right[0][0])


def _unfitting(found: _Found, csr: CertificateSigningRequest, csr_file: Given) -> Iterator[str]:
    for file, key in found.keys:
        if key.public_key() != csr.public_key():
            yield (
                f"The private key in {file.name} does not belong to the CSR in {csr_file.name}. "
                "Please delete that file."
            )
        elif not _sound(key):
            yield f"The private key in {file.name} is damaged."


def _sound(key: request.PrivateKey) -> bool:
    """Whether the private half is right as well: keys were loaded without the costly check."""
    try:
        load_pem_private_key(request.dump(key), password=None)
    except _REFUSED:
        return False
    return True


def _read(file: Given, data: bytes, found: _Found, opened: Open | None) -> None:
    if data[:1] == b"\x30":
        _read_der(file, data, found, opened)
        return
    for label, block in _blocks(data):
        if label in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
            try:
                found.csrs.append((file, load_pem_x509_csr(block)))
            except _REFUSED:
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


def _read_der(file: Given, data: bytes, found: _Found, opened: Open | None) -> None:
    try:
        found.csrs.append((file, load_der_x509_csr(data)))
    except _REFUSED:
        pass
    else:
        return
    try:
        key = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    except TypeError:
        found.wrong.append(
            f"The private key in {file.name} is locked with a password that the bot has not."
        )
    except _REFUSED:
        # What is neither may be anything, a screenshot too; only sealed data is spoken of.
        if b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" in data[:40]:
            _unseal(file, data, found, opened)
    else:
        _take(file, lambda: key, found)


def _take(file: Given, load: Callable[[], object], found: _Found) -> None:
    try:
        key = load()
    except _REFUSED:
        found.wrong.append(f"The private key in {file.name} is damaged.")
        return
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        found.keys.append((file, key))
    else:
        found.wrong.append(f"The private key in {file.name} is neither RSA nor of a NIST curve.")


def _unseal(file: Given, der: bytes, found: _Found, opened: Open | None) -> None:
    try:
        if opened is None:
            raise ValueError("sealed twice")
        content = opened(der)
    except _REFUSED:
        found.wrong.append(f"{file.name} is not sealed for the certificate of the bot.")
        return
    before = len(found.keys) + len(found.wrong)
    _read(file, content, found, None)
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
