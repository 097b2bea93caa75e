"""What a certificate or CSR says for the form, so that a renewal need not ask for it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bot.x509.details import Field

_OIDS: Final = {
    Field.COMMON_NAME: NameOID.COMMON_NAME,
    Field.ORGANIZATION: NameOID.ORGANIZATION_NAME,
    Field.LOCALITY: NameOID.LOCALITY_NAME,
    Field.STATE: NameOID.STATE_OR_PROVINCE_NAME,
    Field.COUNTRY: NameOID.COUNTRY_NAME,
}
_RSA_OFFERED: Final = (4096, 3072, 2048)


def from_certificate(der: bytes) -> dict[Field, str]:
    """What a certificate says for the form; nothing when it cannot be read."""
    try:
        return _said(x509.load_der_x509_certificate(der))
    except Exception:  # a certificate from outside may raise anything, at any attribute
        return {}


def from_request(der: bytes) -> dict[Field, str]:
    """What a CSR says for the form; nothing when it cannot be read."""
    try:
        return _said(x509.load_der_x509_csr(der))
    except Exception:  # as above
        return {}


def _said(it: x509.Certificate | x509.CertificateSigningRequest) -> dict[Field, str]:
    found = {
        field: str(attributes[0].value)
        for field, oid in _OIDS.items()
        if (attributes := it.subject.get_attributes_for_oid(oid))
    }
    names = _sans(it)
    if names:
        # The first name stands in a field of its own, and many have no common name any more.
        first = found.setdefault(Field.COMMON_NAME, names[0])
        found[Field.NAMES] = ", ".join(n for n in names if n.casefold() != first.casefold())
    return found | {Field.BITS: _kind_of(it)}


def _sans(it: x509.Certificate | x509.CertificateSigningRequest) -> list[str]:
    with suppress(x509.ExtensionNotFound):
        extension = it.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        dns = extension.value.get_values_for_type(x509.DNSName)
        return [*dns, *map(str, extension.value.get_values_for_type(x509.IPAddress))]
    return []


def _kind_of(it: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """The same strength, or the nearest that is offered."""
    key = it.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return str(next((bits for bits in _RSA_OFFERED if key.key_size >= bits), 2048))
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "P-384" if key.key_size > 256 else "P-256"
    return "2048"
