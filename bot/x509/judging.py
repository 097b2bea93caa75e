"""Judges the details before a key is made: what a CA would refuse is refused here, at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pycountry
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bot.x509 import names
from bot.x509.details import Details, KeyKind
from bot.x509.findings import Finding, Severity
from bot.x509.form import LABELS, Field

MOST_NAMES: Final = 100
_LIMITS: Final = {  # RFC 5280, appendix A: upper bounds
    Field.ORGANIZATION: 64,
    Field.LOCALITY: 128,
    Field.STATE: 128,
}
_NOTHING: Final = re.compile(
    r"^(?:[.\-–—_/ ?]*|n\s*/?\s*a|none|nil|null|not applicable|optional|tbd|tbc|x{2,}|\.{2,})$",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"^(?:(?:example|sample|test|your|my|acme)\s+(?:company|organi[sz]ation|corp|inc|ltd|city|state"
    r"|name)\b.*|default (?:city|company ltd)|some-state|internet widgits pty ltd)$",
    re.IGNORECASE,
)
_ALIASES: Final = {
    "uk": "GB", "u.k.": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "great britain": "GB", "northern ireland": "GB", "usa": "US", "u.s.": "US", "u.s.a.": "US",
    "america": "US", "united states of america": "US", "deutschland": "DE", "russia": "RU",
    "turkey": "TR", "türkiye": "TR", "holland": "NL", "the netherlands": "NL", "korea": "KR",
    "south korea": "KR", "österreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "españa": "ES", "italia": "IT", "belgië": "BE", "belgique": "BE", "nederland": "NL",
    "czech republic": "CZ", "uae": "AE", "brasil": "BR", "polska": "PL", "sverige": "SE",
    "danmark": "DK", "norge": "NO", "suomi": "FI", "vietnam": "VN", "taiwan": "TW",
}  # fmt: skip
_SPELLED_STATES: Final = frozenset({"US", "CA", "AU"})
_BITS: Final = {
    "2048": KeyKind.RSA_2048,
    "3072": KeyKind.RSA_3072,
    "4096": KeyKind.RSA_4096,
    "p256": KeyKind.P256,
    "secp256r1": KeyKind.P256,
    "prime256v1": KeyKind.P256,
    "256": KeyKind.P256,
    "p384": KeyKind.P384,
    "secp384r1": KeyKind.P384,
    "384": KeyKind.P384,
}
_KEY_NOISE: Final = re.compile(r"bits?|rsa|ecdsa|ecc|ec|nist|curve|key|[\s,.'’_()-]", re.I)


@dataclass(frozen=True, slots=True)
class Judged:
    """The details when nothing blocks, and all that was found."""

    details: Details | None
    findings: tuple[Finding, ...]


def judge(answers: Mapping[Field, str]) -> Judged:
    """The details that the answers give, or every reason why they do not."""
    given = {field: value.strip() for field, value in answers.items() if value.strip()}
    findings: list[Finding] = []
    wanted, faults = _names(given)
    findings += faults
    texts = {field: _text(field, given, findings) for field in _LIMITS}
    if not texts[Field.LOCALITY] and not texts[Field.STATE]:
        findings.append(_missing(Field.LOCALITY))
    country = _country(given, findings)
    key = _key(given, findings)
    if given.get(Field.ORGANIZATIONAL_UNIT) and not _NOTHING.match(
        given[Field.ORGANIZATIONAL_UNIT]
    ):
        findings.append(_OU)
    if any(f.severity is Severity.BLOCK for f in findings):
        return Judged(None, tuple(findings))
    details = Details(
        common_name=wanted[0],
        names=wanted,
        organization=texts[Field.ORGANIZATION],
        locality=texts[Field.LOCALITY],
        state=_spelled_out(texts[Field.STATE], country),
        country=country,
        key=key,
    )
    return Judged(details, tuple(findings))


def from_certificate(der: bytes) -> dict[Field, str]:
    """What a certificate says for the form; nothing when it cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        found = {
            field: str(attributes[0].value)
            for field, oid in _OIDS.items()
            if (attributes := certificate.subject.get_attributes_for_oid(oid))
        }
        return found | _sans(certificate) | {Field.BITS: _kind_of(certificate)}
    except Exception:  # a certificate from outside may raise anything, at any attribute
        return {}


_PLACES: Final = (Field.LOCALITY, Field.STATE)
_OIDS: Final = {
    Field.COMMON_NAME: NameOID.COMMON_NAME,
    Field.ORGANIZATION: NameOID.ORGANIZATION_NAME,
    Field.LOCALITY: NameOID.LOCALITY_NAME,
    Field.STATE: NameOID.STATE_OR_PROVINCE_NAME,
    Field.COUNTRY: NameOID.COUNTRY_NAME,
}
_OU: Final = Finding(
    "OU_IGNORED",
    Severity.INFO,
    "The Organizational Unit is left out: certificate authorities no longer put it into "
    "certificates.",
    "OU is prohibited in public certificates since 2022-09-01 (BR 7.1.2.7, SC-047).",
)


def _names(given: Mapping[Field, str]) -> tuple[tuple[str, ...], list[Finding]]:
    """The names in order, the common name first, and the faults of those that are wrong."""
    written = [given.get(Field.COMMON_NAME, "")]
    more = given.get(Field.NAMES, "")
    if not _NOTHING.match(more):
        written += re.split(r"[\s,;]+|\band\b", more)
    written = [name for name in written if name.strip(" .,;") and not _NOTHING.match(name.strip())]
    if not written:
        return (), [_missing(Field.COMMON_NAME)]
    wanted: dict[str, None] = {}
    faults = []
    for name in written[: MOST_NAMES + 1]:
        try:
            wanted[names.host(name)] = None
        except names.NameFault as fault:
            faults.append(_block(fault.code, fault.why, f"name {name[:80]!r} refused"))
    if len(written) > MOST_NAMES:
        what = f"More than {MOST_NAMES} domains do not fit into one certificate."
        faults.append(_block("NAME_INVALID", what, f"{len(written)} names"))
    if not given.get(Field.COMMON_NAME) and not faults:
        faults.append(_missing(Field.COMMON_NAME))
    return tuple(wanted), faults


def _text(field: Field, given: Mapping[Field, str], findings: list[Finding]) -> str:
    value = given.get(field, "")
    if _NOTHING.match(value):
        if field is Field.ORGANIZATION:
            findings.append(_missing(field))
        return ""
    label = LABELS[field]
    if _PLACEHOLDER.match(value):
        why = f"{label}: “{value[:60]}” looks like a placeholder; please write the real one."
        findings.append(_block("FIELD_PLACEHOLDER", why, f"{field} is a placeholder"))
    elif len(value) > _LIMITS[field]:
        why = (
            f"{label}: “{value[:40]}…” has {len(value)} characters, but certificates allow "
            f"{_LIMITS[field]}; please shorten it."
        )
        findings.append(_block("FIELD_TOO_LONG", why, f"{field} has {len(value)} characters"))
    elif not value.isprintable():
        why = f"{label} holds characters that cannot be printed; please write it again."
        findings.append(_block("FIELD_PLACEHOLDER", why, f"{field} is not printable"))
    return value


def _country(given: Mapping[Field, str], findings: list[Finding]) -> str:
    value = given.get(Field.COUNTRY, "")
    if _NOTHING.match(value):
        findings.append(_missing(Field.COUNTRY))
        return ""
    code = _country_code(value)
    if not code:
        why = (
            f"Country: “{value[:60]}” is no country that we know; please write its English name or "
            "its two-letter code, such as DE."
        )
        findings.append(_block("COUNTRY_UNKNOWN", why, f"country {value[:60]!r} unknown"))
    return code


def _country_code(value: str) -> str:
    plain = " ".join(re.sub(r"\(.*?\)", "", value[:80]).lower().split())
    if plain in _ALIASES:
        return _ALIASES[plain]
    try:
        return str(pycountry.countries.lookup(plain).alpha_2)
    except LookupError:
        inside = re.search(r"\(([A-Za-z]{2})\)", value[:80])
        return _country_code(inside.group(1)) if inside else ""


def _key(given: Mapping[Field, str], findings: list[Finding]) -> KeyKind:
    value = given.get(Field.BITS, "")
    if _NOTHING.match(value):
        return KeyKind.RSA_2048
    plain = _KEY_NOISE.sub("", value[:60].lower())
    kind = _BITS.get(plain)
    if kind is None:
        why = (
            f"Number of bits: “{value[:60]}” is not offered; please choose 2048, 3072 or 4096, or "
            "the curves P-256 or P-384."
        )
        findings.append(_block("BITS_UNSUPPORTED", why, f"key {value[:60]!r} not offered"))
        return KeyKind.RSA_2048
    return kind


def _spelled_out(state: str, country: str) -> str:
    """`CA` as `California`: CAs ask for the full name."""
    if country not in _SPELLED_STATES or len(state) not in (2, 3):
        return state
    found = _subdivisions().get(f"{country}-{state.upper()}")
    return found or state


@cache
def _subdivisions() -> dict[str, str]:
    return {s.code: s.name for s in pycountry.subdivisions}


def _sans(certificate: x509.Certificate) -> dict[Field, str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    dns = extension.value.get_values_for_type(x509.DNSName)
    return {Field.NAMES: ", ".join(dns)}


def _kind_of(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return str(max(key.key_size, 2048))
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "P-384" if key.key_size > 256 else "P-256"
    return "2048"


def _missing(field: Field) -> Finding:
    label = "Locality or State" if field in _PLACES else LABELS[field]
    return _block("FIELD_MISSING", f"{label} is missing; please add it.", f"{field} is missing")


def _block(code: str, brand: str, agent: str) -> Finding:
    return Finding(code, Severity.BLOCK, brand, agent)
