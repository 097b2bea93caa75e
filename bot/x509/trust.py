"""Whether a chain holds, by the library's verifier, and where its verifier is too kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.x509 import verification

from bot.x509.paths import Path
from bot.x509.printable import printable

MOST_NAMES: Final = 20
"""Names that are verified one by one: the chain is the same for all of them."""
LONGEST_SERIAL: Final = 20  # RFC 5280 4.1.2.2, octets


def fault(path: Path, names: Sequence[str], now: datetime) -> str:
    """Why the chain does not hold for these names; empty when it does.

    The leaf's own time has findings of its own: it is judged at a moment when the leaf is
    valid.  `names` are those that the leaf covers; a wildcard is tried with a label in place.
    """
    assert path.root is not None, "only a chain with a root can be verified"
    odd = _odd_serial(path)
    if odd:
        return odd
    at = min(max(now, path.leaf.not_valid_before_utc), path.leaf.not_valid_after_utc)
    builder = verification.PolicyBuilder().store(verification.Store([path.root])).time(at)
    builder = builder.extension_policies(ca_policy=_authorities(), ee_policy=_leaves())
    for name in names[:MOST_NAMES]:
        try:
            builder.build_server_verifier(_subject(name)).verify(
                path.leaf, list(path.intermediates)
            )
        except Exception as error:  # VerificationError, or whatever a malformed one raises
            return printable(f"{name}: {error}", 200)
    return ""


def fault_for_all(path: Path, names: Sequence[str], now: datetime) -> str:
    """Why the chain holds for none of these names; empty when it holds for one."""
    faults = [fault(path, [name], now) for name in names[:MOST_NAMES]]
    return "" if "" in faults else next(iter(faults), "")


def _subject(name: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name.replace("*", "any-label", 1))


def _odd_serial(path: Path) -> str:
    for certificate in (path.leaf, *path.intermediates):
        number = certificate.serial_number
        if number <= 0 or number.bit_length() > LONGEST_SERIAL * 8 - 1:
            return "a serial number is zero, negative or too long (RFC 5280 4.1.2.2)"
    return ""


@cache
def _authorities() -> verification.ExtensionPolicy:
    """For private roots too: what many of them lack, and no browser wants, is not asked for."""
    return verification.ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
    )


@cache
def _leaves() -> verification.ExtensionPolicy:
    return verification.ExtensionPolicy.permit_all().require_present(
        x509.SubjectAlternativeName, verification.Criticality.AGNOSTIC, None
    )
