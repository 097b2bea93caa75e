"""What stands behind a label, without the marks and remarks that mail and people put around it."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import hosts, remarks
from bot.x509 import countries
from bot.x509.details import Field

LONGEST: Final = 300
_LINK: Final = re.compile(r"\[([^\]]{1,120})\]\((?:[^)]{1,300})\)")
_MAILTO: Final = re.compile(r"\s?<(?:https?://|mailto:)[^<>]{1,300}>")
_MOST_LAYERS: Final = 6
_MARKS: Final = "_`\"'“”„«»‘’ \t"
_BITS: Final = re.compile(
    r"(?:(?:rsa|ecdsa|ecc?)[ -]{0,2})?(?:(?:nist )?p-?\d{3}\b|secp\d{3}[rk]1|prime256v1|ed25519"
    r"|\d{1,2}[.,' ]\d{3}\b|\d{3,5}|[24]k\b)(?:[ -]?bits?\b)?(?:[ ,-]{0,2}(?:rsa|ecdsa|ecc)\b)?",
    re.IGNORECASE,
)
_FROM_TO: Final = re.compile(r"^.{1,150}?\s*(?:=+>|-+>|→|➜)\s*(?=\S)")
_ARTICLE: Final = re.compile(  # the article's own words behind its labels
    r"^(?:the (?:primary|company|unit|region|state)\b|where the\b|typically\b|to be included\b"
    r"|e\.g\.|for example|such as|z\.\s?b\.|par exemple)",
)
_PHONE: Final = re.compile(r"^\+?\(?\d[\d\s()/.-]{5,}$")
_GREETING: Final = re.compile(
    r"^(?:thanks|thank you|many thanks|best|kind|warm|regards|cheers|hello|hi\b|dear|sent from|get "
    r"outlook|von meinem|gesendet|envoyé|enviado|inviato|verzonden|mit (?:freund|best)|viele|liebe"
    r"|danke|merci|cordialement|gracias|saludos|grazie|saluti|bedankt|met vriend|groet|obrigad"
    r"|atenciosamente|this is step|sincerely|on .{0,80}wrote|-{2,}|_{2,}|p\.?s\.?\b|symphony)",
    re.IGNORECASE,
)
_PLACES: Final = (Field.ORGANIZATION, Field.ORGANIZATIONAL_UNIT, Field.LOCALITY, Field.STATE)
_MAY_BE_NONE: Final = (Field.ORGANIZATIONAL_UNIT, Field.STATE, Field.NAMES)
_DASH: Final = re.compile(r"^\s*(?:-+|–|—|/|\.)\s*$")


def value(field: Field, written: str) -> str:
    """The value for the field; empty when the words give none."""
    text = clean(written)
    if _DASH.match(written):
        return written.strip() if field in _MAY_BE_NONE else ""
    if not text or says_same(text) or remarks.puts_off(text) or _PHONE.match(text):
        return ""
    text = _description_cut(text)
    if field is Field.COMMON_NAME:
        return hosts.first(text)
    if field is Field.NAMES:
        return ", ".join(hosts.listed(text))
    if field is Field.BITS:
        return _bits(text)
    if field is Field.COUNTRY:
        first = re.split(r"\s*[|;,]\s*", text)[0]
        text = first if countries.code(first) else text
    return _words(field, text)


def strong(field: Field, written: str) -> bool:
    """Whether the words cannot be anything but a value of this field."""
    text = clean(written)
    if field in (Field.COMMON_NAME, Field.NAMES):
        return bool(hosts.only(text))
    if field is Field.BITS:
        return bool(_BITS.fullmatch(text))
    return field is Field.COUNTRY and bool(countries.code(text))


def alone(field: Field, written: str) -> str:
    """The value when it stands on a line of its own, where any other sentence may stand as well."""
    text = clean(written)
    if field is Field.COUNTRY or field in _PLACES:
        sentence = text.endswith((".", "!", "?", ":", ",")) and not _abbreviated(text)
        unknown = field is Field.COUNTRY and len(text.split()) > 3 and not countries.code(text)
        if len(text) > 100 or sentence or unknown or _GREETING.match(text):
            return ""
        return value(field, written)
    return value(field, written) if strong(field, remarks.cut(text)) else ""


def said(field: Field, written: str) -> str:
    """The value out of a sentence: `the organization is now Nordlicht AG.`"""
    text = clean(written).strip()
    text = re.sub(r"^(?:now|actually|jetzt|nun|maintenant|ahora|ora|nu|agora)\s+", "", text)
    text = text if _abbreviated(text) else text.rstrip(".!")
    if field in _PLACES and not (text[:1].isupper() or text[:1].isdigit()):
        return ""
    if field is Field.COUNTRY:
        name = re.split(r"[,.;](?!\w\.?)", remarks.cut(text))[0]
        name = name if countries.code(name) else name.partition(" ")[2]  # "la France"
        return value(field, name) if countries.code(name) else ""
    if field in _PLACES:
        return value(field, re.split(r"[.!]\s+(?=[A-Z])|,\s+(?:and|but|und|aber|so)\s", text)[0])
    return value(field, text) if field is Field.BITS or hosts.mentions(text) else ""


def says_same(written: str) -> bool:
    """`same as before`, `unverändert`: the value that is known stays."""
    return remarks.says_same(clean(written))


def clean(written: str) -> str:
    """Without links, quotation marks, stars and surrounding brackets."""
    text = _MAILTO.sub("", _LINK.sub(r"\1", written)).strip()
    for _ in range(_MOST_LAYERS):
        shorter = text.strip(_MARKS)
        # "*brand.com" is a wildcard gone wrong, and no emphasis.
        if shorter.startswith(("* ", "**")) or (shorter[:1] == shorter[-1:] == "*"):
            shorter = shorter.lstrip("*") if not shorter.startswith("*.") else shorter
        shorter = shorter.rstrip("*")
        if len(shorter) > 2 and shorter[0] + shorter[-1] in ("[]", "<>", "()"):
            shorter = shorter[1:-1]
        if shorter == text:
            break
        text = shorter
    return " ".join(text.split())


def _description_cut(text: str) -> str:
    """Behind the article's explanation, when somebody answers in the article's own list."""
    if not _ARTICLE.match(text):
        return text
    return clean(text.partition(":")[2]) if ":" in text else ""


def _words(field: Field, text: str) -> str:
    text = _FROM_TO.sub("", text[: LONGEST + 200])
    text = clean(remarks.cut(text)).rstrip(",;")
    if field is not Field.ORGANIZATION and not _abbreviated(text):
        text = text.rstrip(".")
    prose = text[:1].islower() and len(text.split()) > 6
    unlike = text.startswith(("http://", "https://", "\\")) or ("@" in text and " " not in text)
    return "" if prose or unlike or len(text) > LONGEST or "?" in text else text


def _bits(text: str) -> str:
    text = re.sub(r"\([^()]{0,200}\)", " ", text)
    text = _FROM_TO.sub("", remarks.cut(text[:200])).strip()
    found = [match.group() for match in _BITS.finditer(text)]
    if len(set(found)) > 1:
        return ""  # "2048 or 4096" is the form's own question
    return found[0] if found else text if len(text) <= 40 and not text.endswith("?") else ""


def _abbreviated(text: str) -> bool:
    """`Nordlicht Inc.`, `S.p.A.`, `N.Y.`, `Co. Ltd.`: the dot belongs to the value."""
    return bool(
        re.search(
            r"(?:\b\w|\b(?:inc|ltd|co|corp|bros|intl|st|e\.v|gen|mbh|s\.r\.l))\.$", text, re.I
        )
    )
