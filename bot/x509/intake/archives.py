"""ZIP and gzip, opened in memory, and no further than any honest archive needs."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from bot.x509.intake.limits import MOST_ENTRIES, Budget, Exhausted

_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LARGEST_COMMENT: Final = 65_535
_ENTRY: Final = 46 + 400
"""Bytes of an entry in the central directory: its fixed part, a long name, extra fields."""

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods unpack without a limit in the standard library."""


_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, LookupError),
    *(EOFError, RuntimeError, OverflowError),
)
"""What the standard library raises on archives that are not as they should be."""


class Locked(Exception):
    """The archive asks for a password."""


class Damaged(Exception):
    """The archive cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file out of an archive; `name` comes from outside."""

    name: str
    data: bytes = field(repr=False)


def unzipped(data: bytes, budget: Budget) -> Iterator[Entry]:
    """The files of a ZIP; raises Locked, Damaged, or Exhausted for a bomb."""
    _look_at_directory(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                # Not `is_dir`, which fails on a name of nothing.
                if info.filename.endswith("/") or _of_the_system(info.filename):
                    continue
                budget.entry()
                if info.flag_bits & 1:
                    raise Locked
                if info.compress_type not in _METHODS:
                    raise Damaged
                yield Entry(info.filename, _read(archive, info, budget))
    except _BROKEN:
        raise Damaged from None


def gunzipped(data: bytes, budget: Budget) -> bytes:
    """The one file of a gzip; raises Damaged, or Exhausted for a bomb."""
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, budget.unpacked + 1)
    except zlib.error:
        raise Damaged from None
    budget.unpack(len(plain))
    return plain


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    # The size in the directory is only a claim.
    if info.file_size > budget.unpacked:
        raise Exhausted("too many bytes")
    with archive.open(info) as entry:
        plain = entry.read(budget.unpacked + 1)
    budget.unpack(len(plain))
    return plain


def _look_at_directory(data: bytes) -> None:
    """Refuses a directory of thousands before the standard library makes an object of each."""
    at = len(data) - _END_SIZE
    if at < 0 or data[at : at + 4] != _END:
        at = data.rfind(_END, max(0, len(data) - _END_SIZE - _LARGEST_COMMENT))
    if at < 0:
        raise Damaged
    count = int.from_bytes(data[at + 10 : at + 12], "little")
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    if count > 2 * MOST_ENTRIES or size > 2 * MOST_ENTRIES * _ENTRY:
        raise Exhausted("too many files")


def _of_the_system(name: str) -> bool:
    """Whether the file is one that computers add by themselves."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)
