"""The bot's own certificate, for which people seal what they send to it.

Its key lies in the key store like every other one, as number 1 of ticket 0, which no
helpdesk has; in the place of the CSR stands the certificate.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from bot.case import Request
from bot.storage.keys import KeyStore
from bot.x509 import request

OWNER: Final = 0
BITS: Final = 3072
LIFE: Final = timedelta(days=3650)
NAME: Final = "SSL renewal bot"


class OwnCertificate:
    """Made once, when it is first asked for."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def pem(self) -> str:
        """The certificate, to be given to everybody who seals for the bot."""
        return self._kept().pem

    def opened(self, cms: bytes) -> bytes:
        """The content of CMS (DER) that was sealed for the certificate; raises ValueError."""
        kept = self._kept()
        certificate = x509.load_pem_x509_certificate(kept.pem.encode())
        key = request.load(self._store.unsealed(OWNER, kept.spki))
        assert isinstance(key, rsa.RSAPrivateKey), "made below"
        return pkcs7.pkcs7_decrypt_der(cms, certificate, key, [])

    def _kept(self) -> Request:
        found = self._store.adopted(OWNER, 1)
        if found:
            return found
        key = rsa.generate_private_key(65537, BITS)
        made = Request(_certificate(key), request.spki(key.public_key()))
        kept = self._store.keep(OWNER, 1, made, request.dump(key), "own key made")
        assert kept is not None, "a key that was drawn a moment ago is nobody else's"
        return kept


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )
