"""DER, PKCS#7, PKCS#12, Java's key stores: certificates are taken, whatever they are called."""

from __future__ import annotations

import base64
import struct

import pytest

from bot.x509 import intake
from bot.x509.intake import Blob
from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import HAS_CERTTOOL, PASSWORD, Made, sequence

FIXED, KEY, SEALED, WHAT = "FMT_REPAIRED", "FMT_IS_KEY", "FMT_ENCRYPTED_PFX", "FMT_UNKNOWN"
OLD = ("-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")
OPEN = ("-certpbe", "NONE", "-keypbe", "NONE")


def armoured(label: str, data: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(data).decode()}-----END {label}-----\n"


def store(made: Made, tag: int, magic: int = 0xFEEDFEED) -> bytes:
    """A Java key store with one entry, laid out as the JDK does."""
    certificate = b"\0\5X.509" + struct.pack(">I", len(made.der("leaf"))) + made.der("leaf")
    sealed = struct.pack(">I", 9) + b"encrypted" + struct.pack(">I", 1)
    entry = struct.pack(">IH4sQ", tag, 4, b"site", 1) + (sealed if tag == 1 else b"")
    return struct.pack(">III", magic, 2, 1) + entry + certificate + bytes(20)


def old_windows_label(made: Made) -> str:
    """What Windows' certificate services call certnew.p7b."""
    return armoured("CERTIFICATE", made.p7b("DER"))


DER = [
    Row("DER", lambda m: m.der("leaf"), "leaf"),
    Row("two DER in a row", lambda m: m.der("leaf") + m.der("middle"), "leaf middle"),
    Row("DER with a line end", lambda m: m.der("leaf") + b"\r\n", "leaf"),
    Row("DER in the comment's place", lambda m: m.der("leaf"), "leaf", text=True),
    Row("DER cut off", lambda m: m.der("leaf")[:-90], "", WHAT),
    Row("DER cut off early", lambda m: m.der("leaf")[:40], "", WHAT),
    Row("DER with a flaw in it", lambda m: m.der("leaf").replace(b"\x06\x03\x55", b"\x16\x03\x55"),
        "", WHAT),
    Row("CSR in DER", lambda m: m.openssl("req", "-in", "leaf.csr", "-outform", "DER"), "",
        "FMT_IS_CSR"),
    Row("CRL in DER", lambda m: m.openssl("crl", "-outform", "DER", fed=m.crl.encode()), "", WHAT),
    Row("public key in DER", lambda m: m.pkey("-pubout", "-outform", "DER"), "", WHAT),
    Row("RSA public key in DER", lambda m: m.openssl(
        "rsa", "-RSAPublicKey_out", "-outform", "DER", fed=m.rsa.encode()), "", WHAT),
    Row("some other SEQUENCE", lambda m: sequence(0x30, sequence(0x0C, b"hello")), "", WHAT),
    Row("empty SEQUENCE", lambda m: b"0\0", "", WHAT),
    Row("a hash in DER", lambda m: sequence(0x30, sequence(0x30, sequence(6, b"\x60\x86")) +
        sequence(4, bytes(32))), "", WHAT),
    Row("a sequence with an algorithm alone", lambda m: sequence(0x30, sequence(
        0x30, sequence(6, b"\x60\x86"))), "", WHAT),
    Row("an odd version", lambda m: sequence(0x30, b"\2\1\7" + sequence(4, b"x")), "", WHAT),
    Row("data and nothing else", lambda m: sequence(0x30, sequence(
        6, bytes.fromhex("2a864886f70d010701")) + sequence(0xA0, sequence(4, b"x"))), "", WHAT),
]  # fmt: skip

PKCS7 = [
    Row("P7B", lambda m: m.p7b(), "leaf middle"),
    Row("P7B in DER", lambda m: m.p7b("DER"), "leaf middle"),
    Row("P7B of four", lambda m: m.p7b("PEM", "leaf", "other", "middle", "root"),
        "leaf other middle root"),
    Row("P7B under CERTIFICATE", old_windows_label, "leaf middle", FIXED),
    Row("P7B under CMS", lambda m: armoured("CMS", m.p7b("DER")), "leaf middle"),
    Row("P7B under PKCS #7 SIGNED DATA", lambda m: armoured("PKCS #7 SIGNED DATA", m.p7b("DER")),
        "leaf middle", FIXED),
    Row("P7B quoted", lambda m: m.p7b().replace(b"\n", b"\n> "), "leaf middle", FIXED),
    Row("P7B as naked base64", lambda m: base64.encodebytes(m.p7b("DER")), "leaf middle", FIXED),
    Row("P7B in UTF-16", lambda m: m.p7b().decode().encode("utf-16"), "leaf middle", FIXED),
    Row("P7B with a CRL", lambda m: m.p7b_with_crl, "leaf"),
    Row("P7B with nothing but a CRL", lambda m: m.p7b_empty, "", WHAT),
    Row("P7B cut off", lambda m: m.p7b("DER")[:-100], "", WHAT),
    Row("P7B without content", lambda m: sequence(0x30, sequence(
        6, bytes.fromhex("2a864886f70d010702"))), "", WHAT),
    Row("BER of indefinite length", lambda m: m.ber, "leaf other"),
    Row("BER under PKCS7", lambda m: armoured("PKCS7", m.ber), "leaf other"),
    Row("BER as naked base64", lambda m: base64.encodebytes(m.ber), "leaf other", FIXED),
    Row("Netscape sequence", lambda m: m.netscape, "leaf middle"),
    Row("a mail's signature", lambda m: m.signature()),
    Row("a mail's signature in PEM", lambda m: armoured("PKCS7", m.signature())),
    Row("a mail's signature by another name", lambda m: [Blob("certificate.cer", m.signature())]),
    Row("a signed mail with its text", lambda m: m.signature("-nodetach"), "", WHAT),
    Row("a signature beside the certificate", lambda m: [
        Blob("smime.p7s", m.signature()), Blob("x", m.der("leaf"))], "leaf"),
    Row("an encrypted mail", lambda m: m.sealed_mail, "", WHAT),
]  # fmt: skip

PKCS12 = [
    Row("certificate alone", lambda m: m.pfx(key=False), "leaf"),
    Row("certificate alone, 3DES", lambda m: m.pfx("", *OLD, key=False), "leaf"),
    Row("certificate alone, RC2", lambda m: m.pfx("", "-legacy", key=False), "leaf"),
    Row("certificate alone, RC2 of 128 bits", lambda m: m.pfx(
        "", "-legacy", "-certpbe", "PBE-SHA1-RC2-128", key=False), "leaf"),
    Row("certificate alone, AES-128", lambda m: m.pfx("", "-certpbe", "AES-128-CBC", key=False),
        "leaf"),
    Row("certificate alone, PBES2 with 3DES", lambda m: m.pfx(
        "", "-certpbe", "DES-EDE3-CBC", key=False), "leaf"),
    Row("certificate alone in clear", lambda m: m.pfx("x", *OPEN, key=False), "leaf"),
    Row("certificate alone without MAC", lambda m: m.pfx("", "-nomac", key=False), "leaf"),
    Row("certificate and chain", lambda m: m.pfx("", "-certfile", "middle.crt", key=False),
        "leaf middle"),
    Row("given password", lambda m: m.pfx(PASSWORD, key=False), "leaf", passwords=(PASSWORD,)),
    Row("given password, 3DES", lambda m: m.pfx(PASSWORD, *OLD, key=False), "leaf",
        passwords=("wrong", PASSWORD)),
    Row("given password, RC2", lambda m: m.pfx("x", "-legacy", key=False), "leaf",
        passwords=("wrong", "x")),
    Row("password with umlauts", lambda m: m.pfx("Grüße", *OLD, key=False), "leaf",
        passwords=("Grüße",)),
    Row("wrong password", lambda m: m.pfx("x", key=False), "", SEALED, passwords=("y",)),
    Row("no password known", lambda m: m.pfx("x", key=False), "", SEALED),
    Row("no password known, 3DES", lambda m: m.pfx("x", *OLD, key=False), "", SEALED),
    Row("no password known, RC2", lambda m: m.pfx("x", "-legacy", key=False), "", SEALED),
    Row("an unknown cipher", lambda m: m.pfx("", "-certpbe", "CAMELLIA-256-CBC", key=False), "",
        SEALED),
    Row("too many rounds", lambda m: m.pfx("", *OLD, "-iter", "400000", key=False), "", SEALED),
    Row("fewer than no rounds", lambda m: m.pfx("", key=False).replace(
        b"\x02\x02\x08\x00", b"\x02\x02\x7f\xff").replace(b"\2\2\x7f\xff", b"\2\2\xff\xff"), "",
        SEALED),
    Row("key with it", lambda m: m.pfx(), "leaf", KEY),
    Row("key with it, 3DES", lambda m: m.pfx("", *OLD), "leaf", KEY),
    Row("key with it, RC2", lambda m: m.pfx("", "-legacy"), "leaf", KEY),
    Row("key in clear", lambda m: m.pfx("x", *OPEN), "leaf", KEY),
    Row("key and given password", lambda m: m.pfx(PASSWORD), "leaf", KEY, passwords=(PASSWORD,)),
    Row("key that stays shut", lambda m: m.pfx("x"), "", SEALED),
    Row("key that stays shut, certificate in clear", lambda m: m.pfx("x", "-certpbe", "NONE"),
        "leaf", SEALED),
    Row("PFX in armour", lambda m: armoured("PKCS12", m.pfx(key=False)), "leaf"),
    Row("PFX as naked base64", lambda m: base64.encodebytes(m.pfx(key=False)), "leaf"),
    Row("shut PFX in armour", lambda m: armoured("PKCS12", m.pfx("x")), "", SEALED),
    Row("shut PFX as naked base64", lambda m: base64.encodebytes(m.pfx("x")), "", SEALED),
    Row("open PFX in armour", lambda m: armoured("PKCS12", m.pfx()), "leaf", KEY),
    Row("PFX in the comment", lambda m: base64.encodebytes(m.pfx()), "leaf", KEY, text=True),
    Row("shut PFX in the comment", lambda m: armoured("PFX", m.pfx("x")), "", SEALED, text=True),
    Row("PFX under PRIVATE KEY", lambda m: armoured("PRIVATE KEY", m.pfx("x", key=False)), "",
        SEALED),
    Row("PFX cut off", lambda m: m.pfx("x", key=False)[:300], "", SEALED),
    Row("PFX of nothing", lambda m: sequence(0x30, b"\2\1\3" + sequence(0x30, sequence(
        6, bytes.fromhex("2a864886f70d010701")) + sequence(0xA0, sequence(4, b"")))), "", SEALED),
    Row("PFX sealed for a public key", lambda m: sequence(0x30, b"\2\1\3" + sequence(
        0x30, sequence(6, bytes.fromhex("2a864886f70d010702")))), "", SEALED),
    Row("password in the comment", lambda m: [
        Blob("", f"Hello, the password is “{PASSWORD.split()[0]}”.".encode()),
        Blob("x.pfx", m.pfx(PASSWORD.split()[0]))], "leaf", KEY),
    Row("password after a colon", lambda m: [
        Blob("", b"Passwort: s3cret!."), Blob("x.pfx", m.pfx("s3cret!", key=False))], "leaf"),
]  # fmt: skip

JAVA = [
    Row("trusted certificate", lambda m: store(m, 2), "leaf"),
    Row("key and certificate", lambda m: store(m, 1), "leaf", KEY),
    Row("JCEKS", lambda m: store(m, 2, 0xCECECECE), "leaf"),
    Row("secret key", lambda m: store(m, 3), "", KEY),
    Row("cut off", lambda m: store(m, 2)[:40], "", WHAT),
    Row("empty", lambda m: store(m, 2)[:8] + bytes(4), "", WHAT),
    Row("more entries than there are", lambda m: store(m, 2)[:8] + b"\0\0\xff\xff", "", WHAT),
]  # fmt: skip


@each(DER)
def test_der_is_told_by_its_content(row: Row, made: Made) -> None:
    check(row, made)


@each(PKCS7)
def test_bundles_give_their_certificates_and_signatures_of_mail_nothing(
    row: Row, made: Made
) -> None:
    check(row, made)


@each(PKCS12)
def test_pfx_gives_certificates_and_its_key_is_an_incident(row: Row, made: Made) -> None:
    check(row, made)


@each(JAVA)
def test_java_key_stores_are_read_too(row: Row, made: Made) -> None:
    check(row, made)


def test_the_key_of_an_opened_pfx_is_named_by_its_public_half(made: Made) -> None:
    found = intake.gather([Blob("site.pfx", made.pfx(PASSWORD))], passwords=[PASSWORD])

    assert found.keys == (made.spki("leaf"),)
    assert found.key_files == ("site.pfx",)


def test_a_shut_pfx_with_a_key_is_listed_for_redaction(made: Made) -> None:
    found = intake.gather([Blob("site.pfx", made.pfx("x")), Blob("b", made.pfx("x", key=False))])

    assert found.key_files == ("site.pfx",)
    assert found.keys == ()


@pytest.mark.skipif(not HAS_CERTTOOL, reason="certtool (GnuTLS) is not installed")
def test_certtools_armoured_pfx_is_read(made: Made) -> None:
    data = made.run(
        "certtool", "--to-p12", "--load-certificate", "leaf.crt", "--password", "x", "--p12-name",
        "site",
    )  # fmt: skip

    found = intake.gather([Blob("site.p12", data)], passwords=["x"])

    assert [made.known[der] for der in found.certificates] == ["leaf"]


def test_a_pfx_with_a_key_in_a_comment_is_masked(made: Made) -> None:
    armour = armoured("PKCS12", made.pfx("x"))

    masked, there = intake.mask_keys(f"Hello\n{armour}Bye\n")

    assert there
    assert masked == f"Hello\n-----BEGIN PKCS12-----\n{intake.MASK}\n-----END PKCS12-----\nBye\n"
