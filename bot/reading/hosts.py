"""Host names in running text: lists by comma, blank, bullet, "and", or as links."""

from __future__ import annotations

import re
from typing import Final

from bot.x509 import names

MOST: Final = 300  # far more than a certificate takes; the judgement says how many are too many
_NONE: Final = re.compile(
    r"^\W{0,2}(?P<none>n/?a|none|no|nil|nothing|not (?:needed|required|applicable)|keine?r?|aucune?"
    r"|ningun[oa]?|nessun[oa]?|geen|nenhuma?)\b.{0,40}$",
    re.IGNORECASE,
)
_PIECES: Final = re.compile(
    r"[,;|\n•·]|\s(?:and|und|et|en|y|e|&|\+|as well as|sowie)\s", re.IGNORECASE
)
_PREFIX: Final = re.compile(r"^(?:dns|ip)(?: ?address)?(?:\.\d{1,3})?\s?[:=]\s?", re.IGNORECASE)
_HOST: Final = re.compile(
    r"^(?:\*\.|[\w*-]{1,70}\.)[\w*-]{1,70}(?:\.[\w*-]{1,70}){0,12}\.?(?::\d{1,5})?$"
    r"|^[\w-]+\.[\w-]+$"
)
_WORD: Final = re.compile(r"^[\w*][\w*.-]{0,200}$")
_MARKS: Final = "<>()[]{}\"'“”„‚‘’«»`´,;!?"
_BULLET: Final = re.compile(r"^\s{0,12}(?:[-•·‣+–]|\*(?!\.)|\d{1,3}[.)])\s{0,4}")
_PUT_BETWEEN: Final = frozenset(
    {"and", "und", "et", "y", "e", "en", "&", "+", "-", "–", "sowie", "also"}
)


def first(text: str) -> str:
    """The first host name; else the one word that was meant as one; else nothing."""
    found = _found(text)
    if found:
        return found[0]
    word = _bare(text)
    # "localhost", "www. brand.com": the judgement says what is wrong with it.
    broken = "." in word and len(word.split()) == 2 and all(map(_WORD.match, word.split()))
    return word if broken or _WORD.match(word) else ""


def further(text: str) -> list[str]:
    """The host names behind the first one: `brand.com and www.brand.com`."""
    return _found(text)[1:]


def listed(text: str) -> list[str]:
    """Every name of a list; words between names are left out, single strange words are not."""
    none = _NONE.match(text)
    if none and not mentions(text):
        return [none.group("none")]
    names_found: dict[str, None] = {}
    for piece in _PIECES.split(_BULLET.sub("", text)):
        words = [_bare(word) for word in piece.split()]
        found = [word for word in words if _HOST.match(word) or _address(word)]
        if (
            not found
            and len(words) == 1
            and _WORD.match(words[0])
            and words[0].lower() not in _PUT_BETWEEN
        ):
            found = words
        names_found |= dict.fromkeys(found)
        if len(names_found) >= MOST:
            break
    return list(names_found)[:MOST]


def only(text: str) -> list[str]:
    """The names of a line that holds nothing else; empty when it says anything more."""
    text = re.sub(r"\((?:[^()]{0,80})\)", " ", _BULLET.sub("", text))
    words = [_bare(word) for word in re.split(r"[\s,;|]+", text) if word]
    words = [word for word in words if word and word.lower() not in _PUT_BETWEEN]
    return words if words and all(_HOST.match(w) or _address(w) for w in words) else []


def mentions(text: str) -> bool:
    """Whether there is a host name anywhere in the text."""
    return bool(_found(text[:500]))


def _found(text: str) -> list[str]:
    words = (_bare(word) for word in re.split(r"[\s,;|]+|(?<=\w)/(?=\s)", text))
    return [word for word in words if _HOST.match(word) or _address(word)]


def _bare(word: str) -> str:
    """The host out of a link or a decorated word; an e-mail address stays what it is."""
    word = _PREFIX.sub("", word.strip().strip(_MARKS))
    if word.endswith("*"):
        word = word.rstrip("*") if word.startswith("*.") else word.strip("*")
    return names.bare(word.strip("_`").replace("**", ""))


def _address(word: str) -> bool:
    return word.count(":") > 1 and bool(re.fullmatch(r"[0-9a-fA-F:]{3,39}", word))
