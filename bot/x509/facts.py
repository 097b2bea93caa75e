"""What a certificate says, read at once, so that nothing raises later."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID


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

    @property
    def title(self) -> str:
        """How to call it to a person."""
        return (self.names[0] if self.names else self.common_name or self.subject)[:100]


def facts(der: bytes) -> CertificateFacts:
    """The facts of a certificate; raises whatever a malformed one raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd serial numbers and BER are judged, not warned about
        certificate = x509.load_der_x509_certificate(der)
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return CertificateFacts(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            common_name=str(common[0].value) if common else "",
            names=_names(certificate),
            serial=f"{certificate.serial_number:x}",
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            spki=_spki(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            is_ca=_is_ca(certificate),
        )


def pem(der: bytes) -> str:
    """The certificate as PEM."""
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


def der(pem_text: str) -> bytes:
    """The certificate's bytes."""
    return x509.load_pem_x509_certificate(pem_text.encode()).public_bytes(Encoding.DER)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(address) for address in held.get_values_for_type(x509.IPAddress))
    return (*held.get_values_for_type(x509.DNSName), *addresses)


def _spki(certificate: x509.Certificate) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(
        certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    return digest.finalize().hex()


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
