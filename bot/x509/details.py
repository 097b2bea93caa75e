"""The details of a CSR: what the brand must tell, judged before a key is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """The details that a CSR needs, in the order of the form."""

    COMMON_NAME = "common_name"
    ORGANIZATION = "organization"
    ORGANIZATIONAL_UNIT = "organizational_unit"
    LOCALITY = "locality"
    STATE = "state"
    COUNTRY = "country"
    BITS = "bits"
    NAMES = "names"


LABELS: Final[dict[Field, str]] = {
    Field.COMMON_NAME: "Common Name",
    Field.ORGANIZATION: "Organization",
    Field.ORGANIZATIONAL_UNIT: "Organizational Unit (optional)",
    Field.LOCALITY: "Locality",
    Field.STATE: "State",
    Field.COUNTRY: "Country",
    Field.BITS: "Number of bits",
    Field.NAMES: "Additional domains (SANs)",
}
"""As the form prints them."""


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
