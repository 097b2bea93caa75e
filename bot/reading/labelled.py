"""A label and what stands behind it: on the line itself or on the next ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.reading import hosts, labels, values
from bot.reading.lines import Line
from bot.x509.details import Field

_SEPARATOR: Final = re.compile(r"\s{0,20}(?:=+>|-+>|→|[:=：\t|]|(?<=\s)[–—-]+(?=\s))\s{0,20}")
_BULLET: Final = re.compile(
    r"^\s{0,12}(?:[-•·‣–+]\s|\*(?=\s)|o\s(?=\s)|\(?\d{1,2}[.)]|[a-h]\))\s{0,4}"
)
_GAP: Final = re.compile(r"\s{2,}")
_WEAK: Final = frozenset({"key", "key type", "land", "dns"})
_EITHER: Final = frozenset({"staat", "stato"})  # a country or a part of one
_VALUE: Final = re.compile(r"\d{3}")
_MOST_WORDS: Final = 5
_AROUND: Final = 4
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """The fields that a line is about, and the words behind the label."""

    fields: tuple[Field, ...]
    rest: str
    letter: bool = False


def split(text: str) -> Labelled | None:
    """Label and rest of a line; None when it begins with no label."""
    text = _BULLET.sub("", text)
    separator = _SEPARATOR.search(text[: labels.LONGEST])
    if separator is None:
        return _heading(text)
    label, rest = text[: separator.start()], text[separator.end() :]
    field = labels.field(label, misspelt=True)
    fields = (field,) if field else labels.several(label)
    if not fields:
        return _spaced(text) or _introduced(rest)
    if labels.plain(label) in _WEAK and not (rest and values.strong(fields[0], rest)):
        return None
    if labels.plain(label) in _EITHER:
        fields = (Field.COUNTRY if values.strong(Field.COUNTRY, rest) else Field.STATE,)
    # "O - Organization: …" has the label twice.
    inner = split(rest) if _SEPARATOR.search(rest[: labels.LONGEST]) else None
    if inner and inner.fields == fields:
        rest = inner.rest
    return Labelled(fields, rest, labels.single_letter(label))


def beside(found: list[Line], at: int) -> Labelled | None:
    """`Organization Nordlicht AG`: no separator, but a form all around."""
    bare = _bare(found[at].text)
    if bare is None:
        return None
    around = found[max(0, at - _AROUND) : at + _AROUND + 1]
    others = [other for line in around if (other := _bare(line.text))]
    fields = {other.fields[0] for other in others}
    sure = any(values.strong(other.fields[0], other.rest) for other in others)
    return bare if sure and len(fields) >= _FEWEST else None


def following(field: Field, found: list[Line], at: int) -> tuple[str, int]:
    """The value below an empty label, and how deeply it is quoted."""
    depth = found[at].depth
    for below in range(at + 1, min(at + 4, len(found))):
        line = found[below]
        if not line.text.strip():
            continue
        if line.depth > depth or line.signed or split(line.text) or beside(found, below):
            break
        if below > at + 1 and not _label_next(found, below):
            break
        return values.alone(field, line.text), line.depth
    return "", depth


def more_names(found: list[Line], at: int) -> Iterator[str]:
    """The names on further lines that hold nothing else."""
    blank = 0
    for line in found[at + 1 : at + 1 + hosts.MOST]:
        if not line.text.strip():
            blank += 1
            if blank > 1:
                return
            continue
        names = hosts.only(line.text)
        if not names or line.depth > found[at].depth or line.signed:
            return
        blank = 0
        yield from names


def _heading(text: str) -> Labelled | None:
    """A label alone on its line, or before a value that can be nothing else."""
    # Digits are no part of a label: "Number of bits 2048" holds its value.
    field = None if _VALUE.search(text) else labels.field(text)
    if field and len(labels.plain(text)) > 1 and labels.plain(text) not in _WEAK:
        return Labelled((field,), "")
    return _spaced(text)


def _introduced(rest: str) -> Labelled | None:
    """`Correction: Country: …`: a label behind an introduction."""
    separator = _SEPARATOR.search(rest[: labels.LONGEST])
    label = rest[: separator.start()] if separator else ""
    field = None if labels.single_letter(label) else labels.field(label)
    return Labelled((field,), rest[separator.end() :]) if separator and field else None


def _spaced(text: str) -> Labelled | None:
    label, semicolon, _ = text[: labels.LONGEST].partition(";")
    if semicolon and (field := labels.field(label)) and not labels.single_letter(label):
        return Labelled((field,), text.partition(";")[2])
    bare = _bare(text)
    if bare is None:
        return None
    gap = _GAP.search(text.strip()[: labels.LONGEST])
    aligned = gap is not None and labels.field(text.strip()[: gap.start()]) in bare.fields
    return bare if aligned or values.strong(bare.fields[0], bare.rest) else None


def _bare(text: str) -> Labelled | None:
    words = text.split(None, _MOST_WORDS)[: _MOST_WORDS + 1]
    if len(words) < 2 or not labels.begins(words[0]):
        return None
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        label = " ".join(words[:count])
        field = labels.field(label)
        rest = text.split(None, count)[count]
        if (
            field
            and not labels.single_letter(label)
            and (rest[:1].isupper() or values.strong(field, rest))
        ):
            return Labelled((field,), rest)
    return None


def _label_next(found: list[Line], at: int) -> bool:
    """Whether the form goes on, or the message ends, below the line."""
    for line in found[at + 1 : at + 4]:
        if line.text.strip():
            return line.signed or line.depth != found[at].depth or split(line.text) is not None
    return True
