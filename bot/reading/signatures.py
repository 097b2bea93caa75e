"""Business cards under a message: `Company: …` there answers nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.reading import labels
from bot.reading.lines import Line
from bot.x509.details import Field

_CLOSING: Final = re.compile(
    r"^(?:(?:with )?(?:kind|best|warm|warmest|many)(?:est)?(?: regards| wishes)?|regards|best"
    r"|cheers"
    r"|br|kr|thanks(?: and (?:kind |best )?regards| a lot| in advance)?|thank you|many thanks"
    r"|sincerely|yours (?:sincerely|truly|faithfully)|sincerely yours|mfg|lg|vg"
    r"|(?:mit )?(?:freundliche[nm]?|beste[nr]?|viele[nr]?|liebe[nr]?|schöne[nr]?) grü(?:ß|ss)en?"
    r"|(?:bien )?cordialement|bien à vous|salutations|un saludo|saludos(?: cordiales)?"
    r"|atentamente|(?:cordiali|distinti) saluti|saluti|met vriendelijke groet(?:en)?|groet(?:en)?"
    r"|mvg|atenciosamente|(?:melhores )?cumprimentos|obrigad[oa])[\s,.!]*$",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(
    r"(?:^|[|·•,]\s?)(?:(?:tel|fax|mob|hrb|ust-?id-?nr|ph)\.?|telefon|telephone|phone|mobile|mobil"
    r"|cell|e-?mail|mail|web|website|internet|skype|linkedin|vat|vat id|ust-?id|direct|office"
    r"|[mtfpdew])\s?(?:[:|]|(?<=\.)\s?\+?\d)",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(r"\b(?:CN|OU?) ?= ?\S")
_BULLET: Final = re.compile(r"^\s{0,12}(?:[-*•·‣]|\d{1,2}[.)])\s{1,4}")
_AROUND: Final = 3
_FEWEST: Final = 4  # fields without a word of certificates that still make a form


@dataclass(frozen=True, slots=True)
class _Said:
    """What a line says to somebody who looks for a form."""

    field: Field | None = None
    formal: bool = False  # a word of certificates, not of business cards
    contact: bool = False
    blank: bool = False


def marked(found: list[Line]) -> list[Line]:
    """The lines with those of business cards marked as signed."""
    said = [_said(line.text.strip()) for line in found]
    cards = _below_closings(found, said) | _beside_contacts(said)
    return [replace(line, signed=line.signed or at in cards) for at, line in enumerate(found)]


def _said(text: str) -> _Said:
    contact = bool(_CONTACT.search(text[:80]))
    if not text:
        return _Said(blank=True)
    if _SUBJECT.search(text[:500]):
        return _Said(formal=True, contact=contact)
    label, separator, _ = _BULLET.sub("", text[: labels.LONGEST]).replace("=", ":").partition(":")
    field = labels.field(label) if separator else None
    if field is None or labels.single_letter(label):
        return _Said(contact=contact)
    return _Said(field, labels.own(label), contact)


def _below_closings(found: list[Line], said: list[_Said]) -> set[int]:
    """A closing and a name, and then labels that make no form."""
    cards: set[int] = set()
    at = 0
    while at < len(found):
        end = at + 1
        if _closes(found, said, at):
            while end < len(found) and found[end].depth == found[at].depth:
                end += 1
            if not _form(said[at + 1 : end]):
                cards.update(range(at, end))
        at = end
    return cards


def _closes(found: list[Line], said: list[_Said], at: int) -> bool:
    text = found[at].text.strip()
    if len(text) > 60 or not _CLOSING.match(text):
        return False
    below = range(at + 1, min(at + 4, len(found)))
    first = next((below_at for below_at in below if found[below_at].text.strip()), None)
    return first is None or said[first].field is None


def _beside_contacts(said: list[_Said]) -> set[int]:
    """`Company` and `City` near a telephone number, in a paragraph that is no form."""
    cards: set[int] = set()
    for at in (at for at, line in enumerate(said) if line.contact):
        first, last = _reach(said, at, -1, 2 * _AROUND), _reach(said, at, 1, 2 * _AROUND)
        if not _form(said[first : last + 1]):
            start = max(first, at - _AROUND)
            while start > first and said[start].field and said[start - 1].field:
                start -= 1
            cards.update(range(start, min(last, at + _AROUND) + 1))
    return cards


def _reach(said: list[_Said], at: int, way: int, most: int) -> int:
    """The last line of the paragraph in that direction, at most so many lines off."""
    for _ in range(most):
        if not 0 <= at + way < len(said) or said[at + way].blank:
            break
        at += way
    return at


def _form(said: list[_Said]) -> bool:
    # Departments stand on business cards more often than in forms.
    fields = {line.field for line in said if line.field} - {Field.ORGANIZATIONAL_UNIT}
    return len(fields) >= _FEWEST or any(line.formal for line in said)
