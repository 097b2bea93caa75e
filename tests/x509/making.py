"""Certificates of every kind, right and wrong, made quickly: EC keys, each drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.fakes import NOW

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HOST = "www.nordlicht.de"
APEX = "nordlicht.de"
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
A_CA = x509.BasicConstraints(ca=True, path_length=None)
NO_CA = x509.BasicConstraints(ca=False, path_length=None)
OTHER_OID = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key of that name, drawn once."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(bits: int, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """An RSA key of that size, drawn once."""
    return rsa.generate_private_key(exponent, bits)


def spki(of: Key) -> str:
    """The fingerprint by which the case knows a key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


def name(common: str = "", **more: str) -> x509.Name:
    """A distinguished name: `O`, `L`, `ST`, `C` as they are called."""
    oids = {
        "C": NameOID.COUNTRY_NAME,
        "ST": NameOID.STATE_OR_PROVINCE_NAME,
        "L": NameOID.LOCALITY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
    }
    parts = [x509.NameAttribute(oids[k], v) for k, v in more.items()]
    return x509.Name(
        [*parts, *([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])]
    )


@dataclass(frozen=True)
class Ca:
    """An authority: its certificate and the key that signs."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def authority(
    common: str,
    parent: Ca | None = None,
    *,
    signer: Key | None = None,
    since: datetime = NOW - 365 * DAY,
    until: datetime = NOW + 1800 * DAY,
    constraints: x509.BasicConstraints | None = A_CA,
    critical: bool = True,
    usage: x509.KeyUsage | None = None,
    purposes: Sequence[x509.ObjectIdentifier] = (),
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    identifiers: bool = True,
    aia: str = "",
) -> Ca:
    """A root, or what its parent signed."""
    own = signer or key(common)
    above = parent.certificate.subject if parent else name(common)
    builder = _builder(name(common), above, own, since, until)
    if constraints:
        builder = builder.add_extension(constraints, critical=critical)
    if usage:
        builder = builder.add_extension(usage, critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if identifiers:
        builder = _identified(builder, own, parent)
    return Ca(_signed(builder, parent.key if parent else own, extra, aia), own)


def leaf(
    issuer: Ca | None,
    own: Key,
    names: Sequence[str] = (HOST, APEX),
    *,
    subject: x509.Name | None = None,
    since: datetime = NOW - HOUR,
    days: float = 199,
    purposes: Sequence[x509.ObjectIdentifier] | None = (SERVER,),
    constraints: x509.BasicConstraints | None = NO_CA,
    usage: x509.KeyUsage | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    sans: x509.SubjectAlternativeName | None = None,
    san_critical: bool = False,
    identifiers: bool = True,
    aia: str = "",
    serial: int | None = None,
) -> bytes:
    """A website's certificate, DER; self-signed without an issuer."""
    subject = name(names[0] if names else "x") if subject is None else subject
    above = issuer.certificate.subject if issuer else subject
    until = since + timedelta(days=days) - timedelta(seconds=1)
    builder = _builder(subject, above, own, since, until, serial)
    if names or sans:
        held = sans or x509.SubjectAlternativeName([general_name(n) for n in names])
        builder = builder.add_extension(held, critical=san_critical)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if constraints:
        builder = builder.add_extension(constraints, critical=True)
    if usage:
        builder = builder.add_extension(usage, critical=True)
    if identifiers:
        builder = _identified(builder, own, issuer)
    certificate = _signed(builder, issuer.key if issuer else own, extra, aia)
    return certificate.public_bytes(Encoding.DER)


def general_name(text: str) -> x509.GeneralName:
    """An address as such, all else as a DNS name, even what is none."""
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def key_usage(*, signs: bool) -> x509.KeyUsage:
    """With keyCertSign or without."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    own: Key,
    since: datetime,
    until: datetime,
    serial: int | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _identified(
    builder: x509.CertificateBuilder, own: Key, parent: Ca | None
) -> x509.CertificateBuilder:
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False
    )
    if parent is None:
        return builder
    above = parent.key.public_key()
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False
    )


def _signed(
    builder: x509.CertificateBuilder,
    signer: Key,
    extra: Sequence[tuple[x509.ExtensionType, bool]],
    aia: str,
) -> x509.Certificate:
    if aia:
        at = x509.UniformResourceIdentifier(aia)
        entry = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, at)
        builder = builder.add_extension(x509.AuthorityInformationAccess([entry]), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest)
