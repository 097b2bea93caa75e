"""The names in the certificate against the wanted ones."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from bot.x509 import names, rules
from bot.x509.catalogue import finding
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding, Severity
from bot.x509.printable import listed, printable

MOST_FOR_AGENTS: Final = 100
MOST_JUDGED: Final = 1000
"""SANs whose public suffix is looked up: no authority issues for more names."""


def on_names(leaf: CertificateFacts, wanted: Sequence[str]) -> Iterator[Finding]:
    """Names missing, added, out of place."""
    yield from _missing(leaf, wanted)
    asked = {canonical(name) for name in wanted}
    added = [name for name in held(leaf) if name not in asked]
    if added:
        yield finding(
            "SAN_ADDED",
            f"The certificate also covers {listed(map(names.display, added))}.",
            f"SANs not in the CSR: {listed(added, MOST_FOR_AGENTS)}",
        )
    yield from _common_name(leaf)
    wide = [name for name in held(leaf)[:MOST_JUDGED] if _whole_suffix(name)]
    if wide:
        yield finding(
            "WILDCARD_INVALID",
            f"The certificate has a wildcard for a whole top-level domain, {listed(wide)}; "
            "browsers do not accept that.",
            f"wildcard on a public suffix: {listed(wide)}",
            severity=Severity.ACK,
            rule="BR 3.2.2.6",
        )


def covering(sans: Iterable[str]) -> Callable[[str], bool]:
    """Tells whether one of the SANs is good for a name.

    A wildcard covers one label and not the domain itself, never a whole public suffix;
    an address only matches itself.
    """
    known = frozenset(map(canonical, sans))

    def covers(name: str) -> bool:
        wanted = canonical(name)
        first, _, rest = wanted.partition(".")
        wildcard = f"*.{rest}"
        if wanted in known:
            return True
        if wildcard not in known or first == "*" or _is_address(wanted):
            return False
        return not _whole_suffix(wildcard)

    return covers


def held(leaf: CertificateFacts) -> tuple[str, ...]:
    """The SANs in the form that wanted names have, each once."""
    return tuple(dict.fromkeys(map(canonical, leaf.names)))


def canonical(name: str) -> str:
    """Lower case; an address in its one usual form."""
    # Few names are addresses, and to ask the library is dear for all the others.
    if _is_address(name):
        with suppress(ValueError):
            return str(ipaddress.ip_address(name))
    return name.lower()


def _missing(leaf: CertificateFacts, wanted: Sequence[str]) -> Iterator[Finding]:
    covers = covering(leaf.names)
    lacking = [name for name in wanted if not covers(name)]
    if not lacking:
        return
    yield finding(
        "SAN_MISSING",
        f"The certificate does not cover {listed(map(names.display, lacking), 20)}; please have it "
        "issued for all the names in the CSR.",
        f"missing among the SANs: {listed(lacking, MOST_FOR_AGENTS)}"
        + ("" if leaf.names else " (there is not one)"),
        rule=rules.SUBJECT_ALT_NAME.source,
        since=rules.SUBJECT_ALT_NAME.since,
    )


def _common_name(leaf: CertificateFacts) -> Iterator[Finding]:
    # Character for character: a CN that differs in case alone is a fault as well, if a small one.
    written, same = set(leaf.names), set(held(leaf))
    odd = [common for common in leaf.common_names if common not in written]
    if not odd:
        return
    only_form = all(canonical(common) in same for common in odd)
    yield finding(
        "CN_NOT_IN_SAN",
        "The certificate's common name is not among its domain names; please have it issued again."
        if not only_form
        else "The certificate's common name is written differently from its domain names; that "
        "does no harm.",
        f"CN {printable(odd[0])} is no SAN, character for character",
        severity=Severity.INFO if only_form else None,
        rule=rules.COMMON_NAME.source,
        since=rules.COMMON_NAME.since,
    )


def _whole_suffix(name: str) -> bool:
    return name.startswith("*.") and not names.owner(name)


def _is_address(name: str) -> bool:
    # As IPv6 has colons and no top-level domain is a number, this is enough; no address is missed.
    return ":" in name or name.rpartition(".")[2].isdigit()
