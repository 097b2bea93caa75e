"""The CSR form: what a brand has written for each of its fields.

A reply may stand above, below, inside or beside the quoted form.  Nothing is
stripped: what is less quoted wins, and among equals the later one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.reading import hosts, labelled, pairs, sentences, signatures, tables, values
from bot.reading.labelled import Labelled
from bot.reading.lines import Line, lines
from bot.x509.details import LABELS, Field

__all__ = ["LABELS", "Answer", "Field", "answers", "best", "prepared", "read", "same"]

_FEWEST_LETTERS: Final = 3  # fields, before single letters are labels and not a business card
_PARTS: Final = re.compile(r"\s*[/|,;]\s*")


@dataclass(frozen=True, slots=True)
class Answer:
    """One value as it stands in the text."""

    field: Field
    value: str
    depth: int
    line: int
    letter: bool = False  # the label is a single letter
    sentence: bool = False


def read(text: str) -> dict[Field, str]:
    """What the text says for each field; fields without a value are left out."""
    return best(answers(prepared(text)))


def prepared(text: str) -> list[Line]:
    """The lines of the text with tables unrolled and signatures marked."""
    return signatures.marked(list(tables.unrolled(lines(text))))


def answers(found: list[Line]) -> list[Answer]:
    """Everything that the lines answer, in their order."""
    given = list(_all(found))
    letters = {answer.field for answer in given}
    if len(letters) < _FEWEST_LETTERS:
        return [answer for answer in given if not answer.letter]
    return given


def best(given: Iterable[Answer], offered: Mapping[Field, str] | None = None) -> dict[Field, str]:
    """The least quoted and latest value per field; the names of one list belong together.

    What merely repeats `offered`, the form as the bot had filled it, yields to
    anything that differs from it.
    """
    offered = offered or {}
    chosen: dict[Field, Answer] = {}
    for answer in given:
        known = chosen.get(answer.field)
        if known is None or _better(answer, known, offered.get(answer.field, "")):
            chosen[answer.field] = _joined(answer, known)
    return {field: chosen[field].value for field in Field if field in chosen}


def same(one: str, other: str) -> bool:
    """Whether two values say the same; order and wrapping do not count."""
    return sorted(_words(one)) == sorted(_words(other))


def _words(value: str) -> list[str]:
    return re.split(r"[\s,;]+", value.strip().casefold())


def _better(answer: Answer, known: Answer, offered: str) -> bool:
    if offered and same(known.value, offered) != same(answer.value, offered):
        return same(known.value, offered)
    return answer.depth <= known.depth


def _joined(answer: Answer, known: Answer | None) -> Answer:
    """`SAN 1: …` and `SAN 2: …` on neighbouring lines are one list."""
    near = known and answer.depth == known.depth and answer.line - known.line <= 1
    if answer.field is not Field.NAMES or not known or not near or answer.sentence:
        return answer
    both = dict.fromkeys([*known.value.split(", "), *answer.value.split(", ")])
    return replace(answer, value=", ".join(both))


def _all(found: list[Line]) -> Iterator[Answer]:
    issued = False
    for at, line in enumerate(found):
        # Below "issuer=" the indented lines are the CA's, not the brand's.
        issued = pairs.issuer_follows(line.text) or (issued and line.text[:1].isspace())
        if line.signed or issued or pairs.issuer(line.text) or not line.text.strip():
            continue
        several = pairs.found(line.text)
        if several:
            for field, written in several:
                yield from _answer(field, written, line, at)
        elif label := labelled.split(line.text) or labelled.beside(found, at):
            yield from _behind(label, found, at)
        else:
            for field, value in sentences.answers(line.text):
                yield Answer(field, value, line.depth, at, sentence=True)


def _behind(label: Labelled, found: list[Line], at: int) -> Iterator[Answer]:
    """What stands behind one label, or behind each of several."""
    line = found[at]
    parts = _PARTS.split(label.rest.strip())
    if len(label.fields) > 1 and len(parts) == len(label.fields):
        for field, written in zip(label.fields, parts, strict=True):
            yield from _answer(field, written, line, at)
        return
    field = label.fields[0]
    if field is Field.NAMES:
        own = values.value(field, label.rest)
        further = labelled.more_names(found, at) if hosts.listed(own) == hosts.only(own) else ()
        value = ", ".join(dict.fromkeys([*filter(None, own.split(", ")), *further]))
        if value:
            yield Answer(field, value, line.depth, at)
    elif values.clean(label.rest):
        yield from _answer(field, label.rest, line, at, label.letter)
    else:
        value, depth = labelled.following(field, found, at)
        if value:
            yield Answer(field, value, depth, at, label.letter)


def _answer(
    field: Field, written: str, line: Line, at: int, letter: bool = False
) -> Iterator[Answer]:
    value = values.value(field, written)
    if value:
        yield Answer(field, value, line.depth, at, letter)
    if field is Field.COMMON_NAME and (more := hosts.further(values.clean(written))):
        yield Answer(Field.NAMES, ", ".join(more), line.depth, at)
