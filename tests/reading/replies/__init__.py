"""Replies as brands write them, each with what it says and the codes of the judgement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.reading import html_text
from bot.reading.form import Field
from bot.wording import brand

OFFERED = {
    Field.COMMON_NAME: "www.nordlicht-store.com",
    Field.ORGANIZATION: "Nordlicht Handels GmbH",
    Field.LOCALITY: "Hamburg",
    Field.STATE: "Hamburg",
    Field.COUNTRY: "DE",
    Field.BITS: "2048",
    Field.NAMES: "www.nordlicht-store.com, nordlicht-store.com",
}
SAYS = ("confirms", "same_as_before", "question", "out_of_office", "two_requests", "own_csr")
_FIELDS = {field.value: field for field in Field}


@dataclass(frozen=True)
class Written:
    """One reply: its text as the bot gets it, and what is expected of it."""

    name: str
    text: str
    offered: dict[Field, str]
    fields: dict[Field, str]
    says: frozenset[str]
    codes: frozenset[str]
    raw: str = ""  # as the mail program wrote it
    is_html: bool = False


def all_written() -> list[Written]:
    """Every reply of the folder."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        records = path.read_text(encoding="utf-8").split("#### ")[1:]
        pairs = zip(records[::2], records[1::2], strict=True)
        found += [_written(path.stem, reply, expected) for reply, expected in pairs]
    return found


def _written(stem: str, reply: str, expected: str) -> Written:
    title, _, body = reply.partition("\n")
    assert expected.startswith("expects\n"), title
    lines = dict(line.split(": ", 1) for line in expected.splitlines()[1:] if ": " in line)
    filled = re.search(r"^@filled ?(.*)@$", body, re.MULTILINE)
    offered = OFFERED if filled else {}
    changed = dict(pair.split("=") for pair in filled.group(1).split()) if filled else {}
    letter = OFFERED | {_FIELDS[name]: value for name, value in changed.items()}
    body = re.sub(r"^@filled.*@$", lambda _: _quoted(letter), body, flags=re.MULTILINE)
    body = body.replace("@quoted@", _quoted({}))
    raw, is_html = body, title.startswith("html: ")
    if is_html:
        body = html_text.plain(body)
    return Written(
        f"{stem}: {title}",
        body,
        offered,
        {_FIELDS[name]: value for name, value in lines.items() if name in _FIELDS},
        frozenset(lines.get("says", "").split()),
        frozenset(lines.get("codes", "").split()),
        raw,
        is_html,
    )


def _quoted(form: dict[Field, str]) -> str:
    """The bot's letter as a mail program quotes it."""
    letter = brand.details_wanted("Ada", "www.nordlicht-store.com", form).plain()
    return "\n".join(f"> {line}".rstrip() for line in letter.splitlines())
