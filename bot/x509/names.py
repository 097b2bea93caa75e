"""Host names as people write them, and as certificates hold them."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Final

import idna
import tldextract

LONGEST: Final = 253
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]{0,15}://", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


class NameFault(ValueError):
    """A name that cannot stand in a certificate: finding code and a sentence for the brand."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def host(text: str) -> str:
    """The A-label form, in lower case, of a host name, wildcard, URL or IP address.

    Raises NameFault.
    """
    written = _bare(text)
    address = _address(written)
    if address:
        return address
    wildcard = written.startswith("*.")
    name = written[2:] if wildcard else written
    if "*" in name:
        raise NameFault(
            "WILDCARD_INVALID",
            f"“{_short(text)}” is not a valid wildcard; only the first part may be *, as in "
            "*.example.com.",
        )
    encoded = _encoded(name, text)
    _public(encoded, text, wildcard=wildcard)
    return f"*.{encoded}" if wildcard else encoded


def covers(pattern: str, name: str) -> bool:
    """Whether a certificate's name is good for the host name; a wildcard covers one label."""
    if pattern == name:
        return True
    first, _, rest = name.partition(".")
    return pattern.startswith("*.") and bool(first) and first != "*" and rest == pattern[2:]


def display(name: str) -> str:
    """As people write it: Unicode instead of A-labels."""
    try:
        return ".".join(_unicode(label) for label in name.split("."))
    except (idna.IDNAError, UnicodeError):
        return name


def file_stem(name: str) -> str:
    """As a file name: `*` becomes `wildcard`."""
    return _UNSAFE.sub("_", name.replace("*", "wildcard"))


def owner(name: str) -> str:
    """The registrable domain that the name belongs to, `brand.co.uk`; empty for an address."""
    return _extract()(name.removeprefix("*.")).top_domain_under_public_suffix


def _bare(text: str) -> str:
    """The host out of a URL or a decorated word."""
    word = text.strip().strip("<>()[]\"'“”„`,;").strip()
    word = _SCHEME.sub("", word)
    word = word.split("/")[0].split("?")[0].split("#")[0].rsplit("@", 1)[-1]
    if not word.startswith("[") and word.count(":") == 1:
        word = word.split(":")[0]
    return word.strip("[]").rstrip(".")


def _address(word: str) -> str:
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        return ""
    if not address.is_global or address.is_multicast:
        raise NameFault(
            "NAME_INTERNAL",
            f"{address} is not a public address; certificate authorities only certify public ones.",
        )
    return str(address)


def _encoded(name: str, text: str) -> str:
    try:
        encoded = idna.encode(name, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise NameFault("NAME_INVALID", f"“{_short(text)}” is not a valid domain name.") from None
    if len(encoded) > LONGEST or not name:
        raise NameFault("NAME_INVALID", f"“{_short(text)}” is not a valid domain name.")
    return encoded


def _public(name: str, text: str, *, wildcard: bool) -> None:
    found = _extract()(name)
    if not found.suffix or name.endswith(".arpa"):
        raise NameFault(
            "NAME_INTERNAL",
            f"“{_short(text)}” is not a public domain name; certificate authorities only certify "
            "public ones.",
        )
    if not found.domain:
        code = "WILDCARD_INVALID" if wildcard else "NAME_INVALID"
        raise NameFault(code, f"“{_short(text)}” is a whole top-level domain.")


def _unicode(label: str) -> str:
    return idna.ulabel(label) if label.startswith("xn--") else label


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


@cache
def _extract() -> tldextract.TLDExtract:
    """The public suffix list as shipped; never fetched."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
