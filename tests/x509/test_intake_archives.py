"""Archives are opened in memory and never further than an honest one needs."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from bot.x509 import intake
from bot.x509.intake import Blob
from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import HAS_ZIP, Made

WHAT, BOMB, LOCKED = "FMT_UNKNOWN", "ZIP_BOMB", "FMT_ZIP_PASSWORD"
MIB = 1024 * 1024

needs_zip = pytest.mark.skipif(not HAS_ZIP, reason="zip (Info-ZIP) is not installed")


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return packed.getvalue()


def nested(data: bytes, depth: int) -> bytes:
    for _ in range(depth):
        data = archive({"inner.zip": data})
    return data


def bomb(size: int) -> bytes:
    """One entry of so many zeros, written piece by piece."""
    packed = io.BytesIO()
    piece = bytes(MIB)
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened,
        opened.open("zeros", "w") as entry,
    ):
        for _ in range(size // MIB):
            entry.write(piece)
    return packed.getvalue()


def lying(data: bytes) -> bytes:
    """The directory claims a size of one byte for its first entry."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<I", 1) + data[at + 28 :]


def many(count: int) -> bytes:
    return archive({f"{n}.txt": b"" for n in range(count)}, zipfile.ZIP_STORED)


def docx(made: Made) -> bytes:
    lines = made.pem("leaf").replace("-----", "\u2014\u2014-").splitlines()
    text = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": text.encode()})


INFO_ZIP = [
    Row("PEM", lambda m: m.zipped({"a.crt": m.pem("leaf").encode()}), "leaf"),
    Row("stored", lambda m: m.zipped({"a.crt": m.der("leaf")}, "-0"), "leaf"),
    Row("folders", lambda m: m.zipped({"x/y/a.crt": m.der("leaf"), "x/m.crt": m.der("middle")}),
        "leaf middle"),
    Row("readme beside", lambda m: m.zipped({"a.crt": m.der("leaf"), "README.txt": b"Hi"}),
        "leaf"),
    Row("CSR beside", lambda m: m.zipped({"a.crt": m.der("leaf"), "a.csr": m.csr.encode()}),
        "leaf"),
    Row("bundle", lambda m: m.zipped({"a.p7b": m.p7b()}), "leaf middle"),
    Row("mended", lambda m: m.zipped({"a.crt": m.body().encode()}), "leaf", "FMT_REPAIRED"),
    Row("locked", lambda m: m.zipped({"a.crt": m.der("leaf")}, "-P", "x"), "", LOCKED),
    Row("CSR alone", lambda m: m.zipped({"a.csr": m.csr.encode()}), "", "FMT_IS_CSR"),
    Row("readme alone", lambda m: m.zipped({"README.txt": b"Hello"}), "", WHAT),
    Row("in a ZIP", lambda m: m.zipped({"in.zip": m.zipped({"a.crt": m.der("leaf")})}), "leaf"),
    Row("comment behind it", lambda m: m.zipped({"a.crt": m.der("leaf")}) + b"\0" * 9, "leaf"),
]  # fmt: skip

OTHERS = [
    Row("of the Macintosh", lambda m: archive(
        {"__MACOSX/._a.crt": b"x", ".DS_Store": b"x", "a.crt": m.der("leaf")}), "leaf"),
    Row("only of the Macintosh", lambda m: archive({"__MACOSX/a.crt": m.der("leaf")}), "", WHAT),
    Row("hidden files", lambda m: archive({"x/.hidden/a.crt": m.der("leaf")}), "", WHAT),
    Row("a folder", lambda m: archive({"x/": b"", "x/a.crt": m.der("leaf")}), "leaf"),
    Row("empty", lambda m: archive({}), "", WHAT),
    Row("a name of nothing", lambda m: archive({"QQQQ": m.der("leaf")}).replace(
        b"QQQQ", bytes(4)), "leaf"),
    Row("three deep", lambda m: nested(archive({"a": m.der("leaf")}), 2), "leaf"),
    Row("four deep", lambda m: nested(archive({"a": m.der("leaf")}), 3), "", BOMB),
    Row("two hundred", lambda m: archive(
        {**{f"{n}": b"x" for n in range(199)}, "a": m.der("leaf")}), "leaf"),
    Row("more than two hundred", lambda m: archive(
        {"a": m.der("leaf"), **{f"{n}": b"x" for n in range(200)}}), "", BOMB),
    Row("twenty thousand", lambda m: many(20_000), "", BOMB),
    Row("thousands in several archives", lambda m: archive(
        {f"{n}.zip": many(90) for n in range(4)}), "", BOMB),
    Row("a bomb", lambda m: bomb(64 * MIB), "", BOMB),
    Row("a bomb that lies", lambda m: lying(bomb(64 * MIB)), "", WHAT),
    Row("bombs in one archive", lambda m: archive(
        {"a": m.der("leaf"), **{f"{n}.zip": bomb(7 * MIB) for n in range(3)}}), "", BOMB),
    Row("a method without a limit", lambda m: archive(
        {"a": m.der("leaf")}, zipfile.ZIP_LZMA), "", WHAT),
    Row("bzip2 inside", lambda m: archive({"a": m.der("leaf")}, zipfile.ZIP_BZIP2), "", WHAT),
    Row("cut off", lambda m: archive({"a": m.der("leaf")})[:-30], "", WHAT),
    Row("nothing but its first bytes", lambda m: b"PK\x03\x04", "", WHAT),
    Row("damaged inside", lambda m: archive({"leaf.der": m.der("leaf")}).replace(
        b"leaf.der", b"leaf.dar", 1), "", WHAT),
    Row("a wrong checksum", lambda m: archive({"a": m.der("leaf")}, zipfile.ZIP_STORED).replace(
        b"www", b"wxw", 1), "", WHAT),
    Row("a word processor's file", docx, "leaf", "FMT_REPAIRED"),
    Row("gzip", lambda m: gzip.compress(m.der("leaf")), "leaf"),
    Row("gzip of PEM", lambda m: gzip.compress(m.pem("leaf").encode()), "leaf"),
    Row("gzip in gzip", lambda m: gzip.compress(gzip.compress(m.der("leaf"))), "leaf"),
    Row("gzip cut off", lambda m: gzip.compress(m.der("leaf"))[:-200], "", WHAT),
    Row("gzip damaged", lambda m: b"\x1f\x8b" + bytes(50), "", WHAT),
    Row("gzip of zeros", lambda m: gzip.compress(bytes(20 * MIB), 1), "", BOMB),
    Row("gzip too deep", lambda m: gzip.compress(gzip.compress(gzip.compress(gzip.compress(
        b"x")))), "", BOMB),
    Row("bomb beside the certificate", lambda m: [
        Blob("b.zip", bomb(64 * MIB)), Blob("a.crt", m.der("leaf"))], "leaf", BOMB),
]  # fmt: skip


@needs_zip
@each(INFO_ZIP)
def test_archives_of_info_zip_are_opened(row: Row, made: Made) -> None:
    check(row, made)


@each(OTHERS)
def test_an_archive_is_opened_as_far_as_an_honest_one_needs(row: Row, made: Made) -> None:
    check(row, made)


def test_the_limits_hold_over_all_files_of_a_comment(made: Made) -> None:
    blobs = [Blob(f"{n}.zip", many(90)) for n in range(3)]

    found = intake.gather([*blobs, Blob("a.crt", made.der("leaf"))])

    assert [f.code for f in found.findings] == [WHAT, WHAT, BOMB]
    assert len(found.certificates) == 1
