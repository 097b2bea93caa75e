"""The CSR form: its labels, and what a brand has written behind them.

A reply may stand above, below or inside the quoted form.  Nothing is stripped:
what is less quoted wins, and among equals the later one, so an answer typed into
the quote counts as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """The details that a CSR needs, in the order of the form."""

    COMMON_NAME = "common_name"
    ORGANIZATION = "organization"
    ORGANIZATIONAL_UNIT = "organizational_unit"
    LOCALITY = "locality"
    STATE = "state"
    COUNTRY = "country"
    BITS = "bits"
    NAMES = "names"


LABELS: Final[dict[Field, str]] = {
    Field.COMMON_NAME: "Common Name",
    Field.ORGANIZATION: "Organization",
    Field.ORGANIZATIONAL_UNIT: "Organizational Unit (optional)",
    Field.LOCALITY: "Locality",
    Field.STATE: "State",
    Field.COUNTRY: "Country",
    Field.BITS: "Number of bits",
    Field.NAMES: "Additional domains (SANs)",
}
"""As the form prints them."""

_SAID: Final[dict[Field, str]] = {
    Field.COMMON_NAME: "common name|cn|domain|domain name|primary domain|main domain|fqdn|hostname",
    Field.ORGANIZATION: "organization|organisation|organization name|organisation name|o|company"
    "|company name|legal name",
    Field.ORGANIZATIONAL_UNIT: "organizational unit|organisational unit|organization unit|ou|unit"
    "|department",
    Field.LOCALITY: "locality|l|city|town|city locality|locality city",
    Field.STATE: "state|st|s|province|region|state province|state or province|county",
    Field.COUNTRY: "country|c|country code|country name",
    Field.BITS: "number of bits|bits|key size|key length|bit length|key|key type|keysize",
    Field.NAMES: "additional domains|additional domain|san|sans|subject alternative names"
    "|subject alternative name|alternative names|additional names|other domains|domains",
}
_FIELDS: Final = {said: field for field, names in _SAID.items() for said in names.split("|")}

LONGEST_LINE: Final = 500
LONGEST_LABEL: Final = 60
MOST_LINES: Final = 2_000

_QUOTE: Final = re.compile(r"^(?:[ \t]{0,8}[>|│]){1,20}")
_SEPARATOR: Final = re.compile(r"\s*(?:=>|->|→|[:=：\t]|\s[–—-]\s)\s*")
_BULLET: Final = re.compile(r"^\s{0,12}(?:[-*•·‣]|\d{1,2}[.)])\s{1,4}")
_LINK: Final = re.compile(r"\[([^\]]{1,300})\]\((?:[^)]{1,300})\)")
_PARENTHESES: Final = re.compile(r"\([^)]{0,60}\)")
_NO_LETTER: Final = re.compile(r"[^a-z ]+")
_SIGNATURE: Final = re.compile(r"^--\s*$")
_HOSTLIKE: Final = re.compile(r"^(?:\*\.)?[\w-]+(?:\.[\w-]+)+$")


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    text: str


def read(text: str) -> dict[Field, str]:
    """What the text says for each field; fields without a value are left out."""
    best: dict[Field, tuple[int, str]] = {}
    lines = list(_lines(text))
    for index, line in enumerate(lines):
        field, value = _labelled(line.text)
        if field is None:
            continue
        value = _value(field, value, lines[index + 1 :][:40], line.depth)
        known = best.get(field)
        if value and (known is None or line.depth <= known[0]):
            best[field] = (line.depth, value)
    return {field: best[field][1] for field in Field if field in best}


def _lines(text: str) -> Iterator[_Line]:
    """Lines with their depth of quoting; what follows a signature mark is left out."""
    signed_at: int | None = None
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]:
        line = raw[:LONGEST_LINE].replace("\u00a0", " ")
        mark = _QUOTE.match(line)
        depth = sum(mark.group().count(sign) for sign in ">|│") if mark else 0
        rest = line[mark.end() :] if mark else line
        if signed_at is not None and depth > signed_at:
            signed_at = None
        if _SIGNATURE.match(rest.strip("\n")):
            signed_at = depth
        if signed_at is None:
            yield _Line(depth, rest)


def _labelled(line: str) -> tuple[Field | None, str]:
    """The field that the line is about, and what stands behind its label."""
    line = _BULLET.sub("", line)
    separator = _SEPARATOR.search(line[: LONGEST_LABEL + 4])
    label = line[: separator.start()] if separator else line
    if len(label) > LONGEST_LABEL:
        return None, ""
    field = _field(label)
    if field is None or (separator is None and len(_plain_label(label)) < 2):
        return None, ""
    return field, line[separator.end() :] if separator else ""


def _field(label: str) -> Field | None:
    return _FIELDS.get(_plain_label(label))


def _plain_label(label: str) -> str:
    lower = _PARENTHESES.sub(" ", label.lower()).replace("_", " ")
    return " ".join(_NO_LETTER.sub(" ", lower).split())


def _value(field: Field, value: str, following: list[_Line], depth: int) -> str:
    """The value on the line itself or, where that is empty, on the next ones."""
    found = _clean(value)
    if field is Field.NAMES:
        more = list(_more_names(following, depth))
        return ", ".join(filter(None, [found, *more]))
    if found:
        return found
    for line in following[:2]:
        if line.depth == depth and line.text.strip():
            return "" if _labelled(line.text)[0] else _only_value(line.text)
    return ""


def _only_value(line: str) -> str:
    """A value on a line of its own: short, and no sentence."""
    cleaned = _clean(line)
    return (
        cleaned if len(cleaned) <= 100 and not cleaned.endswith((".", "!", "?", ":", ",")) else ""
    )


def _more_names(following: list[_Line], depth: int) -> Iterator[str]:
    """Further lines that hold nothing but host names."""
    for line in following:
        words = [_clean(w) for w in re.split(r"[\s,;]+", _BULLET.sub("", line.text)) if w.strip()]
        if line.depth != depth or not words or not all(_HOSTLIKE.match(w) for w in words):
            return
        yield ", ".join(words)


def _clean(value: str) -> str:
    """Without the marks that mail and people put around a value."""
    value = _LINK.sub(r"\1", value).strip()
    value = value.strip("*_`\"'“”„ \t")
    if value.startswith(("[", "<", "(")) and value.endswith(("]", ">", ")")):
        value = value[1:-1]
    return " ".join(value.split())
