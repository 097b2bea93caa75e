"""Judges what people deliver for a CSR request: the CSR and its private key, in files.

A key comes in clear (PKCS#8, PKCS#1 or SEC1, PEM or DER) or as CMS for the bot's own
certificate.  What is wrong is said in sentences for the people who made the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import CertificateSigningRequest

from bot.x509 import request, request_faults
from bot.x509.delivered_files import UNREADABLE, Found, Given, Open, read
from bot.x509.details import Details

LARGEST: Final = 64 * 1024
"""Bytes of a file; CSR and key of the largest kind need a tenth of it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """CSR (PEM) and key (PKCS#8 PEM) when both are there and right; `keys` are (file, SPKI)."""

    csr: str = ""
    csr_file: str = ""
    key: bytes = field(default=b"", repr=False)
    keys: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = ()


def judge(files: Sequence[Given], details: Details, opened: Open) -> Judged:
    """What the files hold, oldest first; of several right CSRs the newest that has its key."""
    found = Found()
    for file in files:
        if file.data is None:
            found.wrong.append(f"{file.name} is too big to be a CSR or a key; it was not read.")
        else:
            read(file, file.data, found, opened)
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
    found: Found, right: list[tuple[Given, CertificateSigningRequest]], details: Details
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


def _unfitting(found: Found, csr: CertificateSigningRequest, csr_file: Given) -> Iterator[str]:
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
    except UNREADABLE:
        return False
    return True
