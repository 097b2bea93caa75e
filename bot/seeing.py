"""What a look at a site has shown, boiled down to what the watch keeps and compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from bot.ports import Served
from bot.site import Site
from bot.x509 import anchors as roots
from bot.x509 import facts, names
from bot.x509.anchors import Anchors
from bot.x509.facts import CertificateFacts
from bot.x509.printable import printable

UNREACHABLE: Final = frozenset({"SITE_UNRESOLVED", "SITE_REFUSED", "SITE_PRIVATE_ADDRESS"})
"""The faults of a look that saw no certificate."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Leaf:
    """The certificate that one address serves."""

    address: str
    fingerprint: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One look.  The certificate is the one that expires first, where addresses differ.

    `fault` is a finding code of the family "site"; `fingerprint` is empty when none was seen.
    """

    at: datetime
    fault: str = ""
    fingerprint: str = ""
    issuer: str = ""
    spki: str = ""
    not_before: datetime | None = None
    expires_at: datetime | None = None
    leaves: tuple[Leaf, ...] = ()


def seen(served: Served, at: datetime, trusted: Anchors) -> Seen:
    """What the look at that time says of the site."""
    chains = [
        (endpoint.address, read, endpoint.chain)
        for endpoint in served.endpoints
        if endpoint.chain and (read := facts.read(endpoint.chain[0])) is not None
    ]
    if not chains:
        return Seen(at, served.fault or "SITE_REFUSED")
    worst = min((read for _, read, _ in chains), key=lambda r: (r.not_after, r.sha256))
    found = [_fault(served.host, read, chain, at, trusted) for _, read, chain in chains]
    return Seen(
        at,
        next(filter(None, found), ""),
        worst.sha256,
        authority(worst.issuer),
        worst.spki,
        worst.not_before,
        worst.not_after,
        tuple(Leaf(address, read.sha256, read.not_after) for address, read, _ in chains),
    )


def observed(site: Site, seen: Seen) -> Site:
    """The site with what was seen; a look that saw no certificate leaves the last one."""
    same = seen.fault == site.fault or {seen.fault, site.fault} <= UNREACHABLE
    since = (site.fault_since if same else None) or seen.at
    look: dict[str, Any] = {
        "probed_at": seen.at,
        "fault": seen.fault,
        "fault_since": since if seen.fault else None,
    }
    if not seen.fingerprint:
        return replace(site, **look)
    return replace(
        site,
        **look,
        fingerprint=seen.fingerprint,
        issuer=seen.issuer,
        key_since=site.key_since if seen.spki == site.spki else seen.not_before,
        spki=seen.spki,
        not_before=seen.not_before,
        expires_at=seen.expires_at,
    )


@lru_cache(maxsize=256)
def authority(issuer: str) -> str:
    """As people know it, by its name in certificates: its intermediates come and go."""
    try:
        name = x509.Name.from_rfc4514_string(issuer)
    except ValueError:
        return printable(issuer)[:_LONGEST]
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return printable(str(attribute.value))[:_LONGEST]
    return printable(issuer)[:_LONGEST]


def _fault(
    host: str, read: CertificateFacts, chain: Sequence[bytes], at: datetime, trusted: Anchors
) -> str:
    held = read.names or (read.common_name,)
    if not any(names.covers(pattern.lower(), host) for pattern in held):
        return "SITE_NAME_MISMATCH"
    above = [sent for der in chain[1:] if (sent := facts.read(der)) and sent.subject == read.issuer]
    if read.not_after <= at or (above and all(sent.not_after <= at for sent in above)):
        return "SITE_EXPIRED"
    if above or read.self_issued or _under_a_root(chain[0], trusted):
        return ""
    return "SITE_CHAIN_INCOMPLETE"


def _under_a_root(leaf: bytes, trusted: Anchors) -> bool:
    return any(trusted.named(certificate.issuer) for certificate in roots.loaded([leaf]))
