"""A certificate authority with a root and an intermediate, as public ones issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
_YEAR = timedelta(days=365)


class Authority:
    """Signs what it is asked to sign."""

    def __init__(self, name: str = "Sandbox Trust", *, now: datetime | None = None) -> None:
        """`now` stands still when given; else it is the clock's."""
        self._now = now
        self._root_key = ec.generate_private_key(ec.SECP384R1())
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_name = _named(f"{name} Root R1")
        self.root = _ca(
            root_name, root_name, self._root_key.public_key(), self._root_key, None, self.now
        )
        self.intermediate = _ca(
            _named(f"{name} TLS CA 1"),
            root_name,
            self._key.public_key(),
            self._root_key,
            self.root,
            self.now,
        )
        self.root_pem = _pem(self.root)
        self.chain_pem = _pem(self.intermediate)

    @property
    def now(self) -> datetime:
        """What this authority takes for the present."""
        return self._now or datetime.now(UTC)

    def sign(
        self,
        csr_pem: str,
        *,
        days: int = 199,
        names: Sequence[str] | None = None,
        not_before: datetime | None = None,
        common_name: str | None = None,
    ) -> str:
        """A leaf for the CSR's key, as PEM; the names are those of the CSR unless given."""
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        held = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        sans = _sans(names) if names is not None else held
        key = csr.public_key()
        assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey), "as CAs accept"
        subject = csr.subject if common_name is None else _named(common_name)
        return _pem(self._leaf(subject, sans, key, days, not_before))

    def issue(
        self,
        names: Sequence[str],
        days: int = 199,
        *,
        not_before: datetime | None = None,
    ) -> tuple[str, str]:
        """A key of its own and a leaf for it, both as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._leaf(_named(names[0]), _sans(names), key.public_key(), days, not_before)
        clear = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return clear.decode(), _pem(leaf)

    def _leaf(
        self,
        subject: x509.Name,
        sans: x509.SubjectAlternativeName,
        key: PublicKey,
        days: int,
        not_before: datetime | None,
    ) -> x509.Certificate:
        since = not_before or self.now - timedelta(hours=1)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return (
            _builder(subject, self.intermediate.subject, key, since, since + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(usage, critical=False)
            .add_extension(sans, critical=False)
            .add_extension(_authority_of(self.intermediate), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _ca(
    name: x509.Name,
    issuer: x509.Name,
    key: PublicKey,
    signer: ec.EllipticCurvePrivateKey,
    parent: x509.Certificate | None,
    now: datetime,
) -> x509.Certificate:
    depth = 0 if parent else 1
    builder = (
        _builder(name, issuer, key, now - _YEAR, now + 5 * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
        .add_extension(_key_usage(ca=True), critical=True)
    )
    if parent:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=False)
        builder = builder.add_extension(_authority_of(parent), critical=False)
    return builder.sign(signer, hashes.SHA384())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until - timedelta(seconds=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _authority_of(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _sans(names: Sequence[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
