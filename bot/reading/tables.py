"""Tables as text: cells between tabs or bars, a row of labels above a row of values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.reading import labels, values
from bot.reading.lines import Line

MOST_CELLS: Final = 20
_RULER: Final = re.compile(r"^[\s|:+=-]*$")
_NUMBER: Final = re.compile(r"^\|?\s?(?:#|No\.?|Nr\.?|\d{1,2}[.)]?)\s{0,4}[\t|]")  # of the row
_ANSWERS: Final = frozenset(
    {"new", "value", "correct", "corrected", "updated", "answer", "your", "wert", "neu", "antwort"}
)
_OTHERS: Final = frozenset(
    {
        *("old", "current", "previous", "example", "description", "remark", "remarks", "comment"),
        *("comments", "notes", "beispiel", "alt", "bisher", "bemerkung", "hint"),
    }
)


def unrolled(found: list[Line]) -> Iterator[Line]:
    """Rows of more than two cells, and rows below a row of labels, as `label: value` lines."""
    header: list[str] = []
    columns: list[str] = []
    for line in found:
        cells = _cells(line.text)
        if len(cells) < 2:
            header = [] if line.text.strip() else header
            yield line
        elif _RULER.match(line.text):
            continue
        elif _labels(cells) >= 2 and _labels(cells) == sum(map(bool, cells)):
            header = cells
        elif header and len(cells) >= len(header) - 1 and not labels.field(cells[0]):
            for label, cell in zip(header, cells, strict=False):
                yield replace(line, text=f"{label}: {cell}")
        elif len(cells) > 2 and labels.field(cells[0]):
            yield replace(line, text=f"{cells[0].rstrip(': ')}: {_chosen(cells, columns)}")
        else:
            columns = cells
            rewritten = line.text.startswith("|") or _NUMBER.match(line.text.strip(" "))
            yield replace(line, text=" | ".join(cells)) if rewritten else line


def _cells(text: str) -> list[str]:
    """The cells of a row; one cell when the line is none."""
    text = _NUMBER.sub("", text.strip(" "))
    mark = "\t" if "\t" in text else "|"
    if mark == "|":
        text = text.removeprefix("|").removesuffix("|")
    cells = text.split(mark, MOST_CELLS)
    return [cell.strip() for cell in cells] if len(cells) <= MOST_CELLS else [text]


def _labels(cells: list[str]) -> int:
    return sum(1 for cell in cells if len(cell) < 60 and labels.field(cell))


def _chosen(cells: list[str], columns: list[str]) -> str:
    """The cell that answers: of the column that says so, else the first one that is filled."""
    titles = [set(labels.plain(title).split()) for title in columns[: len(cells)]]
    for at, title in enumerate(titles):
        if at and title & _ANSWERS and not title & _OTHERS and cells[at]:
            return cells[at]
    field = labels.field(cells[0])
    kept = [
        cell
        for at, cell in enumerate(cells)
        if at and cell and not (at < len(titles) and titles[at] & _OTHERS)
    ]
    # A host name beside a description is the answer.
    sure = [cell for cell in kept if field and values.strong(field, cell)]
    return (sure or kept or [""])[0]
