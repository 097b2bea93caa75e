"""Finds certificates in what a comment carries, by content and never by name.

Mail programs and helpdesks mangle PEM in many ways; each file is brought back to
plain text first, then cut into its blocks, and each block is read on its own, so
that a broken one does not spoil the others.  A private key is recognised and
named, and not a byte of it goes any further.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from bot.x509.findings import Finding, Severity

LARGEST: Final = 1024 * 1024
MOST_BLOCKS: Final = 200
_MOST_PEM: Final = 200_000
_ZERO_WIDTH: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_LIKE: Final = {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2212"} | {0xA0: " "}
_BEGIN: Final = re.compile(r"-{1,8} ?BEGIN ([A-Z0-9 #]{1,40}?) ?-{1,8}", re.IGNORECASE)
_TAGS: Final = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>")
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=]+")
_HEADER: Final = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,40}: .*$", re.MULTILINE)
_KEY_BLOCK: Final = re.compile(
    r"-{2,8} ?BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY ?-{2,8}.{0,20000}?"
    r"(?:-{2,8} ?END [A-Z0-9 ]{0,30}PRIVATE KEY ?-{2,8}|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_MAGIC: Final = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"BM")
MASK: Final = "[private key removed]"
_WANTED: Final = "please send the certificate as a text file (.crt, .cer or .pem)"


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, or of the comment's text (`name` is then empty)."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: certificates as DER in the order met, each once, and what the rest is."""

    certificates: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What one blob holds."""

    certificates: tuple[bytes, ...] = ()
    finding: Finding | None = None
    picture: bool = False


def gather(blobs: Sequence[Blob]) -> Found:
    """Every certificate in the blobs; a finding for each blob that is something else."""
    certificates: dict[bytes, None] = {}
    findings: list[Finding] = []
    pictures: list[Blob] = []
    for blob in blobs:
        read = _blob(blob)
        certificates.update(dict.fromkeys(read.certificates))
        findings += [read.finding] if read.finding else []
        pictures += [blob] if read.picture else []
    if pictures and not certificates and not findings:
        findings += [_picture(blob) for blob in pictures]
    return Found(tuple(certificates), tuple(findings))


def too_big(name: str) -> Finding:
    """A file that is larger than any certificate."""
    return _finding(
        "FMT_TOO_BIG", name, "is larger than 1 MiB, which no certificate is", "over 1 MiB"
    )


def mask_keys(text: str) -> tuple[str, bool]:
    """The text with every PEM private key replaced, and whether there was one."""
    masked, count = _KEY_BLOCK.subn(MASK, text)
    return masked, count > 0


def _blob(blob: Blob) -> _Read:
    if len(blob.data) > LARGEST:
        return _Read(finding=too_big(blob.name))
    if blob.data[:1] == b"\x30":
        read = _der(blob.data, blob.name)
        if read:
            return read
    if blob.name.lower().endswith((".p7s", ".asc")) or not blob.data.strip():
        # A mail's own signature is no certificate that somebody sends.
        return _Read()
    for magic, what in _MAGIC:
        if blob.data.startswith(magic):
            return _Read(finding=_unknown(blob.name, what))
    if blob.data.startswith(_PICTURES):
        return _Read(picture=bool(blob.name))
    return _text(_decoded(blob.data), blob.name)


def _der(data: bytes, name: str) -> _Read | None:
    """What the bytes are as DER; None when they are none."""
    if _certificate(data):
        return _Read((data,))
    if name.lower().endswith(".p7s"):
        return _Read()
    if _is_request(data):
        return _Read(finding=_csr(name))
    if _is_key(data):
        return _Read(finding=_key(name))
    if b"\x2a\x86\x48\x86\xf7\x0d\x01\x07" in data[:60]:
        return _Read(finding=_unknown(name, "a PKCS#7 or PKCS#12 bundle"))
    return None


def _text(text: str, name: str) -> _Read:
    """The blocks of a text.  A text of a comment without any is a text, and nothing to report."""
    masked, key = mask_keys(text)
    if key or MASK in masked:
        # Whatever else is in there: the key is what has to be said.
        rest = _blocks(masked, name)
        return _Read(rest.certificates, _key(name))
    read = _blocks(text, name)
    if read.certificates or read.finding or not name:
        return read
    naked = _base64(text)
    der = _der(naked, name) if naked else None
    return der or _Read(finding=_unknown(name, "no certificate that we can read"))


def _blocks(text: str, name: str) -> _Read:
    certificates: list[bytes] = []
    other: Finding | None = None
    for label, data, quoted in _pem(text):
        if "REQUEST" in label:
            other = other or (None if quoted and not name else _csr(name))
        elif "KEY" in label and "PUBLIC" not in label:
            return _Read(finding=_key(name))
        elif data and _certificate(data):
            certificates.append(data)
        elif data and _is_request(data):
            other = other or _csr(name)
        elif data and _is_key(data):
            return _Read(finding=_key(name))
        elif "CERTIFICATE" in label or "PKCS" in label or "CMS" in label:
            other = other or _unknown(name, "a certificate that is damaged or of another kind")
    return _Read(tuple(certificates), other)


def _pem(text: str) -> Iterator[tuple[str, bytes, bool]]:
    """Each block's label, its bytes (empty when not base64), and whether it was quoted."""
    marks = list(_BEGIN.finditer(text))[:MOST_BLOCKS]
    for number, mark in enumerate(marks):
        stop = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        body = text[mark.end() : min(stop, mark.end() + _MOST_PEM)]
        end = re.search(r"-{1,8} ?END ", body, re.IGNORECASE)
        body = body[: end.start()] if end else body
        before = text[max(0, mark.start() - 12) : mark.start()].rsplit("\n", maxsplit=1)[-1]
        yield mark.group(1).upper(), _base64(body), ">" in before


def _base64(body: str) -> bytes:
    """The bytes behind base64 that may hold quote marks, blanks, headers and lost line ends."""
    packed = _NOT_BASE64.sub("", _HEADER.sub("", body)).rstrip("=")
    if len(packed) < 100:
        return b""
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _decoded(data: bytes) -> str:
    """Text, whatever the encoding, with what mail does to it undone."""
    text = _characters(data).translate(_ZERO_WIDTH).translate(_LIKE)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and _TAGS.search(text):
        text = _TAGS.sub("\n", text)
    if "&" in text:
        text = html.unescape(text)
    if "\\n" in text:
        text = text.replace("\\r", "").replace("\\n", "\n")
    if "=\n" in text or "=3D" in text:
        text = text.replace("=\n", "").replace("=3D", "=")
    return text


def _characters(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[1:40:2].strip(b"\0") == b"" and len(data) > 40:
        return data.decode("utf-16-le", errors="replace")
    if data[0:40:2].strip(b"\0") == b"" and len(data) > 40:
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _certificate(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x509.load_der_x509_certificate(data)
    except Exception:  # hostile bytes may raise anything
        return False
    return True


def _is_request(data: bytes) -> bool:
    try:
        x509.load_der_x509_csr(data)
    except Exception:  # hostile bytes may raise anything
        return False
    return True


def _is_key(data: bytes) -> bool:
    try:
        load_der_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    except TypeError:  # encrypted: a key all the same
        return True
    except Exception:  # hostile bytes may raise anything
        return b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" in data[:40]  # PBES2
    return True


def _csr(name: str) -> Finding:
    return _finding(
        "FMT_IS_CSR",
        name,
        "is the signing request (CSR), not the certificate; please give it to your certificate "
        "authority and send us the certificate that you get back",
        "a CSR",
    )


def _key(name: str) -> Finding:
    return _finding(
        "FMT_IS_KEY",
        name,
        "holds a private key, which must never be sent; please treat that key as compromised and "
        "do not use it any more",
        "a private key",
    )


def _unknown(name: str, what: str) -> Finding:
    return _finding("FMT_UNKNOWN", name, f"is {what}; {_WANTED}", what)


def _picture(blob: Blob) -> Finding:
    return _finding("FMT_IMAGE", blob.name, f"is a picture or a PDF; {_WANTED}", "a picture or PDF")


def _finding(code: str, name: str, brand: str, agent: str) -> Finding:
    """`name` comes from outside: shortened, and shown as text only."""
    shown = f"The file {name[:80]}" if name else "The text of your message"
    return Finding(code, Severity.BLOCK, f"{shown} {brand}.", f"{name[:80] or 'text'}: {agent}.")
