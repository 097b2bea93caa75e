"""The roots that chains may lead to: the public ones, and those that the operator added."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import certifi
from cryptography import x509

from bot.x509 import facts


@dataclass(frozen=True, slots=True)
class Anchors:
    """Trusted certificates: `public` by everyone, `private` by this bot alone."""

    public: tuple[x509.Certificate, ...]
    private: tuple[x509.Certificate, ...]

    def named(self, name: x509.Name) -> tuple[x509.Certificate, ...]:
        """The roots of that name, public ones first.

        Only self-issued ones: an intermediate among the operator's anchors must still be
        served, as visitors trust its root alone.
        """
        mine = (c for c in self.private if c.subject == name and c.issuer == name)
        return (*_public_by_name().get(name, ()), *mine)

    def intermediates(self) -> tuple[x509.Certificate, ...]:
        """The operator's anchors that are no roots."""
        return tuple(c for c in self.private if c.issuer != c.subject)


def trusted(extra: Sequence[bytes]) -> Anchors:
    """The public roots of certifi and the operator's own, DER."""
    return Anchors(public_roots(), tuple(loaded(extra)))


def loaded(ders: Iterable[bytes], most: int | None = None) -> list[x509.Certificate]:
    """Those that can be read, each once, at most so many."""
    read: dict[bytes, x509.Certificate] = {}
    for der in dict.fromkeys(ders):
        if most is not None and len(read) >= most:
            break
        if facts.read(der) is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # odd serial numbers are judged elsewhere
                read[der] = x509.load_der_x509_certificate(der)
    return list(read.values())


@cache
def public_roots() -> tuple[x509.Certificate, ...]:
    """certifi's roots, read once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some old roots have serial numbers that are not positive
        return tuple(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


@cache
def _public_by_name() -> dict[x509.Name, tuple[x509.Certificate, ...]]:
    by_name: dict[x509.Name, tuple[x509.Certificate, ...]] = {}
    for root in public_roots():
        by_name[root.subject] = (*by_name.get(root.subject, ()), root)
    return by_name
