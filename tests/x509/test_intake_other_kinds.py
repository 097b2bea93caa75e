"""What is no certificate is called by its name, with what to send instead."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot import codec
from bot.x509 import intake
from bot.x509.findings import Severity
from bot.x509.intake import Blob, Found, mask_keys, too_big
from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import Made

IMAGE, WHAT, CSR = "FMT_IMAGE", "FMT_UNKNOWN", "FMT_IS_CSR"


def png(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        total = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + total

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


PICTURES = [
    Row("PNG", lambda m: png(800, 600), "", IMAGE),
    Row("tiny PNG", lambda m: png(1, 1), "", IMAGE),
    Row("JPEG", lambda m: b"\xff\xd8\xff\xe0" + bytes(50), "", IMAGE),
    Row("GIF", lambda m: b"GIF89a" + bytes(50), "", IMAGE),
    Row("TIFF", lambda m: b"II*\0" + bytes(50), "", IMAGE),
    Row("BMP", lambda m: b"BM\x99\0\0\0" + bytes(50), "", IMAGE),
    Row("HEIC", lambda m: b"\0\0\0\x18ftypheic" + bytes(50), "", IMAGE),
    Row("WebP", lambda m: b"RIFF\x99\0\0\0WEBPVP8 " + bytes(50), "", IMAGE),
    Row("PDF", lambda m: b"%PDF-1.7\n" + bytes(50), "", IMAGE),
    Row("PDF called .crt", lambda m: [Blob("site.crt", b"%PDF-1.7\n")], "", IMAGE),
    Row("two pictures", lambda m: [Blob("a", png(1, 1)), Blob("b", png(9, 9))], "",
        f"{IMAGE} {IMAGE}"),
    Row("beside the certificate", lambda m: [Blob("a", png(1, 1)), Blob("b", m.der("leaf"))],
        "leaf"),
    Row("beside a CSR", lambda m: [Blob("a", png(1, 1)), Blob("b", m.csr.encode())], "", CSR),
    Row("logo of a mail", lambda m: [Blob("image001.png", png(200, 60))]),
    Row("logo of a mail as GIF", lambda m: [
        Blob("logo.gif", b"GIF89a" + struct.pack("<HH", 200, 60) + bytes(9))]),
    Row("screenshot in a mail", lambda m: [Blob("image001.png", png(800, 600))], "", IMAGE),
    Row("JPEG in a mail", lambda m: [Blob("image001.jpg", b"\xff\xd8\xff" + bytes(9))], "", IMAGE),
]  # fmt: skip

FILES = [
    Row("7z", lambda m: b"7z\xbc\xaf\x27\x1c" + bytes(50), "", WHAT),
    Row("RAR", lambda m: b"Rar!\x1a\x07\x01\0" + bytes(50), "", WHAT),
    Row("bzip2", lambda m: b"BZh91AY&SY" + bytes(50), "", WHAT),
    Row("xz", lambda m: b"\xfd7zXZ\0" + bytes(50), "", WHAT),
    Row("tar", lambda m: bytes(257) .replace(b"\0", b"x") + b"ustar\0" + bytes(50), "", WHAT),
    Row("Word of old", lambda m: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "", WHAT),
    Row("winmail.dat", lambda m: b"\x78\x9f\x3e\x22" + bytes(50), "", WHAT),
    Row("winmail.dat with PEM", lambda m: b"\x78\x9f\x3e\x22\xff" + m.pem("leaf").encode(), "leaf",
        "FMT_REPAIRED"),
    Row("program", lambda m: b"MZ\x90\0" + bytes(50), "", WHAT),
    Row("empty file", lambda m: b"", "", WHAT),
    Row("blank file", lambda m: b" \r\n", "", WHAT),
    Row("text", lambda m: "Hello, we will send it next week.", "", WHAT),
    Row("random bytes", lambda m: bytes(range(256)) * 8, "", WHAT),
    Row("CSR", lambda m: m.csr, "", CSR),
    Row("CSR, CRLF", lambda m: m.csr.replace("\n", "\r\n"), "", CSR),
    Row("CSR quoted in a file", lambda m: m.csr.replace("\n", "\n> "), "", CSR),
    Row("CSR under NEW", lambda m: m.csr.replace("CERTIFICATE", "NEW CERTIFICATE"), "", CSR),
    Row("CSR under CERTIFICATE", lambda m: m.csr.replace(" REQUEST", ""), "", CSR),
    Row("CSR naked", lambda m: "".join(m.csr.splitlines()[1:-1]), "", CSR),
    Row("CSR damaged", lambda m: m.csr.replace("MII", "", 1), "", CSR),
    Row("CRL", lambda m: m.crl, "", WHAT),
    Row("CRL damaged", lambda m: m.crl.replace("MI", "?", 1), "", WHAT),
    Row("public key", lambda m: m.pkey("-pubout"), "", WHAT),
    Row("SSH2 public key", lambda m: "---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\n" + "AAAA" * 20
        + "\n---- END SSH2 PUBLIC KEY ----", "", WHAT),
    Row("mail's PGP signature", lambda m: "-----BEGIN PGP SIGNATURE-----\n\nwsB5\n-----END PGP "
        "SIGNATURE-----"),
    Row("sender's PGP key", lambda m: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxsBN\n-----END PGP "
        "PUBLIC KEY BLOCK-----"),
    Row("visiting card", lambda m: "BEGIN:VCARD\nFN:Ada\nEND:VCARD\n"),
    Row("damaged", lambda m: m.pem("leaf").replace("A", "\u00c4"), "", WHAT),
    Row("cut off", lambda m: m.pem("leaf")[:300], "", WHAT),
    Row("first line lost", lambda m: m.pem("leaf").replace("MII", "..", 1), "", WHAT),
    Row("only its end", lambda m: m.pem("leaf")[200:], "", WHAT),
    Row("naked and cut off", lambda m: m.body()[:400], "", WHAT),
    Row("cut off beside a whole one", lambda m: m.pem("leaf")[:300] + "\n" + m.pem("middle"),
        "middle", WHAT),
    Row("parameters", lambda m: m.openssl("ecparam", "-name", "prime256v1"), "", WHAT),
]  # fmt: skip

TEXTS = [
    Row("thanks", lambda m: "Thanks, we will send it next week.", text=True),
    Row("nothing", lambda m: "", text=True),
    Row("talk of lines", lambda m: "Copy from BEGIN CERTIFICATE to END CERTIFICATE.", text=True),
    Row("talk of marks", lambda m: "-----BEGIN CERTIFICATE----- ... -----END CERTIFICATE-----",
        text=True),
    Row("long talk of the end", lambda m: "word " * 50 + "-----END CERTIFICATE-----", text=True),
    Row("our CSR quoted", lambda m: "> " + m.csr.replace("\n", "\n> "), text=True),
    Row("our CSR pasted", lambda m: m.csr, "", CSR, text=True),
    Row("cut off", lambda m: m.pem("leaf")[:300], "", WHAT, text=True),
    Row("public key", lambda m: m.pkey("-pubout"), text=True),
    Row("PGP message", lambda m: "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHi",
        text=True),
    Row("base64 of something", lambda m: base64.b64encode(bytes(range(200))).decode(), text=True),
    Row("a picture's base64", lambda m: base64.b64encode(png(9, 9) * 5).decode(), text=True),
    Row("words with M", lambda m: "Mississippi" * 40, text=True),
]  # fmt: skip


@each(PICTURES)
def test_a_picture_is_worth_a_word_when_there_is_nothing_else(row: Row, made: Made) -> None:
    check(row, made)


@each(FILES)
def test_every_file_is_called_by_its_name(row: Row, made: Made) -> None:
    check(row, made)


@each(TEXTS)
def test_a_comments_text_without_certificate_is_just_a_text(row: Row, made: Made) -> None:
    check(row, made)


def test_no_blob_gives_nothing() -> None:
    assert intake.gather([]) == Found()


def test_the_sentences_say_what_to_do(made: Made) -> None:
    """Each in full, once."""
    blobs = {
        "request.csr": made.csr.encode(),
        "site.key": made.key().encode(),
        "site.pfx": made.pfx("x"),
        "notes.txt": b"Hello",
        "list.crl": made.crl.encode(),
        "old.rar": b"Rar!\x1a",
        "half.crt": made.der("leaf")[:-30],
        "mail.txt": made.body().encode(),
    }

    found = intake.gather([Blob(name, data) for name, data in blobs.items()])

    assert [f.brand for f in found.findings] == [
        "The file “request.csr” is the signing request (CSR), not the certificate; please give it "
        "to your certificate authority and send us the certificate that you get back.",
        "The file “site.key” holds a private key, which must never be sent; please treat that key "
        "as compromised and do not use it any more.",
        "The file “site.pfx” is a PFX file that is protected by a password; please do not send "
        "the password, because such a file usually holds a private key, but the certificate alone "
        "as a text file (.crt, .cer or .pem).",
        "The file “notes.txt” holds no certificate that we can read; please send the certificate "
        "as a text file (.crt, .cer or .pem).",
        "The file “list.crl” is a list of revoked certificates (CRL); please send the certificate "
        "as a text file (.crt, .cer or .pem).",
        "The file “old.rar” is a RAR archive; please send the certificate as a text file (.crt, "
        ".cer or .pem).",
        "The file “half.crt” holds a certificate that is damaged or cut off; please send the "
        "certificate again, as a file (.crt, .cer or .pem) and not as pasted text.",
        "The file “mail.txt” was altered on its way, as mail programs do; we could repair it, so "
        "there is nothing for you to do.",
    ]
    assert [f.severity for f in found.findings] == [Severity.BLOCK] * 7 + [Severity.FIXED]
    assert found.files == ("mail.txt",)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("site.crt", "site.crt"),
        ("Zertifikat für Köln (1).crt", "Zertifikat für Köln (1).crt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ada\\site.crt", "site.crt"),
        ("https://evil.example/", "evil.example"),
        ("<b>x</b>", "b_"),
        ("{{ticket.id}}.crt", "_ticket.id_.crt"),
        ("a\nb\r\tc\u202e.crt", "a_b_c_.crt"),
        ("[click](x)*_`", "_click_(x)___"),
        ("///", "unnamed"),
        ("a" * 500 + ".certificate.crt", "a" * 40 + "…" + ".certificate.crt"),
    ],
)
def test_a_name_from_outside_is_shown_short_and_harmless(name: str, shown: str) -> None:
    finding = too_big(name)

    assert finding.brand.startswith(f"The file “{shown}” is too large for a certificate;")
    assert finding.agent == f"{shown}: too large."


def test_the_first_file_with_a_certificate_names_it(made: Made) -> None:
    blobs = [Blob("", b"Hi"), Blob("a.crt", made.der("leaf")), Blob("b.crt", made.p7b())]

    found = intake.gather(blobs)

    assert [made.known[der] for der in found.certificates] == ["leaf", "middle"]
    assert found.files == ("a.crt", "b.crt")


def test_masking_a_text_without_keys_gives_it_back(made: Made) -> None:
    text = "Grüße —\r\n&amp; =3D <b>x</b> \u200b" + made.pem("leaf")

    assert mask_keys(text) == (text, False)


def test_what_was_found_survives_the_journal(made: Made) -> None:
    found = intake.gather([Blob("a.crt", made.body().encode()), Blob("b", made.key().encode())])

    assert found.keys
    assert codec.loads(codec.dumps(found)) == found


def test_requests_are_given_as_they_are_but_not_those_that_are_quoted(made: Made) -> None:
    pem = made.csr.strip()
    quoted = "\n".join(f"> {line}" for line in pem.splitlines())

    attached = intake.gather([Blob("our.csr", pem.encode()), Blob("again.csr", pem.encode())])
    answered = intake.gather([Blob("", f"Thanks!\n{quoted}\n".encode())])

    assert attached.requests == (x509.load_pem_x509_csr(pem.encode()).public_bytes(Encoding.DER),)
    assert answered.requests == ()
