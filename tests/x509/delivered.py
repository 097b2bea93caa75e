"""What people may attach to a CSR request, made with the genuine openssl command line."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bot.x509 import request
from bot.x509.details import Details, KeyKind

HOST = "www.nordlicht-store.com"
DETAILS = Details(
    common_name=HOST,
    names=(HOST, "nordlicht-store.com"),
    organization="Nordlicht Handels GmbH",
    locality="Hamburg",
    state="Hamburg",
    country="DE",
    key=KeyKind.RSA_2048,
)
SHAPES = {
    "PKCS#8 PEM": (Encoding.PEM, PrivateFormat.PKCS8),
    "PKCS#8 DER": (Encoding.DER, PrivateFormat.PKCS8),
    "traditional PEM": (Encoding.PEM, PrivateFormat.TraditionalOpenSSL),
    "traditional DER": (Encoding.DER, PrivateFormat.TraditionalOpenSSL),
}


def written(key: request.PrivateKey, shape: str = "PKCS#8 PEM", password: bytes = b"") -> bytes:
    """The key as a file."""
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(*SHAPES[shape], lock)


def sealed(clear: bytes, certificate: str, folder: Path, *options: str, form: str = "PEM") -> bytes:
    """The file as `openssl cms -encrypt` makes it for the certificate."""
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command line is needed to seal a key as people do"
    (folder / "clear").write_bytes(clear)
    (folder / "bot.crt").write_text(certificate, encoding="ascii")
    command = [openssl, "cms", "-encrypt", "-aes256", *options, "-outform", form]
    command += ["-in", str(folder / "clear"), "-recip", str(folder / "bot.crt")]
    return subprocess.run(command, capture_output=True, check=True).stdout
