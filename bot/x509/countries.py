"""Countries and states as people write them, and as certificates hold them."""

from __future__ import annotations

import gettext
import re
import unicodedata
from functools import cache
from typing import Final

import pycountry
from rapidfuzz import fuzz, process

LONGEST: Final = 80  # no country's name in any of the languages is longer
_LANGUAGES: Final = (
    *("de", "fr", "es", "it", "nl", "pt", "pt_BR", "da", "sv", "nb", "fi", "pl", "cs", "sk"),
    *("hu", "ro", "hr", "sl", "tr", "el", "bg", "ru", "uk", "ja", "ko", "zh_CN"),
)
_ALIASES: Final = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB",
    "britain": "GB", "northern ireland": "GB", "united kingdom of great britain": "GB",
    "england uk": "GB", "england united kingdom": "GB", "scotland uk": "GB", "engeland": "GB",
    "grossbritannien": "GB", "groot brittannie": "GB", "inglaterra": "GB", "inghilterra": "GB",
    "angleterre": "GB", "grande bretagne": "GB", "gran bretana": "GB", "gran bretagna": "GB",
    "us": "US", "usa": "US", "america": "US", "united states of america": "US",
    "the united states": "US", "the united states of america": "US", "eeuu": "US", "ee uu": "US",
    "etats unis d amerique": "US", "stati uniti d america": "US", "estados unidos da america": "US",
    "vereinigte staaten von amerika": "US", "verenigde staten van amerika": "US", "brd": "DE",
    "federal republic of germany": "DE", "bundesrepublik deutschland": "DE", "russia": "RU",
    "turkey": "TR", "turkiye": "TR", "holland": "NL", "the netherlands": "NL", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "north korea": "KP", "czech republic": "CZ",
    "uae": "AE", "taiwan": "TW", "vietnam": "VN", "iran": "IR", "ivory coast": "CI",
    "cape verde": "CV", "macedonia": "MK", "swaziland": "SZ", "burma": "MM", "hongkong": "HK",
    "republic of ireland": "IE", "eire": "IE", "prc": "CN", "mainland china": "CN",
    "belgie": "BE", "belgique": "BE", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "swiss": "CH", "osterreich": "AT", "suomi": "FI", "norge": "NO", "danmark": "DK",
}  # fmt: skip
_SPELLED_STATES: Final = frozenset({"US", "CA", "AU"})
_MARKS: Final = re.compile(r"[^\w ]+|_")
_SPLIT: Final = re.compile(r"[(),/;|–—-]")


def code(written: str) -> str:
    """The ISO 3166-1 alpha-2 code; empty when it is no country that we know."""
    written = written[:LONGEST]
    found = _exact(written)
    if found:
        return found
    # "Germany (DE)", "DE - Germany", "Berlin, Germany": every part that is a country must agree.
    parts = [part for part in _SPLIT.split(written) if part.strip()]
    codes = {found for part in parts if (found := _exact(part))}
    return codes.pop() if len(codes) == 1 and len(parts) > 1 else ""


def likely(written: str) -> str:
    """The English name and code of the country that was probably meant: `Germany (DE)`."""
    near = process.extractOne(
        _plain(written), _names().keys(), scorer=fuzz.ratio, score_cutoff=80, processor=None
    )
    if near is None or len(near[0]) < 4:
        return ""
    country = pycountry.countries.get(alpha_2=_names()[near[0]])
    return f"{country.name} ({country.alpha_2})" if country else ""


def spelled_out(state: str, country: str) -> str:
    """`CA` as `California`: CAs ask for the full name."""
    short = state.replace(".", "").replace(" ", "").upper()
    if country not in _SPELLED_STATES or len(short) not in (2, 3):
        return state
    return _subdivisions().get(f"{country}-{short}", state)


def _exact(written: str) -> str:
    flag = pycountry.countries.get(flag=written.strip())
    if flag:
        return str(flag.alpha_2)
    plain = _plain(written)
    # pycountry's own look-up also takes numbers, and its fuzzy search finds Réunion for "EU".
    return _names().get(plain, "") or _names().get(plain.replace(" ", ""), "")


def _plain(written: str) -> str:
    """Lower case without accents and marks: `U.S.` is `us`, `Österreich` is `osterreich`."""
    apart = unicodedata.normalize("NFKD", written[:LONGEST].casefold().replace(".", ""))
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_MARKS.sub(" ", letters).split())


@cache
def _names() -> dict[str, str]:
    """Names in English and the other languages; what two countries share elsewhere is left out."""
    english: dict[str, str] = {}
    elsewhere: dict[str, set[str]] = {}
    catalogues = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
        for language in _LANGUAGES
    ]
    for country in pycountry.countries:
        titles = [getattr(country, kind, "") for kind in ("name", "common_name", "official_name")]
        for title in filter(None, titles):
            english[_plain(title)] = country.alpha_2
            for catalogue in catalogues:
                elsewhere.setdefault(_plain(catalogue.gettext(title)), set()).add(country.alpha_2)
        english[country.alpha_2.lower()] = english[country.alpha_3.lower()] = country.alpha_2
    shared = {title: codes.pop() for title, codes in elsewhere.items() if len(codes) == 1}
    return shared | english | _ALIASES


@cache
def _subdivisions() -> dict[str, str]:
    return {s.code: s.name for s in pycountry.subdivisions}
