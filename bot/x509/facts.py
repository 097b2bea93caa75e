"""What a certificate says, read at once, so that nothing raises later."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtensionOID,
    NameOID,
    ObjectIdentifier,
)

from bot.x509.key_facts import KeyFacts, key_facts
from bot.x509.printable import printable

MOST_URLS: Final = 5
_NO_KEY: Final = KeyFacts("")
_E = TypeVar("_E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Names as in the SANs; fingerprints as lower-case hex; serial number as hex."""

    subject: str
    issuer: str
    common_name: str
    names: tuple[str, ...]
    serial: str
    sha256: str
    spki: str
    not_before: datetime
    not_after: datetime
    is_ca: bool
    common_names: tuple[str, ...] = ()
    organization: str = ""
    locality: str = ""
    state: str = ""
    country: str = ""
    key: KeyFacts = _NO_KEY
    signature_hash: str = ""
    """Empty for a signature without a hash of its own, as Ed25519."""
    usages: frozenset[str] | None = None
    """Dotted OIDs of the extended key usage; None without the extension."""
    signs_certificates: bool = False
    poisoned: bool = False
    scts: int = 0
    issuer_urls: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """How to call it to a person."""
        return printable(self.names[0] if self.names else self.common_name or self.subject)

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.issuer == self.subject


@lru_cache(maxsize=1024)
def facts(der: bytes) -> CertificateFacts:
    """The facts of a certificate; raises whatever a malformed one raises.

    Kept for a while: one verdict asks for those of each certificate many times.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd serial numbers and BER are judged, not warned about
        return _facts(der, x509.load_der_x509_certificate(der))


def read(der: bytes) -> CertificateFacts | None:
    """The facts of a certificate from outside; None when any of them cannot be read."""
    try:
        return facts(der)
    except Exception:  # it may raise anything, and at any attribute
        return None


def pem(der: bytes) -> str:
    """The certificate as PEM."""
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


def der(pem_text: str) -> bytes:
    """The certificate's bytes."""
    return x509.load_pem_x509_certificate(pem_text.encode()).public_bytes(Encoding.DER)


def spki(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's SubjectPublicKeyInfo, hex."""
    key = certificate.public_key()
    return hashlib.sha256(
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    """The value of one extension, if there."""
    return next((e.value for e in certificate.extensions if isinstance(e.value, kind)), None)


def issuer_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where the issuer's certificate can be fetched, plain http or https alone."""
    held = extension(certificate, x509.AuthorityInformationAccess)
    return _urls(
        entry.access_location
        for entry in held or ()
        if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
    )


def _facts(der: bytes, certificate: x509.Certificate) -> CertificateFacts:
    common = _texts(certificate.subject, NameOID.COMMON_NAME)
    constraints = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)
    extended = extension(certificate, x509.ExtendedKeyUsage)
    digest = certificate.signature_hash_algorithm
    return CertificateFacts(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        common_name=common[0] if common else "",
        names=_names(certificate),
        serial=f"{certificate.serial_number:x}",
        sha256=hashlib.sha256(der).hexdigest(),
        spki=spki(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_ca=constraints is not None and constraints.ca,
        common_names=common,
        organization=_first(certificate.subject, NameOID.ORGANIZATION_NAME),
        locality=_first(certificate.subject, NameOID.LOCALITY_NAME),
        state=_first(certificate.subject, NameOID.STATE_OR_PROVINCE_NAME),
        country=_first(certificate.subject, NameOID.COUNTRY_NAME),
        key=key_facts(certificate),
        signature_hash=digest.name if digest else "",
        usages=None if extended is None else frozenset(u.dotted_string for u in extended),
        signs_certificates=usage is not None and usage.key_cert_sign,
        poisoned=any(e.oid == ExtensionOID.PRECERT_POISON for e in certificate.extensions),
        scts=_scts(certificate),
        issuer_urls=issuer_urls(certificate),
        crl_urls=_crl_urls(certificate),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    held = extension(certificate, x509.SubjectAlternativeName)
    if held is None:
        return ()
    addresses = (str(address) for address in held.get_values_for_type(x509.IPAddress))
    return (*held.get_values_for_type(x509.DNSName), *addresses)


def _scts(certificate: x509.Certificate) -> int:
    held = extension(certificate, x509.PrecertificateSignedCertificateTimestamps)
    return 0 if held is None else len(held)


def _crl_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    held = extension(certificate, x509.CRLDistributionPoints)
    return _urls(name for point in held or () for name in point.full_name or ())


def _urls(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    found = [
        name.value
        for name in names
        if isinstance(name, x509.UniformResourceIdentifier)
        and name.value.lower().startswith(("http://", "https://"))
    ]
    return tuple(dict.fromkeys(found))[:MOST_URLS]


def _texts(name: x509.Name, oid: ObjectIdentifier) -> tuple[str, ...]:
    found = (attribute.value for attribute in name.get_attributes_for_oid(oid))
    return tuple(text if isinstance(text, str) else text.hex() for text in found)


def _first(name: x509.Name, oid: ObjectIdentifier) -> str:
    return next(iter(_texts(name, oid)), "")
