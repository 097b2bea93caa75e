"""PEM as OpenSSL reads it: what is found here needed no repair."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from bot.x509.intake import der
from bot.x509.intake.limits import MOST_BLOCKS

_BLOCK: Final = re.compile(
    r"^-----BEGIN ([A-Z0-9 ]{3,40})-----[ \t]{0,9}\n"
    r"((?:[A-Za-z0-9+/=]{1,80}[ \t]{0,9}\n){1,4000})"
    r"-----END ([A-Z0-9 ]{3,40})-----[ \t]{0,9}$",
    re.MULTILINE,
)
_LABELS: Final = {
    der.Kind.CERTIFICATE: ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"),
    der.Kind.PKCS7: ("PKCS7", "CMS"),
}


def structures(raw: str) -> frozenset[bytes]:
    """Certificates and bundles in blocks without a flaw, whatever ends the lines."""
    found = set()
    matches = _BLOCK.finditer(raw.replace("\r\n", "\n").replace("\r", "\n"))
    for _, match in zip(range(MOST_BLOCKS), matches, strict=False):
        label, body, last = match.groups()
        try:
            data = base64.b64decode(body, validate=False)
        except binascii.Error:
            continue
        if label == last and label in _LABELS.get(der.kind(data) or der.Kind.OTHER, ()):
            found.add(der.first(data))
    return frozenset(found)
