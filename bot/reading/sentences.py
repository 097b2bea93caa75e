"""Values in sentences: `Sorry, the organization is Nordlicht AG and the country is Germany.`"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.reading import labels, values
from bot.x509.details import Field

LONGEST: Final = 600
_IS: Final = re.compile(
    r"\s(?:(?:has |was |is )?(?:been )?(?:changed|renamed) to|is (?:now )?called|to be|(?:should"
    r"|must|has to|shall|needs? to|would|will|can) (?:be|read|say)|should read|is"
    r"|are|to|lautet|heißt|ist|sind|wäre|muss|soll|est|sont|doit être"
    r"|devrait être|es|son|debe ser|debería ser|è|sono|deve essere|moet zijn|zijn|é|são|deve ser"
    r"|as)(?=\s)",
    re.IGNORECASE,
)
_BITS: Final = re.compile(
    r"(?<![\d.,])(?:2048|3072|4096|2[.,]048|4[.,]096)[ -]?bits?\b", re.IGNORECASE
)
_CONNECTIVE: Final = re.compile(
    r"[\s,;]*(?:\b(?:and|und|et|y|e|en)\b)?[\s,;]*(?:\b(?:the|our|your|my|die|der|das|unser|unsere"
    r"|la|le|el|il|lo|de|het|onze|notre|nuestra|nostra|a|o|nossa)\b)?\s*$",
    re.IGNORECASE,
)
_CHANGES: Final = re.compile(
    r"\b(?:change|correct|set|update|use|put|make|ändern|korrigieren)\b", re.IGNORECASE
)
_MOST: Final = 8
_WORDS: Final = 4


def answers(line: str) -> Iterator[tuple[Field, str]]:
    """Fields and values of a sentence; a question answers nothing."""
    line = line[:LONGEST]
    if "?" in line:
        return
    spoken = _spoken(line)
    for at, (field, begin, _) in enumerate(spoken):
        end = spoken[at + 1][2] if at + 1 < len(spoken) else len(line)
        written = _CONNECTIVE.sub("", line[begin:end]) if at + 1 < len(spoken) else line[begin:end]
        value = values.said(field, written)
        if value:
            yield field, value
    fields = {field for field, _, _ in spoken}
    if Field.BITS not in fields and len(found := set(_BITS.findall(line))) == 1:
        yield Field.BITS, found.pop()


def _spoken(line: str) -> list[tuple[Field, int, int]]:
    """Each "<label> is" of the line: the field, where its value begins, where its label does."""
    spoken: list[tuple[Field, int, int]] = []
    since = 0
    for verb in list(_IS.finditer(line))[:_MOST]:
        if verb.group().strip().lower() in ("to", "as") and not _CHANGES.search(
            line[: verb.start()]
        ):
            continue
        before = line[since : verb.start()]
        words = before.split()[-_WORDS:]
        for count in range(len(words), 0, -1):
            label = " ".join(words[-count:])
            field = labels.field(label)
            if field and not labels.single_letter(label) and "." not in label:
                spoken.append((field, verb.end(), since + before.rindex(words[-count])))
                since = verb.end()
                break
    return spoken
