"""Where a CSR that somebody else made differs from the details that were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bot.x509.details import Details, KeyKind
from bot.x509.request import LONGEST_COMMON_NAME

_CURVES: Final = {"secp256r1": KeyKind.P256.value, "secp384r1": KeyKind.P384.value}
_MOST_NAMES: Final = 20
_LABELS: Final = {
    NameOID.COMMON_NAME: "Common Name",
    NameOID.ORGANIZATION_NAME: "Organization",
    NameOID.LOCALITY_NAME: "Locality",
    NameOID.STATE_OR_PROVINCE_NAME: "State",
    NameOID.COUNTRY_NAME: "Country",
}


def of(csr: x509.CertificateSigningRequest, details: Details) -> tuple[str, ...]:
    """Every fault in a sentence; nothing when the CSR is what was asked for."""
    try:
        return tuple(_faults(csr, details))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return ("the CSR cannot be read.",)


def _faults(csr: x509.CertificateSigningRequest, details: Details) -> Iterator[str]:
    if not csr.is_signature_valid:
        yield "the signature of the CSR is wrong."
    kind = _kind(csr)
    if kind != details.key:
        yield f"the key is {kind}, but {details.key} was asked for."
    asked, there = set(details.names), _names(csr)
    if asked - there:
        yield f"these names are missing: {_listed(asked - there)}."
    if there - asked:
        yield f"these names were not asked for: {_listed(there - asked)}."
    yield from _subject(csr, details)


def _subject(csr: x509.CertificateSigningRequest, details: Details) -> Iterator[str]:
    name = details.common_name
    wanted = {
        NameOID.COMMON_NAME: name if len(name) <= LONGEST_COMMON_NAME else "",
        NameOID.ORGANIZATION_NAME: details.organization,
        NameOID.LOCALITY_NAME: details.locality,
        NameOID.STATE_OR_PROVINCE_NAME: details.state,
        NameOID.COUNTRY_NAME: details.country,
    }
    for oid, label in _LABELS.items():
        there = [str(found.value) for found in csr.subject.get_attributes_for_oid(oid)]
        asked = [wanted[oid]] if wanted[oid] else []
        if oid == NameOID.COMMON_NAME:
            there = [value.lower() for value in there]
        if there != asked:
            is_, should = ", ".join(there)[:200] or "empty", wanted[oid] or "empty"
            yield f"{label} is {is_}, but should be {should}."
    more = [found for found in csr.subject if found.oid not in _LABELS]
    if more:
        also = ", ".join(found.rfc4514_attribute_name for found in more[:_MOST_NAMES])
        yield f"the subject says more than was asked for: {also}."


def _listed(names: set[str]) -> str:
    """The first of them: a hostile CSR may have thousands."""
    shown = [name[:253] for name in sorted(names)[:_MOST_NAMES]]
    return ", ".join(shown) + (" and more" if len(names) > _MOST_NAMES else "")


def _names(csr: x509.CertificateSigningRequest) -> set[str]:
    try:
        held = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    # What is neither a domain nor an address (e-mail, URI) was not asked for, and shows as such.
    return {
        str(name.value).lower() if isinstance(name, x509.DNSName) else str(name.value)
        for name in held
    }


def _kind(csr: x509.CertificateSigningRequest) -> str:
    match csr.public_key():
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return _CURVES.get(key.curve.name, key.curve.name)
        case _:
            return "of another kind"
