"""A comment's HTML as plain text: lines as people see them, quotes as `> `."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCKS: Final = frozenset(
    [
        *("address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p"),
        *("pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    ]
)
# What is struck out was replaced by what stands beside it.
_DROPPED: Final = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "s", "strike", "del"]
)
_CELLS: Final = frozenset({"td", "th"})
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
# These need no end tag, or have none.
_UNNESTED: Final = frozenset(
    [
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link"),
        *("meta", "option", "p", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr"),
    ]
)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_OUTLOOK_QUOTE: Final = re.compile(r"border-left\s*:\s*solid", re.IGNORECASE)
MOST: Final = 400_000  # characters of text
MOST_HTML: Final = 2 * 1024 * 1024  # Zendesk's own limit for a comment is 64 KiB
DEEPEST_HTML: Final = 1_000  # the parser's time grows with the square of the depth
MOST_NODES: Final = 200_000
DEEPEST: Final = 200

Lines = list[tuple[int, str]]


def plain(html: str) -> str:
    """The text, with a line per block, `label: value` per table row, `> ` per quote.

    Rows of more than two cells have tabs between them.
    """
    parser = LexborHTMLParser(_shallow(html[:MOST_HTML]))
    root = parser.body or parser.root
    writer = _Writer(_Budget())
    if root is not None:
        _walk(root, writer, 0)
    return "\n".join("> " * depth + text for depth, text in writer.ended())


def _shallow(html: str) -> str:
    """The part before tags are nested too deeply for any mail."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag.group(2).lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if tag.group(1) else depth + 1
        if depth > DEEPEST_HTML:
            return html[: tag.start()]
    return html


class _Budget:
    """How much of a hostile page is still read."""

    def __init__(self) -> None:
        self.nodes = MOST_NODES
        self.signs = MOST

    def take(self, text: str) -> str:
        taken = text[: self.signs]
        self.signs -= len(taken)
        return taken


class _Writer:
    """Lines in the making, each with its depth of quoting."""

    def __init__(self, budget: _Budget, depth: int = 0) -> None:
        self.budget = budget
        self.depth = depth
        self.lines: Lines = []
        self.parts: list[str] = []

    def say(self, text: str) -> None:
        self.parts.append(self.budget.take(text))

    def end(self) -> None:
        line = "".join(self.parts).strip()
        if line:
            self.lines.append((self.depth, line))
        self.parts = []

    def ended(self) -> Lines:
        self.end()
        return self.lines


def _walk(node: LexborNode, writer: _Writer, level: int, *, kept: bool = False) -> None:
    child = node.child if level < DEEPEST else None
    while child is not None and writer.budget.nodes > 0:
        writer.budget.nodes -= 1
        tag = child.tag or ""
        if tag == "-text":
            _text(child.text_content or "", writer, kept=kept)
        elif tag == "tr":
            writer.end()
            writer.lines += _row(_cells(child, writer, level))
        elif tag not in _DROPPED and not tag.startswith(("!", "-")):
            _element(child, tag, writer, level, kept=kept or tag == "pre")
        child = child.next


def _text(text: str, writer: _Writer, *, kept: bool) -> None:
    if not kept:
        writer.say(_BLANKS.sub(" ", text))
        return
    for number, part in enumerate(text.split("\n")):
        if number:
            writer.end()
        writer.say(part)


def _element(node: LexborNode, tag: str, writer: _Writer, level: int, *, kept: bool) -> None:
    style = str(node.attributes.get("style") or "")[:500]
    if _HIDDEN.search(style):
        return
    block = tag in _BLOCKS
    if block:
        writer.end()
    quoted = tag == "blockquote" or (tag == "div" and bool(_OUTLOOK_QUOTE.search(style)))
    writer.depth += quoted
    _walk(node, writer, level + 1, kept=kept)
    if block:
        writer.end()
    writer.depth -= quoted


def _cells(row: LexborNode, writer: _Writer, level: int) -> list[Lines]:
    """The lines of each cell of a row."""
    cells = []
    child = row.child
    while child is not None and writer.budget.nodes > 0:
        writer.budget.nodes -= 1
        if child.tag in _CELLS:
            inside = _Writer(writer.budget, writer.depth)
            _walk(child, inside, level + 2)
            cells.append(inside.ended())
        child = child.next
    return cells


def _row(cells: list[Lines]) -> Lines:
    """One line per row where every cell has one; else label and list, or two columns."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2:
        return filled[0] if filled else []
    if all(len(cell) <= 1 for cell in cells):
        texts = [cell[0][1] if cell else "" for cell in cells]
        joined = _pair(*texts) if len(texts) == 2 else "\t".join(texts)
        return [(filled[0][0][0], joined)]
    if len(filled) == 2 and len(filled[0]) == 1:
        label, values = filled[0][0], filled[1]
        return [(label[0], _pair(label[1], values[0][1])), *values[1:]]
    if len(filled) == 2 and len(filled[0]) == len(filled[1]):
        return [(at, _pair(a, b)) for (at, a), (_, b) in zip(*filled, strict=True)]
    return [line for cell in filled for line in cell]


def _pair(label: str, value: str) -> str:
    return f"{label.rstrip(': ')}: {value}"
