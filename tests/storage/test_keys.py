"""Private keys: drawn once, sealed at once, opened for named people alone."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine, select, update

from bot.errors import Misconfigured
from bot.storage.audit import AuditTrail
from bot.storage.keys import KeyStore
from bot.storage.schema import KEYS
from bot.x509 import request
from bot.x509.details import Details, KeyKind

DETAILS = Details("www.brand.example", ("www.brand.example",), key=KeyKind.P256)
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


class Recipient:
    """A person of the SaaS team."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 3072)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sam Deploy")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=9))
            .sign(self.key, hashes.SHA256())
        )

    def opens(self, sealed: bytes, folder: Path) -> bytes:
        """As the person does it, with the openssl command line."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "me.key").write_bytes(key)
        (folder / "me.crt").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return subprocess.run(
            [
                "openssl",
                "cms",
                "-decrypt",
                "-inform",
                "PEM",
                "-inkey",
                "me.key",
                "-recip",
                "me.crt",
            ],
            cwd=folder,
            input=sealed,
            capture_output=True,
            check=True,
        ).stdout


@pytest.fixture(scope="module")
def sam() -> Recipient:
    return Recipient()


def store(database: Engine, *keys: str, sam: Recipient | None = None) -> KeyStore:
    """A key store with these Fernet keys, newest first."""
    return KeyStore(database, keys, (sam.certificate,) if sam else ())


def test_a_request_is_made_once_for_each_ticket_and_number(database: Engine) -> None:
    keys = store(database, NEW)

    first = keys.new_request(35, 1, DETAILS)

    assert keys.new_request(35, 1, DETAILS) == first
    assert keys.new_request(35, 2, DETAILS).spki != first.spki
    assert keys.new_request(36, 1, DETAILS).spki != first.spki
    csr = x509.load_pem_x509_csr(first.pem.encode())
    assert csr.is_signature_valid
    assert request.spki(csr.public_key()) == first.spki


def test_the_same_request_wanted_by_many_at_once_is_one_key(database: Engine) -> None:
    keys = store(database, NEW)

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(lambda _: keys.new_request(35, 1, DETAILS), range(6)))

    assert len(made) == 1
    assert len(_rows(database)) == 1


def test_no_key_lies_in_clear_in_the_table(database: Engine) -> None:
    store(database, NEW).new_request(35, 1, DETAILS)

    [row] = _rows(database)

    assert b"PRIVATE KEY" not in row.sealed
    assert b"PRIVATE KEY" in Fernet(NEW).decrypt(row.sealed)
    assert "PRIVATE KEY" not in str(tuple(row))


def test_the_recipient_opens_the_very_key_of_the_csr(
    database: Engine, sam: Recipient, tmp_path: Path
) -> None:
    keys = store(database, NEW, sam=sam)
    made = keys.new_request(35, 1, DETAILS)

    sealed = keys.handover(35, made.spki)

    opened = request.load(sam.opens(sealed, tmp_path))
    assert request.spki(opened.public_key()) == made.spki
    assert b"PRIVATE KEY" not in sealed
    assert keys.recipients() == ("Sam Deploy",)


def test_rotation_new_keys_seal_and_old_ones_still_open(database: Engine, sam: Recipient) -> None:
    old = store(database, OLD).new_request(35, 1, DETAILS)

    both = store(database, NEW, OLD, sam=sam)
    new = both.new_request(35, 2, DETAILS)

    assert both.handover(35, old.spki)
    assert store(database, NEW, sam=sam).handover(35, new.spki)
    with pytest.raises(Misconfigured, match=f"no key of KEY_STORE_KEYS opens .* {old.spki[:16]}"):
        store(database, NEW, sam=sam).handover(35, old.spki)


def test_swapped_rows_are_noticed(database: Engine, sam: Recipient) -> None:
    keys = store(database, NEW, sam=sam)
    one, two = keys.new_request(35, 1, DETAILS), keys.new_request(35, 2, DETAILS)
    with database.begin() as connection:
        sealed = connection.scalar(select(KEYS.c.sealed).where(KEYS.c.spki == two.spki))
        connection.execute(update(KEYS).where(KEYS.c.spki == one.spki).values(sealed=sealed))

    with pytest.raises(Misconfigured, match="is not the one of its row"):
        keys.handover(35, one.spki)
    assert keys.handover(35, two.spki)


@pytest.mark.parametrize(
    "sealed",
    [None, b"", b"garbage", Fernet(OTHER).encrypt(b"x")],
    ids=["none", "empty", "garbage", "of another key"],
)
def test_a_row_that_holds_no_key_of_ours_is_refused(
    database: Engine, sam: Recipient, sealed: bytes | None
) -> None:
    keys = store(database, NEW, sam=sam)
    made = keys.new_request(35, 1, DETAILS)
    with database.begin() as connection:
        connection.execute(update(KEYS).values(sealed=sealed))

    with pytest.raises(Misconfigured) as refused:
        keys.handover(35, made.spki)
    assert refused.value.__cause__ is None, "nothing of the row travels along"


def test_a_key_is_handed_over_for_its_own_ticket_alone(database: Engine, sam: Recipient) -> None:
    keys = store(database, NEW, sam=sam)
    made = keys.new_request(35, 1, DETAILS)

    for ticket, spki in ((36, made.spki), (35, "00" * 32), (35, "' OR 1=1 --")):
        with pytest.raises(Misconfigured, match="the key store has no key"):
            keys.handover(ticket, spki)


def _rows(database: Engine) -> list:  # type: ignore[type-arg]
    with database.connect() as connection:
        return list(connection.execute(select(KEYS)))


def test_adopted_key_is_sealed_audited_and_found_again(database: Engine) -> None:
    keys, key = store(database, NEW), request.draw(KeyKind.P256)
    csr = request.sign(key, DETAILS)

    made = keys.adopt(35, 1, csr, request.dump(key))

    assert made is not None
    assert made.pem == csr
    assert keys.adopt(35, 1, csr, request.dump(key)) == keys.adopted(35, 1) == made
    assert keys.unsealed(35, made.spki) == request.dump(key)
    assert [entry.what for entry in AuditTrail(database).of(35)] == ["key adopted"]
    assert keys.new_request(35, 1, DETAILS) == made


def test_key_is_adopted_for_one_csr_alone(database: Engine) -> None:
    keys, key = store(database, NEW), request.draw(KeyKind.P256)
    csr = request.sign(key, DETAILS)
    keys.adopt(35, 1, csr, request.dump(key))

    assert keys.adopt(35, 2, csr, request.dump(key)) is None
    assert keys.adopt(36, 1, csr, request.dump(key)) is None
    assert keys.adopted(36, 1) is None


def test_keys_go_on_with_another_ticket(database: Engine) -> None:
    store = KeyStore(database, (NEW,), (Recipient().certificate,))
    made = store.new_request(35, 1, DETAILS)

    for _ in range(2):  # once more after a crash
        store.transfer(35, 36)

    assert store.new_request(36, 1, DETAILS) == made
    assert store.handover(36, made.spki)
    assert store.destroy(35, "over") == ()
    with pytest.raises(Misconfigured):
        store.handover(35, made.spki)
    assert [e.what for e in AuditTrail(database).of(36)].count("key taken over") == 1
