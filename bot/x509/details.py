"""The details of a CSR: what the brand must tell, judged before a key is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyKind(StrEnum):
    """The keys that public CAs sign (BR 6.1.5) and that the bot offers."""

    RSA_2048 = "RSA 2048"
    RSA_3072 = "RSA 3072"
    RSA_4096 = "RSA 4096"
    P256 = "P-256"
    P384 = "P-384"


@dataclass(frozen=True, slots=True)
class Details:
    """Judged details.  Names are A-labels in lower case, the common name first among them."""

    common_name: str
    names: tuple[str, ...]
    organization: str = ""
    locality: str = ""
    state: str = ""
    country: str = ""
    key: KeyKind = KeyKind.RSA_2048
