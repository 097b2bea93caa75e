"""Plain bars as SVG, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.report import number

WIDTH: Final = 720
ROW: Final = 26
LABEL: Final = 260
_STYLE: Final = (
    "text{font:13px sans-serif;fill:#222}rect{fill:#3b6ea5}.first{fill:#b3541e}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}rect{fill:#7aa7d9}.first{fill:#e08a55}}"
)


def bars(title: str, rows: Sequence[tuple[str, float]]) -> str:
    """One bar a row, the first one ours."""
    most = max((value for _, value in rows), default=0.0) or 1.0
    height = ROW * (len(rows) + 1) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text x="0" y="16">{escape(title)}</text>',
    ]
    for index, (name, value) in enumerate(rows):
        top, width = ROW * (index + 1), max((WIDTH - LABEL - 80) * value / most, 1.0)
        kind = ' class="first"' if index == 0 else ""
        parts.append(f'<text x="0" y="{top + 16}">{escape(name)}</text>')
        parts.append(f'<rect{kind} x="{LABEL}" y="{top + 3}" width="{width:.1f}" height="17"/>')
        parts.append(f'<text x="{LABEL + width + 6:.1f}" y="{top + 16}">{number(value)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
