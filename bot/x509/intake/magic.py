"""Other kinds of file, by their first bytes: what to call them, and whether they are pictures."""

from __future__ import annotations

import re
from typing import Final

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
GZIP: Final = b"\x1f\x8b"

_PICTURES: Final = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"%PDF", "a PDF document"),
)
_OTHERS: Final = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document or an Outlook message"),
    (b"\x78\x9f\x3e\x22", "a winmail.dat of Outlook"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_SIZES: Final = ((b"\x89PNG", 16, 4, "big"), (b"GIF8", 6, 2, "little"))
_SMALL: Final = 100_000
_OF_MAIL: Final = re.compile(r"image\d{1,4}\.|outlook-|logo", re.IGNORECASE)


def picture(data: bytes) -> str | None:
    """What the picture or PDF is called; None for anything else."""
    head = data[:1024].lstrip()
    if data[:2] == b"BM" and len(data) > 14 and data[6:10] == bytes(4):
        return "a picture"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1"):
        return "a picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a picture"
    return next((what for magic, what in _PICTURES if head.startswith(magic)), None)


def decoration(name: str, data: bytes) -> bool:
    """Whether the picture is a logo out of a mail's signature: too small for a certificate.

    The name alone proves nothing, as Outlook names screenshots in the same way.
    """
    if not _OF_MAIL.match(name):
        return False
    for magic, at, width, order in _SIZES:
        if data.startswith(magic) and len(data) >= at + 2 * width:
            wide = int.from_bytes(data[at : at + width], order)  # type: ignore[arg-type]
            high = int.from_bytes(data[at + width : at + 2 * width], order)  # type: ignore[arg-type]
            return wide * high < _SMALL
    return False


def other(data: bytes) -> str | None:
    """What a file is called that cannot hold a certificate for us; None when it may."""
    if data[257:262] == b"ustar":
        return "a tar archive"
    return next((what for magic, what in _OTHERS if data.startswith(magic)), None)
