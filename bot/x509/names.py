"""Host names as people write them, and as certificates hold them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

LONGEST: Final = 253  # RFC 1035: 255 octets with the length bytes
LONGEST_LABEL: Final = 63
LONGEST_WRITTEN: Final = 1_000  # what is longer is cut before anything looks at it
_SCHEME: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]{0,15}:)?//", re.IGNORECASE)
_PORT: Final = re.compile(r":\d{0,5}$")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
_DECORATION: Final = "<>()[]{}\"'“”„‚‘’«»`´,;!"
_NUMERIC: Final = re.compile(r"^(?:\d+|0x[0-9a-f]*)$")
_ALPHABETS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "HEBREW"})


class NameFault(ValueError):
    """A name that cannot stand in a certificate: finding code and a sentence for the brand.

    `proposal` is the name that was probably meant, or empty.
    """

    def __init__(self, code: str, why: str, proposal: str = "") -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.proposal = proposal


def host(text: str, reached: Iterable[str] = ()) -> str:
    """The A-label form, in lower case, of a host name, wildcard, URL or IP address.

    `reached` are hosts that the operator has named as sites: they and names above or below
    them may be internal, as under a private authority.  Raises NameFault.
    """
    written = bare(text)
    address = _address(written)
    if address:
        return address
    _whole(written, text)
    wildcard = written.startswith("*.")
    encoded = _encoded(written[2:] if wildcard else written, text)
    if wildcard and len(encoded) + 2 > LONGEST:
        raise _invalid(text, f"it is longer than {LONGEST} characters")
    # Full-width digits become an address only by the mapping of UTS 46.
    address = _address(encoded)
    if address and not wildcard:
        return address
    if not _beside(encoded, reached):
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


def holder(name: str) -> str:
    """The domain that is in one party's hands, also below `github.io` and the like; or empty."""
    found = _extract()(name.removeprefix("*."), include_psl_private_domains=True)
    return found.top_domain_under_public_suffix


def mixed_alphabets(name: str) -> tuple[str, ...]:
    """The alphabets that one label of the name mixes, as look-alike names do; else nothing."""
    for label in display(name).split("."):
        found = {unicodedata.name(sign, "").partition(" ")[0] for sign in label} & _ALPHABETS
        if len(found) > 1:
            return tuple(sorted(alphabet.capitalize() for alphabet in found))
    return ()


def bare(text: str) -> str:
    """The host out of a URL or a decorated word."""
    word = text[:LONGEST_WRITTEN].strip().strip(_DECORATION).strip()
    scheme = _SCHEME.match(word)
    word = word[scheme.end() :] if scheme else word
    word = word.split("/")[0].split("?")[0].split("#")[0].split("\\")[0]
    if scheme:
        word = word.rsplit("@", 1)[-1]
    if word.startswith("["):
        word = word[1:].split("]")[0]
    elif word.count(":") == 1:
        word = _PORT.sub("", word)
    return word.strip(_DECORATION).rstrip(".:。")


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


def _whole(written: str, text: str) -> None:
    """Refuse what people write by mistake, with the name they meant."""
    name = written.removeprefix("*.")
    if "*" in name:
        raise NameFault(
            "WILDCARD_INVALID",
            f"“{_short(text)}” is not a valid wildcard; only the first part may be *, as in "
            "*.example.com.",
            _good(_leftmost_star(written)) if "*" in written.split(".", maxsplit=1)[0] else "",
        )
    if "@" in name:
        raise _invalid(text, "it is an e-mail address", _good(name.rsplit("@", 1)[-1]))
    if len(name.split()) > 1:
        raise _invalid(text, "it holds a blank", _good("".join(written.split())))
    if "_" in name:
        raise _invalid(
            text, "underscores are not allowed in certificates", _good(written.replace("_", "-"))
        )
    if ".." in name.strip("."):
        raise _invalid(text, "a part between two dots is empty", _good(_single_dots(written)))


def _leftmost_star(written: str) -> str:
    """`w*.brand.com`, `*.*.brand.com` and `*brand.com` as the wildcard that was meant."""
    first, *rest = written.split(".")
    kept = [part for part in rest if "*" not in part]
    if len(kept) == 1 and first.startswith("*") and first != "*":
        kept.insert(0, first.lstrip("*"))
    return ".".join(["*", *kept])


def _single_dots(written: str) -> str:
    return ".".join(part for part in written.split(".") if part)


def _good(candidate: str) -> str:
    """The candidate when it is a name that a certificate may hold."""
    try:
        return "" if "*" in candidate.removeprefix("*.") else host(candidate)
    except NameFault:
        return ""


def _encoded(name: str, text: str) -> str:
    if any(len(label) > LONGEST_LABEL for label in name.split(".")):
        raise _invalid(text, f"a part of it is longer than {LONGEST_LABEL} characters")
    if len(name) > LONGEST:
        raise _invalid(text, f"it is longer than {LONGEST} characters")
    try:
        encoded = idna.encode(name, uts46=True, std3_rules=True).decode().lower().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        raise _invalid(text) from None
    if len(encoded) > LONGEST:
        raise _invalid(text, f"it is longer than {LONGEST} characters")
    return encoded


def _beside(name: str, reached: Iterable[str]) -> bool:
    return "." in name and any(
        f".{name}".endswith(f".{other}") or f".{other}".endswith(f".{name}") for other in reached
    )


def _public(name: str, text: str, *, wildcard: bool) -> None:
    last = name.rpartition(".")[2]
    if _NUMERIC.match(last):
        code = "WILDCARD_INVALID" if wildcard else "NAME_INVALID"
        raise NameFault(code, f"“{_short(text)}” is neither a domain name nor a valid IP address.")
    found = _extract()(name)
    if not found.suffix or last == "arpa":
        raise NameFault(
            "NAME_INTERNAL",
            f"“{_short(text)}” is not a public domain name; certificate authorities only certify "
            "public ones.",
        )
    if not found.domain:
        code = "WILDCARD_INVALID" if wildcard else "NAME_INVALID"
        raise NameFault(code, f"“{_short(text)}” is a whole top-level domain.")


def _invalid(text: str, because: str = "", proposal: str = "") -> NameFault:
    why = f"“{_short(text)}” is not a valid domain name{f': {because}' if because else ''}."
    return NameFault("NAME_INVALID", why, proposal)


def _unicode(label: str) -> str:
    return idna.ulabel(label) if label.startswith("xn--") else label


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def prepare() -> None:
    """Read the public suffix list now, which the first name would do else."""
    _extract()("example.com")


@cache
def _extract() -> TLDExtract:
    """The public suffix list as shipped; never fetched."""
    # The library reads its list, and imports an HTTP client that it never uses here.
    from tldextract import TLDExtract  # noqa: PLC0415

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
