"""Judges the details before a key is made: what a CA would refuse is refused here, at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bot.x509 import countries, key_kinds, names
from bot.x509.details import LABELS, Details, Field, KeyKind
from bot.x509.findings import Finding, Severity, blocking
from bot.x509.subject import from_certificate

__all__ = ["MOST_NAMES", "Judged", "by_field", "from_certificate", "judge"]

MOST_NAMES: Final = 100
_LIMITS: Final = {  # RFC 5280, appendix A: upper bounds
    Field.ORGANIZATION: 64,
    Field.LOCALITY: 128,
    Field.STATE: 128,
}
_NOTHING: Final = re.compile(  # BR 7.1.2.7: no '.', '-', ' ' or “not applicable” in a subject
    r"^(?:[.\-–—_/ ?*…]*|\(?(?:n\s*[/.]?\s*a\.?|none|nil|null|not applicable|nothing|empty|blank"
    r"|no|optional|tbd|tbc|x{2,}|keine?|nicht zutreffend|entfällt|aucune?|néant|ningun[oa]?"
    r"|nessun[oa]?|geen|n\.?v\.?t\.?|nenhuma?)\)?)$",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"^(?:(?:example|sample|test|your|my|acme|dummy)\s+(?:company|organi[sz]ation|corp|inc|ltd|city"
    r"|state|name|locality|unit)\b.*|default (?:city|company ltd)|some-state"
    r"|internet widgits pty ltd|[<\[{].*[>\]}]|asdf+|foo(?:bar)?|lorem ipsum.*"
    r"|(?:company|organi[sz]ation|city|state|locality|country)(?: name)?)$",
    re.IGNORECASE,
)
_PLACEHOLDER_NAME: Final = re.compile(
    r"^(?:\*\.|www\.)?(?:your|my)-?(?:domain|site|company|website)\.", re.IGNORECASE
)
_BETWEEN_NAMES: Final = re.compile(r"[\s,;|•·]+")
_JOINS: Final = frozenset({"and", "und", "et", "y", "e", "en", "&", "+", "-", "–", "*"})
_PREFIX: Final = re.compile(r"^(?:dns|ip)(?: address)?[:=]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """The details when nothing blocks, all that was found, and the names that could be read.

    `doubtful` are those of the names that need an agent's word.
    """

    details: Details | None
    findings: tuple[Finding, ...]
    names: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    @property
    def only_doubtful(self) -> bool:
        """Whether nothing but an agent's word is missing."""
        return self.details is None and all(f.severity is not Severity.BLOCK for f in self.findings)


def judge(
    answers: Mapping[Field, str], reached: Collection[str] = (), accepted: Collection[str] = ()
) -> Judged:
    """The details that the answers give, or every reason why they do not.

    `reached` are the operator's own sites, whose names may be internal; `accepted` are names
    that an agent has vouched for.
    """
    given = {field: value.strip() for field, value in answers.items() if value.strip()}
    findings: list[Finding] = []
    wanted = _names(given, findings, reached)
    doubtful = tuple(n for n in wanted if names.mixed_alphabets(n) and n not in accepted)
    findings += map(_two_alphabets, doubtful)
    texts = {field: _text(field, given, findings) for field in _LIMITS}
    if not texts[Field.LOCALITY] and not texts[Field.STATE]:
        findings.append(_missing(Field.LOCALITY))
    country = _country(given, findings)
    key = _key(given, findings)
    if not _NOTHING.match(given.get(Field.ORGANIZATIONAL_UNIT, "")):
        findings.append(_OU)
    found = tuple(dict.fromkeys(findings))
    if blocking(found):
        return Judged(None, found, wanted, doubtful)
    details = Details(
        common_name=wanted[0],
        names=wanted,
        organization=texts[Field.ORGANIZATION],
        locality=texts[Field.LOCALITY],
        state=countries.spelled_out(texts[Field.STATE], country),
        country=country,
        key=key,
    )
    return Judged(details, found, wanted)


def by_field(
    answers: Mapping[Field, str], reached: Collection[str] = ()
) -> dict[Field, tuple[Finding, ...]]:
    """What keeps the answers from being details, each fault at the field that it is about."""
    faults = {}
    for field in Field:
        alone = judge({**_SAMPLE, field: answers.get(field, "")}, reached)
        faults[field] = tuple(f for f in alone.findings if f.severity is Severity.BLOCK)
    if not answers.get(Field.LOCALITY, "").strip() and not answers.get(Field.STATE, "").strip():
        faults[Field.LOCALITY] = (_missing(Field.LOCALITY),)
    found = {field: texts for field, texts in faults.items() if texts}
    if not found:
        whole = judge(answers, reached).findings
        rest = tuple(f for f in whole if f.severity is Severity.BLOCK)
        return {Field.NAMES: rest} if rest else {}
    return found


_SAMPLE: Final = {
    Field.COMMON_NAME: "www.example.com",
    Field.ORGANIZATION: "Northern Lights GmbH",
    Field.LOCALITY: "Hamburg",
    Field.STATE: "Hamburg",
    Field.COUNTRY: "DE",
}
"""Details without a fault, beside which one field is judged alone."""

_OU: Final = Finding(
    "OU_IGNORED",
    Severity.INFO,
    "The Organizational Unit is left out: certificate authorities no longer put it into "
    "certificates.",
    "OU is prohibited in public certificates since 2022-09-01 (BR 7.1.2.7, SC-047).",
)


def _names(
    given: Mapping[Field, str], findings: list[Finding], reached: Collection[str]
) -> tuple[str, ...]:
    """The names in order, the common name first; the faults of those that are wrong are added."""
    first = given.get(Field.COMMON_NAME, "")
    if _NOTHING.match(first):
        findings.append(_missing(Field.COMMON_NAME))
        first = ""
    more = [_PREFIX.sub("", w) for w in _BETWEEN_NAMES.split(given.get(Field.NAMES, ""))]
    if _NOTHING.match(given.get(Field.NAMES, "")):
        more = []
    written = [w for w in (first, *more) if names.bare(w) and w.lower() not in _JOINS]
    if len(written) > MOST_NAMES:
        what = (
            f"{len(written)} domains do not fit into one certificate; please choose {MOST_NAMES} "
            "at most, or use a wildcard such as *.example.com."
        )
        findings.append(_block("NAME_INVALID", what, f"{len(written)} names"))
    wanted: dict[str, None] = {}
    for name in written[: MOST_NAMES + 1]:
        accepted = _name(name, findings, reached)
        if accepted:
            wanted[accepted] = None
    return tuple(wanted)


def _name(written: str, findings: list[Finding], reached: Collection[str]) -> str:
    try:
        name = names.host(written, reached)
    except names.NameFault as fault:
        proposed = f" Did you mean {names.display(fault.proposal)}?" if fault.proposal else ""
        agent = f"name {written[:80]!r} refused; proposed: {fault.proposal or 'nothing'}"
        findings.append(_block(fault.code, fault.why + proposed, agent))
        return ""
    if _PLACEHOLDER_NAME.match(name):
        why = f"“{name}” looks like a placeholder; please write the real domain."
        findings.append(_block("FIELD_PLACEHOLDER", why, f"name {name!r} is a placeholder"))
    return name


def _two_alphabets(name: str) -> Finding:
    """Two alphabets in one label imitate another domain: a person looks before a CSR is made."""
    both = " and ".join(names.mixed_alphabets(name))
    why = f"“{names.display(name)}” mixes letters of two alphabets ({both}); we check it."
    agent = f"{names.display(name)} ({name}) mixes {both}: is it the brand's own domain?"
    return Finding("NAME_INVALID", Severity.ACK, why, agent)


def _text(field: Field, given: Mapping[Field, str], findings: list[Finding]) -> str:
    value = given.get(field, "")
    if _NOTHING.match(value):
        if field is Field.ORGANIZATION:
            findings.append(_missing(field))
        return ""
    label, limit = LABELS[field], _LIMITS[field]
    if _PLACEHOLDER.match(value):
        why = f"{label}: “{value[:60]}” looks like a placeholder; please write the real one."
        findings.append(_block("FIELD_PLACEHOLDER", why, f"{field} is a placeholder"))
    elif len(value) > limit:
        why = (
            f"{label}: “{value[:40]}…” has {len(value)} characters, but certificates allow "
            f"{limit}; please shorten it, for instance to “{value[:limit].rsplit(' ', 1)[0]}”."
        )
        findings.append(_block("FIELD_TOO_LONG", why, f"{field} has {len(value)} characters"))
    elif not value.isprintable():
        why = f"{label} holds characters that cannot be printed; please write it again."
        findings.append(_block("FIELD_PLACEHOLDER", why, f"{field} is not printable"))
    return value


def _country(given: Mapping[Field, str], findings: list[Finding]) -> str:
    value = given.get(Field.COUNTRY, "")
    nothing = bool(_NOTHING.match(value)) and value.upper() != "XX"
    # NO is Norway and NA is Namibia, but N/A is neither.
    code = countries.code(value) if value.isalpha() or not nothing else ""
    if not code and nothing:
        findings.append(_missing(Field.COUNTRY))
    elif not code:
        meant = countries.likely(value)
        remedy = (
            f"did you mean {meant}?"
            if meant
            else "please write its English name or its two-letter code, such as DE."
        )
        why = f"Country: “{value[:60]}” is no country that we know; {remedy}"
        agent = f"country {value[:60]!r} unknown; proposed: {meant or 'nothing'}"
        findings.append(_block("COUNTRY_UNKNOWN", why, agent))
    return code


def _key(given: Mapping[Field, str], findings: list[Finding]) -> KeyKind:
    value = given.get(Field.BITS, "")
    if _NOTHING.match(value):
        return KeyKind.RSA_2048
    kind = key_kinds.kind(value)
    if kind is None:
        nearest = key_kinds.nearest(value)
        why = (
            f"Number of bits: “{value[:60]}” is not offered; please choose 2048, 3072 or 4096, or "
            f"the curves P-256 or P-384. We propose {nearest}."
        )
        agent = f"key {value[:60]!r} not offered; proposed: {nearest}"
        findings.append(_block("BITS_UNSUPPORTED", why, agent))
        return KeyKind.RSA_2048
    return kind


def _missing(field: Field) -> Finding:
    label = "Locality or State" if field is Field.LOCALITY else LABELS[field]
    return _block("FIELD_MISSING", f"{label} is missing; please add it.", f"{field} is missing")


def _block(code: str, brand: str, agent: str) -> Finding:
    return Finding(code, Severity.BLOCK, brand, agent)
