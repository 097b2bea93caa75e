"""A certificate or chain, and exactly the codes that it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.x509.judged import CA1, ROOT, WANTED, codes, good, judged
from tests.x509.making import (
    Ca,
    authority,
)

PRIVATE = "PRIVATE_CA"
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
NO_CA = x509.BasicConstraints(ca=False, path_length=None)
ZERO = x509.BasicConstraints(ca=True, path_length=0)


class Row(NamedTuple):
    """What is sent, what is found (beside the private root, unless `private` is off)."""

    title: str
    sent: Callable[[], Sequence[bytes]]
    found: str = ""
    how: Mapping[str, Any] = MappingProxyType({})
    private: bool = True


def one(title: str, found: str = "", /, *, wanted: Sequence[str] = WANTED, **made: Any) -> Row:
    """A leaf made like this, sent with its intermediate."""
    return Row(title, lambda: [good(**made), CA1.der], found, {"wanted": wanted})


def named(title: str, found: str, held: Sequence[str], wanted: Sequence[str]) -> Row:
    """A leaf that holds those names while these are wanted."""
    return one(title, found, names=held, wanted=wanted, subject=x509.Name([]))


def above(title: str, found: str, /, private: bool = True, **made: Any) -> Row:
    """A leaf under an intermediate made like this."""

    def sent() -> list[bytes]:
        parent = authority("Odd CA", made.pop("under", ROOT), **made)
        return [good(parent), parent.der]

    return Row(title, sent, found, private=private)


def extension(title: str, found: str, value: x509.ExtensionType, critical: bool) -> Row:
    """A leaf with one more extension."""
    return one(title, found, extra=((value, critical),))


def constraints(
    title: str, found: str, permitted: Any, excluded: Any, critical: bool = True
) -> Row:
    """An intermediate with name constraints."""
    limits = x509.NameConstraints(permitted, excluded)
    return above(title, found, extra=((limits, critical),))


def signed_by(title: str, found: str, parent: Callable[[], Ca], **how: Any) -> Row:
    """A leaf by an authority of its own, which is trusted as a root."""
    return Row(title, lambda: [good(parent())], found, {"anchors": lambda: [parent().der], **how})


def holds(row: Row) -> None:
    """Asserts that the row gets its codes, no more and no fewer."""
    how = {k: v() if callable(v) else v for k, v in row.how.items()}

    verdict = judged(row.sent(), **how)

    assert codes(verdict) == set(row.found.split()) | ({PRIVATE} if row.private else set())
    assert all(f.brand.endswith(".") and f.agent for f in verdict.findings)
