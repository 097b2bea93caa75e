"""The form's labels as people write them: in seven languages, shortened, decorated, misspelt."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.reading import label_words
from bot.x509.details import Field

LONGEST: Final = 96  # the article's longest label; what is longer is no label
_FUZZY: Final = 80  # below it wrong labels begin to match
_FUZZY_LETTERS: Final = 5  # shorter words are one slip away from other words

_OWN: Final = frozenset(
    {
        *("common name", "cn", "fqdn", "nombre comun", "nom commun", "nome comune", "nome comum"),
        *("algemene naam", "organizational unit", "organisational unit", "ou", "locality"),
    }
)
_LEADING: Final = frozenset(
    {
        *("the", "our", "your", "my", "new", "correct", "corrected", "updated", "right", "proper"),
        *("actual", "please", "requested", "desired", "full", "ssl", "certificate", "and", "for"),
        *("also", "sorry", "neue", "neuer", "unser", "unsere", "richtige", "und", "der", "die"),
        *("das", "ein", "la", "le", "les", "notre", "votre", "et", "el", "nuestra", "nuestro"),
        *("il", "lo", "nostra", "nostro", "de", "het", "onze", "en", "o", "os", "a", "as"),
        *("nossa", "nosso", "y", "e", "l"),
    }
)
_OTHER_WORDS: Final = frozenset(
    {
        *("stage", "stated", "states", "count", "counts", "community", "units", "united", "locale"),
        *("services", "villa", "dominion", "dominic", "sector", "regional", "estimado", "user"),
        *("enterprise", "provincial", "hostnames", "note", "notes", "date", "organizer", "number"),
    }
)
_OLD: Final = re.compile(
    r"\b(?:old|previous|former|current|wrong|existing|alte?r?|bisherige?r?|ancien(?:ne)?|anterior"
    r"|vecchi[oa]|precedente|oude|antig[oa])\b"
)
_TRAILING: Final = re.compile(
    r" (?:(?:for|of|in|on) (?:the |your |our )?(?:ssl |new )?(?:certificate|cert|csr)|default|value"
    r"|field|as sans?|optional|required|mandatory|pflicht|opcional|optionnel|optioneel)$"
)
_BRACKETS: Final = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,80}>")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_NUMBER: Final = re.compile(r"[ ._#-]?(\d{1,2})\s*[)\].]?\s*$")
_PARTS: Final = re.compile(r"[/|,&+–—-]|\bor\b|\band\b|\bund\b|\boder\b|\bet\b|\bou\b")


def field(label: str, *, misspelt: bool = False) -> Field | None:
    """The field that the label names; `misspelt` lets near ones count as well."""
    if len(label) > LONGEST:
        return None
    words = plain(label)
    if not words or _OLD.search(words) or _OLD.search(label.lower()):
        return None
    found = _known(words) or _of_parts(label)
    if found is None and misspelt and _FUZZY_LETTERS <= len(words) <= LONGEST // 2:
        near = process.extractOne(words, _long(), scorer=fuzz.ratio, score_cutoff=_FUZZY)
        found = _table()[near[0]] if near and _slip(words, near[0]) else None
    number = _NUMBER.search(label)
    if found is Field.COMMON_NAME and number and int(number.group(1)) > 1:
        return Field.NAMES  # "Domain 2" beside "Domain 1"
    return found


def _slip(written: str, meant: str) -> bool:
    """Whether each word is a slip or two of the finger away, and no other word of the language."""
    pairs = list(zip(written.split(), meant.split(), strict=False))
    if len(written.split()) != len(meant.split()) or _OTHER_WORDS & set(written.split()):
        return False
    return all(OSA.distance(one, other) <= max(1, len(other) // 4) for one, other in pairs)


def several(label: str) -> tuple[Field, ...]:
    """The fields of a label that names more than one: `City / State / Country`."""
    parts = [part for part in _PARTS.split(label[:LONGEST]) if plain(part)]
    found = tuple(dict.fromkeys(f for part in parts if (f := _known(plain(part)))))
    return found if len(parts) > 1 and len(found) == len(parts) else ()


def own(label: str) -> bool:
    """Whether these are words of certificates, not of a business card."""
    words = plain(label)
    return words in _OWN or field(label) in (Field.BITS, Field.NAMES)


def single_letter(label: str) -> bool:
    """`C`, `O`, `L`, `S`: also cell, office, line and Skype on business cards."""
    return len(plain(label)) == 1


def plain(label: str) -> str:
    """Letters alone: lower case, without accents, brackets and marks."""
    apart = unicodedata.normalize("NFKD", _BRACKETS.sub(" ", label[: 2 * LONGEST]).casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_NO_LETTER.sub(" ", letters).split())


def _known(words: str) -> Field | None:
    table = _table()
    words = _TRAILING.sub("", words)
    for _ in range(4):
        found = table.get(words) or table.get(_joined(words))
        first, _, rest = words.partition(" ")
        if found or first not in _LEADING:
            return found
        words = rest
    return None


def _of_parts(label: str) -> Field | None:
    """`CN - Common Name`, `State/Province`: every part names the same field."""
    inner = [text.strip("()[]<> ") for text in _BRACKETS.findall(label)]
    parts = [plain(part) for part in (*_PARTS.split(_BRACKETS.sub(" ", label)), *inner)]
    found = {_known(part) for part in parts if part}
    return found.pop() if len(found) == 1 else None


def _joined(words: str) -> str:
    """`organizationalUnitName` and `stateOrProvinceName`, as OpenSSL prints them."""
    return "" if " " in words or len(words) < _FUZZY_LETTERS else f"={words}"


@cache
def _table() -> dict[str, Field]:
    table = {said: field for field, names in label_words.SAID.items() for said in names.split("|")}
    joined = {f"={said.replace(' ', '')}": field for said, field in table.items()}
    return table | joined


@cache
def _long() -> tuple[str, ...]:
    return tuple(said for said in _table() if len(said) >= _FUZZY_LETTERS and said[0] != "=")


def begins(word: str) -> bool:
    """Whether a label may begin with the word."""
    return plain(word).partition(" ")[0] in _first_words()


@cache
def _first_words() -> frozenset[str]:
    return frozenset(said.partition(" ")[0] for said in _table() if said[0] != "=")
