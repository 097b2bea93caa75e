"""Where private keys stand in a mended text.

Cut-off keys count: what is left of one is as secret as the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.x509.intake import der, pem, pkcs12
from bot.x509.intake.limits import Budget
from bot.x509.intake.pem import Mark

_LONG: Final = 24
"""Characters of a word that belongs to a key for sure, when a BEGIN or END line is lost."""

_WORD: Final = re.compile(r"\S+")
_BARE: Final = re.compile(r"[^\s>|*`]+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_QUOTE: Final = ">|*`"
_SPEECH: Final = re.compile(r"[\W\d]{0,3}[A-Za-z]?[a-z]{0,20}[\W]{0,3}")
_KEY_HEADERS: Final = re.compile(
    r"\s*(?:[>|*` ]{0,20}(?:Proc-Type|DEK-Info|Comment|Subject|x-[a-z-]{1,30}): ?[^\n]{0,100}?"
    r"(?:\n|(?<=ENCRYPTED) |(?<=[0-9A-F]{16}) |$))",
    re.IGNORECASE,
)
_PUTTY: Final = re.compile(r"PuTTY-User-Key-File-\d|Private-Lines: ?\d")
_PUTTY_END: Final = re.compile(r"Private-(?:MAC|Hash): ?[0-9a-f]{0,64}")
_XML: Final = re.compile(r"<RSAKeyValue>|<D>")
_XML_END: Final = re.compile(r"</RSAKeyValue>|</D>")
_JWK: Final = re.compile(r"[\"'](?:d|p|q|dp|dq|qi|k)[\"']\s{0,9}:\s{0,9}[\"']([A-Za-z0-9_=-]{16,})")
_DUMP: Final = re.compile(
    r"\b(?:priv|privateExponent|prime1|prime2|exponent1|exponent2|coefficient) ?:"
    r"\s{0,99}((?:[0-9a-f]{2}:[\s>]{0,99}){8,}(?:[0-9a-f]{2})?)",
    re.IGNORECASE,
)
_SEALED: Final = re.compile(
    r"(?:Proc-Type: ?4,ENCRYPTED[\s>]{1,20})?DEK-Info: ?[A-Z0-9-]{3,20},[0-9A-F]{16,32}",
    re.IGNORECASE,
)
_AGE: Final = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{20,100}", re.IGNORECASE)
_LONGEST: Final = 40_000
"""Characters between the first and the last word of a key that is no PEM."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where key material stands in a mended text; `data` is the key or PFX, if it decodes."""

    start: int
    stop: int
    data: bytes = field(default=b"", repr=False)


def passages(plain: str) -> list[Passage]:
    """Every passage with key material in a mended text, in order, none overlapping."""
    found = sorted(
        (*_armoured(plain), *_naked(plain), *_other(plain)), key=lambda p: (p.start, -p.stop)
    )
    kept: list[Passage] = []
    for passage in found:
        if kept and passage.start < kept[-1].stop:
            last = kept.pop()
            stop = max(last.stop, passage.stop)
            passage = Passage(last.start, stop, last.data or passage.data)  # noqa: PLW2901
        kept.append(passage)
    return kept


def is_key(label: str) -> bool:
    """Whether a PEM label names a private key."""
    return "PRIVATE" in label or (label.endswith("KEY") and "PUBLIC" not in label)


def _armoured(plain: str) -> Iterator[Passage]:
    """Between BEGIN and END lines, or as far as a key goes when one of them is lost."""
    found = list(pem.marks(plain))
    for number, mark in enumerate(found):
        earlier = found[number - 1] if number else None
        later = found[number + 1] if number + 1 < len(found) else None
        if not is_key(mark.label):
            continue
        if mark.begins:
            passage = _begun(plain, mark, later)
        elif earlier is None or not earlier.begins or not is_key(earlier.label):
            passage = _ended(plain, earlier.stop if earlier else 0, mark)
        else:
            passage = None
        if passage is not None:
            yield passage


def _begun(plain: str, mark: Mark, later: Mark | None) -> Passage | None:
    """What a BEGIN line opens; None when it is only spoken of."""
    closed = later is not None and not later.begins
    limit = later.start if later else len(plain)
    body = limit if closed else _ahead(plain, mark.stop, limit)
    data, size = pem.decoded(plain[mark.stop : body])
    first = _BARE.search(plain, mark.stop, limit)
    spoken = first is not None and _SPEECH.fullmatch(first.group()) is not None
    if not (data or size) and (not mark.dashed or (spoken and not closed)):
        return None
    return Passage(mark.start, later.stop if later and closed else body, data)


def _ended(plain: str, limit: int, mark: Mark) -> Passage | None:
    """A key that has only its END line left: up over long words, and one shorter one at the top."""
    start, long = mark.start, False
    for word in reversed(list(_WORD.finditer(plain, limit, mark.start))):
        bare = word.group().strip(_QUOTE)
        if bare and not _BASE64.fullmatch(bare):
            break
        if bare and len(bare) < _LONG and start != mark.start:
            start = word.start() if long else start
            break
        start = word.start() if bare else start
        long = long or len(bare) >= _LONG
    return Passage(start, mark.stop) if long else None


def _ahead(plain: str, start: int, limit: int) -> int:
    """How far a key without its END line goes: over long words and one shorter one."""
    while headers := _KEY_HEADERS.match(plain, start, limit):
        start = headers.end()
    stop = start
    for word in _WORD.finditer(plain, start, limit):
        bare = word.group().strip(_QUOTE)
        if not bare:
            continue
        long = len(bare) >= _LONG
        if not long and not _BASE64.fullmatch(bare):
            break
        stop = word.end()
        if not long:
            break
    return stop


def _naked(plain: str) -> Iterator[Passage]:
    for block in pem.naked(plain):
        key = _key_in(block.data)
        if key is not None:
            yield Passage(block.start, block.stop, key)


def _other(plain: str) -> Iterator[Passage]:
    """PuTTY's, .NET's and the web's own forms, and what `openssl -text` prints."""
    for begin, end in ((_PUTTY, _PUTTY_END), (_XML, _XML_END)):
        at = 0
        while found := begin.search(plain, at):
            last = end.search(plain, found.end(), found.end() + _LONGEST)
            at = last.end() if last else min(len(plain), found.end() + _LONGEST)
            if begin is _PUTTY or "<D>" in plain[found.start() : at]:
                yield Passage(found.start(), at)
    at = 0
    while found := _SEALED.search(plain, at):
        at = _ahead(plain, found.end(), min(len(plain), found.end() + _LONGEST))
        yield Passage(found.start(), at)
    if "kty" in plain:
        yield from (Passage(m.start(1), m.end(1)) for m in _JWK.finditer(plain))
    yield from (Passage(m.start(1), m.end(1)) for m in _DUMP.finditer(plain))
    yield from (Passage(m.start(), m.end()) for m in _AGE.finditer(plain))


def _key_in(data: bytes) -> bytes | None:
    """The bytes when they are a key or a PFX that holds one, None when not."""
    if data.startswith(der.OPENSSH):
        return data
    if data.startswith(b"-----"):
        return data if b"PRIVATE KEY" in data else None
    match der.kind(data):
        case der.Kind.KEY:
            return data
        case der.Kind.PKCS12 if pkcs12.read(data, (), Budget(rounds=0)).key:
            return data
    return None
