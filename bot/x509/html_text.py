"""A comment's HTML as plain text: lines as people see them, quotes as `> `."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCKS: Final = frozenset(
    [
        *("article", "blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"),
    ]
)
_DROPPED: Final = frozenset(["script", "style", "head", "title", "template", "noscript"])
_CELLS: Final = frozenset({"td", "th"})
MOST: Final = 400_000
DEEPEST: Final = 200


def plain(html: str) -> str:
    """The text, with a line per block, `label: value` per table row, `> ` per quote."""
    parser = LexborHTMLParser(html[:MOST])
    root = parser.body or parser.root
    writer = _Writer()
    if root is not None:
        _walk(root, writer, 0)
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.depth = 0

    def say(self, text: str) -> None:
        self.line += text

    def end(self) -> None:
        if self.line.strip():
            self.lines.append("> " * self.depth + self.line.strip())
        self.line = ""

    def text(self) -> str:
        self.end()
        return "\n".join(self.lines)


def _walk(node: LexborNode, writer: _Writer, level: int) -> None:
    child = node.child if level < DEEPEST else None
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            text = child.text_content or ""
            parts = text.split("\n") if _preformatted(child) else [" ".join(text.split("\n"))]
            for number, part in enumerate(parts):
                if number:
                    writer.end()
                writer.say(part)
        elif tag not in _DROPPED and not tag.startswith(("!", "-")):
            _element(child, tag, writer, level)
        child = child.next


def _element(node: LexborNode, tag: str, writer: _Writer, level: int) -> None:
    if tag in _BLOCKS:
        writer.end()
    if tag in _CELLS and writer.line.strip():
        writer.say("\t" if ":" in writer.line else ": ")
    quoted = tag == "blockquote"
    writer.depth += quoted
    _walk(node, writer, level + 1)
    if tag in _BLOCKS:
        writer.end()
    writer.depth -= quoted


def _preformatted(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag in ("pre", "code")
