"""A text for people, once as HTML and once as plain text, from the same blocks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Lines of `label: value`, to be filled in or read back."""

    lines: tuple[tuple[str, str], ...]


Block = Paragraph | Bullets | Form


@dataclass(frozen=True, slots=True)
class Letter:
    """The blocks of one comment."""

    blocks: tuple[Block, ...]

    def html(self) -> str:
        """As Zendesk's `html_body`; every value escaped."""
        return "".join(_html(block) for block in self.blocks)

    def plain(self) -> str:
        """As plain text, blocks parted by a blank line."""
        return "\n\n".join(_plain(block) for block in self.blocks)


def paragraphs(*texts: str) -> Letter:
    """A letter of running text alone."""
    return Letter(tuple(map(Paragraph, texts)))


def _html(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text, quote=False)}</p>"
        case Bullets(points):
            items = "".join(f"<li>{escape(point, quote=False)}</li>" for point in points)
            return f"<ul>{items}</ul>"
        case Form(lines):
            rows = "<br>".join(escape(f"{label}: {value}", quote=False) for label, value in lines)
            return f"<p>{rows}</p>"


def _plain(block: Block) -> str:
    match block:
        case Paragraph(text):
            return text
        case Bullets(points):
            return "\n".join(f"- {point}" for point in points)
        case Form(lines):
            return "\n".join(f"{label}: {value}".rstrip() for label, value in lines)
