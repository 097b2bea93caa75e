"""PFX files as no tool writes them: put together by hand, element by element."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import Made, sequence

KEY, SEALED = "FMT_IS_KEY", "FMT_ENCRYPTED_PFX"
DATA = sequence(6, bytes.fromhex("2a864886f70d010701"))
ENCRYPTED = sequence(6, bytes.fromhex("2a864886f70d010706"))
PBES2, PBKDF2 = "2a864886f70d01050d", "2a864886f70d01050c"
AES_256 = "60864801650304012a"
SALT = sequence(4, b"saltsalt")
START = sequence(4, bytes(16))
NULL = b"\5\0"


def oid(hexed: str) -> bytes:
    return sequence(6, bytes.fromhex(hexed))


def seq(*parts: bytes) -> bytes:
    return sequence(0x30, b"".join(parts))


def info(octets: bytes) -> bytes:
    """A ContentInfo of type `data`."""
    return seq(DATA, sequence(0xA0, sequence(4, octets)))


def pfx(*safes: bytes) -> bytes:
    return seq(b"\2\1\3", info(seq(*safes)))


def plain(*bags: bytes) -> bytes:
    return pfx(info(seq(*bags)))


def bag(kind: int, value: bytes) -> bytes:
    return seq(oid("2a864886f70d010c0a01" + f"{kind:02x}"), sequence(0xA0, value))


def held(made: Made) -> bytes:
    """A bag with the certificate."""
    kind = oid("2a864886f70d01091601")
    return bag(3, seq(kind, sequence(0xA0, sequence(4, made.der("leaf")))))


def nested(inner: bytes, depth: int) -> bytes:
    for _ in range(depth):
        inner = bag(6, seq(inner))
    return inner


def encrypted(algorithm: bytes, octets: bytes = bytes(32)) -> bytes:
    content = seq(b"\2\1\0", seq(DATA, algorithm, sequence(0x80, octets)))
    return pfx(seq(ENCRYPTED, sequence(0xA0, content)))


def pbes2(*derivation: bytes, cipher: str = AES_256, start: bytes = START) -> bytes:
    return seq(oid(PBES2), seq(seq(oid(PBKDF2), seq(*derivation)), seq(oid(cipher), start)))


def sealed_with_sha1(made: Made) -> bytes:
    """Without a named hash it is SHA-1 (RFC 8018, A.2)."""
    padder = PKCS7(128).padder()
    content = padder.update(seq(held(made))) + padder.finalize()
    key = hashlib.pbkdf2_hmac("sha1", b"", b"saltsalt", 9, 32)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    octets = encryptor.update(content) + encryptor.finalize()
    return encrypted(pbes2(SALT, b"\2\1\x09"), octets)


ROUNDS = b"\2\1\x09"
ODD = [
    Row("certificate in clear", lambda m: plain(held(m)), "leaf"),
    Row("certificate in two safes", lambda m: pfx(info(seq(held(m))), info(seq(held(m)))), "leaf"),
    Row("bags in bags", lambda m: plain(nested(held(m), 3)), "leaf"),
    Row("bags in bags too deep", lambda m: plain(nested(held(m), 4)), "", SEALED),
    Row("other kinds of bag", lambda m: plain(bag(4, seq()), bag(5, seq()), held(m)), "leaf"),
    Row("not a bag", lambda m: plain(seq(oid("2a03"), sequence(0xA0, NULL)), held(m)), "leaf"),
    Row("a bag of nothing", lambda m: plain(seq(), held(m)), "leaf"),
    Row("not a certificate", lambda m: plain(bag(3, seq(oid("2a03")))), "", SEALED),
    Row("a damaged certificate", lambda m: plain(bag(3, seq(oid("2a03"), sequence(
        0xA0, sequence(4, b"0\0"))))), "", SEALED),
    Row("a key that is none", lambda m: plain(bag(1, seq(NULL)), held(m)), "leaf", KEY),
    Row("a sealed key of nothing", lambda m: plain(bag(2, seq()), held(m)), "leaf", SEALED),
    Row("no safes", lambda m: pfx(), "", SEALED),
    Row("safes that are none", lambda m: seq(b"\2\1\3", info(b"")), "", SEALED),
    Row("an encrypted safe of nothing", lambda m: pfx(seq(ENCRYPTED)), "", SEALED),
    Row("SHA-1 by default", sealed_with_sha1, "leaf"),
    Row("an unknown algorithm", lambda m: encrypted(seq(oid("2a03"), NULL)), "", SEALED),
    Row("no parameters", lambda m: encrypted(seq(oid(PBES2))), "", SEALED),
    Row("empty parameters", lambda m: encrypted(seq(oid(PBES2), seq())), "", SEALED),
    Row("an odd length", lambda m: encrypted(pbes2(SALT, ROUNDS), bytes(31)), "", SEALED),
    Row("nothing encrypted", lambda m: encrypted(pbes2(SALT, ROUNDS), b""), "", SEALED),
    Row("half a block of AES", lambda m: encrypted(pbes2(SALT, ROUNDS), bytes(40)), "", SEALED),
    Row("a short start", lambda m: encrypted(pbes2(SALT, ROUNDS, start=SALT)), "", SEALED),
    Row("no rounds", lambda m: encrypted(pbes2(SALT, b"\2\1\0")), "", SEALED),
    Row("rounds below zero", lambda m: encrypted(pbes2(SALT, b"\2\1\xff")), "", SEALED),
    Row("two thousand million rounds", lambda m: encrypted(pbes2(
        SALT, b"\2\4\x7f\xff\xff\xff")), "", SEALED),
    Row("an unknown hash", lambda m: encrypted(pbes2(SALT, ROUNDS, seq(oid("2a03")))), "", SEALED),
    Row("an empty hash", lambda m: encrypted(pbes2(SALT, ROUNDS, seq())), "", SEALED),
    Row("an unknown cipher", lambda m: encrypted(pbes2(SALT, ROUNDS, cipher="2a03")), "", SEALED),
    Row("old, no rounds", lambda m: encrypted(seq(
        oid("2a864886f70d010c0103"), seq(SALT, b"\2\1\0"))), "", SEALED),
    Row("old, two thousand million rounds", lambda m: encrypted(seq(
        oid("2a864886f70d010c0103"), seq(SALT, b"\2\4\x7f\xff\xff\xff"))), "", SEALED),
    Row("old, nothing", lambda m: encrypted(seq(oid("2a864886f70d010c0106"), seq())), "", SEALED),
    Row("old, without a salt's bytes", lambda m: encrypted(seq(
        oid("2a864886f70d010c0106"), seq(sequence(4, b""), ROUNDS))), "", SEALED),
    Row("much behind RC2", lambda m: encrypted(seq(oid("2a864886f70d010c0106"), seq(
        SALT, ROUNDS)), bytes(0x8000)), "", SEALED),
]  # fmt: skip


@each(ODD)
def test_an_odd_pfx_gives_what_can_be_read_and_costs_no_more(row: Row, made: Made) -> None:
    check(row, made)
