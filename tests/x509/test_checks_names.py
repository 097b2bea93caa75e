"""Names in a certificate against the wanted ones, each row with exactly the codes it gets."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.x509.making import (
    APEX,
    HOST,
    name,
)
from tests.x509.rows import Row, holds, named, one

DNS = x509.DNSName

NAMES = (
    one("nothing wrong"),
    one("no common name at all", subject=x509.Name([])),
    named("wildcard covers one label", "SAN_ADDED", ["*.a.de"], ["w.a.de"]),
    named(
        "wildcard does not cover the domain itself", "SAN_MISSING SAN_ADDED", ["*.a.de"], ["a.de"]
    ),
    named("wildcard does not cover two labels", "SAN_MISSING SAN_ADDED", ["*.a.de"], ["x.y.a.de"]),
    named("wildcard and domain", "", ["*.a.de", "a.de"], ["*.a.de", "a.de"]),
    named("a wanted wildcard needs a wildcard", "SAN_MISSING SAN_ADDED", ["w.a.de"], ["*.a.de"]),
    named(
        "wildcard of the parent does not cover a wildcard",
        "SAN_MISSING SAN_ADDED",
        ["*.a.de"],
        ["*.b.a.de"],
    ),
    named(
        "half a wildcard covers nothing",
        "SAN_MISSING SAN_ADDED",
        ["w*.a.de", "x.a.de"],
        ["www.a.de"],
    ),
    named(
        "wildcard in the middle covers nothing",
        "SAN_MISSING SAN_ADDED",
        ["www.*.de", "x.de"],
        ["www.a.de"],
    ),
    named(
        "wildcard of a public suffix",
        "WILDCARD_INVALID SAN_MISSING SAN_ADDED",
        ["*.co.uk", "a.de"],
        ["b.co.uk"],
    ),
    named("capitals are the same name", "", ["WWW.A.de"], ["www.a.de"]),
    named("IDN by its A-label", "", ["xn--mnchen-3ya.de"], ["xn--mnchen-3ya.de"]),
    named("another IDN", "SAN_MISSING SAN_ADDED", ["xn--strae-oqa.de"], ["strasse.de"]),
    named("IPv4 address", "", ["192.0.2.7"], ["192.0.2.7"]),
    named("another IPv4 address", "SAN_MISSING SAN_ADDED", ["192.0.2.7"], ["192.0.2.8"]),
    named("IPv6 address, another way to write it", "", ["2001:db8::1"], ["2001:0db8:0:0::0001"]),
    named("name and address", "", ["a.de", "192.0.2.7"], ["a.de", "192.0.2.7"]),
    named(
        "wildcard covers no address",
        "SAN_MISSING SAN_ADDED WILDCARD_INVALID",
        ["*.0.2.7", "a.de"],
        ["192.0.2.7"],
    ),
    named("one of three is missing", "SAN_MISSING", ["a.de", "b.de"], ["a.de", "b.de", "c.de"]),
    named("www on top", "SAN_ADDED", ["a.de", "www.a.de"], ["a.de"]),
    named(
        "a hundred names",
        "",
        [f"n{i}.a.de" for i in range(100)],
        [f"n{i}.a.de" for i in range(100)],
    ),
    one(
        "address as a DNS name",
        "SAN_MISSING CN_NOT_IN_SAN",
        wanted=["192.0.2.7"],
        names=(),
        sans=x509.SubjectAlternativeName([x509.RFC822Name("a@a.de")]),
    ),
    one("no SAN, only a common name", "SAN_MISSING CN_NOT_IN_SAN", names=(), subject=name(HOST)),
    one("common name elsewhere", "CN_NOT_IN_SAN", subject=name("else.de")),
    one("common name in capitals", "CN_NOT_IN_SAN", subject=name("WWW.nordlicht.de")),
    one("common name as a U-label", "CN_NOT_IN_SAN", subject=name("münchen.de")),
    one(
        "two common names, one elsewhere",
        "CN_NOT_IN_SAN",
        subject=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, t) for t in (HOST, "else.de")]),
    ),
    one("organization in the subject", subject=name(HOST, O="Nordlicht", C="DE")),
    one(
        "e-mail beside the names",
        sans=x509.SubjectAlternativeName([DNS(HOST), DNS(APEX), x509.RFC822Name("a@a.de")]),
    ),
    one("SAN critical beside a subject", san_critical=True),
    one("SAN not critical beside an empty subject", subject=x509.Name([])),
    one("underscore in an added name", "SAN_ADDED", names=(HOST, APEX, "a_b.nordlicht.de")),
)


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.title)
def test_exactly_these_codes(row: Row) -> None:
    holds(row)
