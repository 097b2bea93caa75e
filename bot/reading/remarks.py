"""Remarks beside values: `(as before)`, `- unchanged`, `instead of …`, `will follow`."""

from __future__ import annotations

import re
from typing import Final

# fmt: off
_SAME: Final = (
    r"(?:the )?same(?= (?:as|here|again|details?|data|values?|one|thing|company|name|city)\b"
    r"|\W*$)|as (?:before|is|above|now|previous|usual|last)|unchanged|no change|keep (?:it|as"
    r"|the|this|same|current)\b"
    r"|like (?:before|last)|wie (?:bisher|vorher|zuvor|gehabt|oben|immer|beim)|unverändert"
    r"|gleich(?: wie|\W*$)"
    r"|dito\b|ditto\b|idem\b|bleibt(?: \w{1,8})?\W*$|comme (?:avant|précéd|actuel)|inchangé"
    r"|identique|pareil"
    r"|igual(?: que|\W*$)|como (?:antes|siempre)|sin cambios?|lo mismo|el mismo|la misma"
    r"|come (?:prima|sopra)"
    r"|invariat|stess[oa]\b|zoals (?:voorheen|eerder|nu)|hetzelfde|dezelfde|ongewijzigd|o mesmo"
    r"|a mesma|sem (?:alteraç|mudança)|inalterad"
)
_LATER: Final = (
    r"tb[dac]\b|to be (?:confirmed|defined|decided)|(?:will|to) follow|not (?:sure|known)"
    r"|unknown\W*$"
    r"|(?:i |we )?(?:do not|don'?t) know|see (?:above|below|attach|our|the)|siehe\b"
    r"|as (?:attached|in)"
    r"|please (?:advise|see|use|tell|check|take|keep)|voir\b|ver (?:anexo|arriba)|vedi\b|zie\b"
    r"|(?:i|we)(?:'ll| will| need| have to| must| am| are| can)\b|(?:ich|wir) (?:werde|muss|müss"
    r"|send)"
    r"|what(?:'s| is)\b|which\b|unbekannt|weiß (?:ich )?nicht|pending\W*$"
)
_REMARK: Final = (
    rf"{_SAME}|{_LATER}|this (?:is|one)|please|(?:that'?s |is |still )?(?:correct|right|ok|new"
    rf"|wrong)\b"
    r"|changed|updated|corrected|not\b|instead|was\b|optional|note\b|formerly|previously|now\b"
    r"|neu\b"
    r"|bitte|korrekt|richtig|stimmt|geändert|nicht\b|ehemals|früher|nouve|nuev|nuov|nieuw|nov[oa]\b"
    r"|preferably|if possible|i (?:think|guess)|should be|yes\b|ja\b|oui\b|sí\b|sim\b|default|max"
    r"|minimum|recommended|is enough|would be|will do|is fine"
)
# fmt: on
_IS_SAME: Final = re.compile(rf"^\W{{0,3}}(?:{_SAME})", re.IGNORECASE)
_IS_LATER: Final = re.compile(rf"^\W{{0,3}}(?:{_LATER})|^[?.…_\s]+$", re.IGNORECASE)
# Only at the end: cut out of the middle it would leave a value that nobody wrote.
_BRACKETED: Final = re.compile(
    rf"\s*[(\[]\s*(?:{_REMARK})[^()\[\]]{{0,200}}[)\]]\W{{0,9}}$", re.IGNORECASE
)
_BEHIND: Final = re.compile(
    rf"(?:\s+[-–—]+\s*|\s*[,;]\s*|\s*//\s*|\s+#\s*|\s*(?:<-+|←|<=+)\s*|\s+\*+\s*)(?:{_REMARK}).{{0,300}}$",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    r"\s*,?\s+(?:instead of|rather than|statt|anstatt|anstelle von|au lieu de|en lugar de"
    r"|en vez de|invece di|in plaats van|em vez de)\s.{0,300}$",
    re.IGNORECASE,
)


def says_same(text: str) -> bool:
    """The value that is known stays."""
    return bool(_IS_SAME.match(text))


def puts_off(text: str) -> bool:
    """A promise, a question or a reference instead of a value."""
    return bool(_IS_LATER.match(text))


def cut(text: str) -> str:
    """The value without the remark behind it."""
    return _INSTEAD.sub("", _BEHIND.sub("", _BRACKETED.sub("", text)))
