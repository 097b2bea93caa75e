"""The bot's own certificate: made once, its key sealed, people seal for it with openssl."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import Engine, select

from bot.storage.audit import AuditTrail
from bot.storage.keys import KeyStore
from bot.storage.own_certificate import OWNER, OwnCertificate
from bot.storage.schema import KEYS
from bot.x509 import request
from bot.x509.details import KeyKind
from sandbox.world import member
from tests.x509.delivered import sealed, written

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def own(database: Engine, *keys: str) -> OwnCertificate:
    return OwnCertificate(KeyStore(database, keys or (OLD,), ()))


def test_certificate_is_made_once(database: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: own(database).pem(), range(4)))

    [pem] = made
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 3072
    assert [entry.what for entry in AuditTrail(database).of(OWNER)] == ["own key made"]


def test_its_key_is_sealed_and_turns_with_the_store(database: Engine) -> None:
    pem = own(database).pem()
    with database.connect() as connection:
        [kept] = connection.scalars(select(KEYS.c.sealed))
    assert b"PRIVATE" not in kept

    KeyStore(database, (NEW, OLD), ()).rotate()

    assert KeyStore(database, (NEW,), ()).unopened() == 0
    assert own(database, NEW).pem() == pem


@pytest.mark.parametrize("options", [(), ("-binary",)])
def test_what_openssl_seals_for_it_is_opened(
    database: Engine, tmp_path: Path, options: tuple[str, ...]
) -> None:
    mine, key = own(database), request.draw(KeyKind.P256)

    cms = sealed(written(key), mine.pem(), tmp_path, *options, form="DER")

    opened = request.load(mine.opened(cms))
    assert opened.private_numbers() == key.private_numbers()


def test_binary_key_is_opened_byte_for_byte(database: Engine, tmp_path: Path) -> None:
    mine, der = own(database), written(request.draw(KeyKind.P256), "PKCS#8 DER")

    cms = sealed(der, mine.pem(), tmp_path, "-binary", form="DER")

    assert mine.opened(cms) == der
    assert load_der_private_key(mine.opened(cms), None)


@pytest.mark.parametrize("hostile", [b"", b"\x30\x03\x02\x01\x01", b"\x30\x82\xff\xff", b"x" * 99])
def test_hostile_cms_is_refused(database: Engine, hostile: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        own(database).opened(hostile)


def test_what_was_sealed_for_somebody_else_is_refused(database: Engine, tmp_path: Path) -> None:

    other, _ = member("Otto Other")

    cms = sealed(b"secret", other.decode(), tmp_path, form="DER")

    with pytest.raises(ValueError, match="No recipient"):
        own(database).opened(cms)
