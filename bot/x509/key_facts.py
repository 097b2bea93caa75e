"""What kind of key a certificate holds."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """Public key: `kind` is RSA, EC or the class's name; `exponent` is 0 but for RSA."""

    kind: str
    bits: int = 0
    exponent: int = 0
    curve: str = ""

    @property
    def title(self) -> str:
        """As people call it: RSA 2048, secp256r1, Ed25519."""
        return f"RSA {self.bits}" if self.kind == "RSA" else self.curve or self.kind


def key_facts(certificate: x509.Certificate) -> KeyFacts:
    """Kind and size of the certificate's key; raises for one that cannot be read."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return KeyFacts("RSA", key.key_size, key.public_numbers().e)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return KeyFacts("EC", key.key_size, curve=key.curve.name)
    return KeyFacts(type(key).__name__.removesuffix("PublicKey"))
