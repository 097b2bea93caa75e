"""Several labels on one line: distinguished names and `CN=…, O=…, C=…`."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import labels
from bot.x509.details import Field

LONGEST: Final = 4_000
_SUBJECT: Final = re.compile(
    r"^[\s\"'`$]*(?:openssl\s.{1,200}?-subj\s+)?(?:(?:the )?subject(?: name| dn)?\b|dn\b|-subj\b)?"
    r"\s{0,4}[:=]?[\s\"']{0,4}(?=/?\s{0,8}[A-Za-z])",
    re.IGNORECASE,
)
_ISSUER: Final = re.compile(r"^\s*(?:issuer|aussteller)\b", re.IGNORECASE)
_AT: Final = re.compile(
    r"(?:(?P<mark>^|[,;|/+]|\.\s)\s{0,20})(?P<label>[^\W\d_][^,;|/+:=\n]{0,60}?)\s{0,8}[:=]\s{0,8}"
)
_OIDS: Final = {
    "2.5.4.3": "CN", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.6": "C",
}  # fmt: skip
_OID: Final = re.compile(r"(?:OID\.)?(2\.5\.4\.\d{1,2})(?=\s?=)")
_COLON: Final = re.compile(r"\s?[:=](?=\s|$)\s*")
_WORD: Final = re.compile(r"\S+")
_MOST: Final = 40
_LONGEST_LABEL: Final = 4  # words
_FEWEST: Final = 3  # fields
_HEX: Final = re.compile(rb"(?:\\[0-9A-Fa-f]{2})+")


def found(line: str) -> list[tuple[Field, str]]:
    """Fields and values of a line that names two or more of them; else nothing."""
    if line.count("=") + line.count(":") < 2 or _ISSUER.match(line):
        return []
    text = _OID.sub(lambda oid: _OIDS.get(oid.group(1), oid.group()), line[:LONGEST]).strip()
    text = text[_prefix(text) :]
    cuts = [
        (field, match)
        for match in _AT.finditer(_masked(text))
        if (field := labels.field(match["label"]))
    ]
    if len({field for field, _ in cuts}) < 2 or cuts[0][1].start() > 1:
        return _run_together(line[:LONGEST])
    ends = [match.start() for _, match in cuts[1:]] + [len(text)]
    return [
        (field, unescaped(text[match.end() : end]))
        for (field, match), end in zip(cuts, ends, strict=True)
    ]


def _run_together(line: str) -> list[tuple[Field, str]]:
    """`Common Name: … Organization: … Country: …`, where a helpdesk has eaten the line ends."""
    cuts: list[tuple[Field, int, int]] = []
    since = 0
    for colon in list(_COLON.finditer(line))[:_MOST]:
        words = list(
            _WORD.finditer(line, max(since, colon.start() - labels.LONGEST), colon.start())
        )
        for word in words[-_LONGEST_LABEL:]:
            label = line[word.start() : colon.start()]
            field = labels.field(label) if labels.begins(word.group()) else None
            if field and not labels.single_letter(label):
                cuts.append((field, word.start(), colon.end()))
                since = colon.end()
                break
    fields = {field for field, _, _ in cuts}
    enough = len(fields) >= _FEWEST or (len(fields) > 1 and not line[: cuts[0][1]].strip())
    if not enough or cuts[0][1] > labels.LONGEST:
        return []
    ends = [start for _, start, _ in cuts[1:]] + [len(line)]
    return [
        (field, line[begin:end].strip()) for (field, _, begin), end in zip(cuts, ends, strict=True)
    ]


def issuer(line: str) -> bool:
    """Whether the line speaks of the CA instead of the brand."""
    return bool(_ISSUER.match(line))


def issuer_follows(line: str) -> bool:
    """Whether the lines below it do: `issuer=` and nothing behind it."""
    return issuer(line) and line.rstrip().endswith(("=", ":"))


def unescaped(value: str) -> str:
    r"""RFC 4514: `Nordlicht\, Inc.`, `\C3\9C`, and OpenSSL's quotation marks."""
    value = value.strip().rstrip(",;/+|").strip().strip("\"'`")
    if "\\" not in value:
        return value
    raw = _HEX.sub(
        lambda run: bytes.fromhex(run.group().replace(b"\\", b"").decode()), value.encode()
    )
    return re.sub(r"\\(.)", r"\1", raw.decode(errors="replace"))


def _prefix(text: str) -> int:
    match = _SUBJECT.match(text)
    return match.end() if match else 0


def _masked(text: str) -> str:
    """Escaped marks and what stands in quotation marks cut nothing."""
    text = re.sub(r"\\.", "\0\0", text)
    text = re.sub(
        r"(?<=[=:] )\"[^\"]{0,300}\"|(?<=[=:])\"[^\"]{0,300}\"",
        lambda m: "\0" * len(m.group()),
        text,
    )
    return re.sub(r"://", "\0\0\0", text)
