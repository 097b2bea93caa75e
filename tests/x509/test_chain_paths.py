"""Chains in every state, each row with exactly the codes it gets."""

from __future__ import annotations

import pytest
from cryptography import x509

from tests.fakes import NOW
from tests.x509.judged import CA1, CA2, ROOT, good
from tests.x509.making import (
    DAY,
    OTHER_OID,
    SERVER,
    Ca,
    authority,
    key,
    key_usage,
    leaf,
    rsa_key,
)
from tests.x509.rows import ANY, CLIENT, NO_CA, ZERO, Row, above, constraints, holds

DNS = x509.DNSName

TWO = good(CA2)
FOREIGN = authority("Foreign Root")
FOREIGN_CA = authority("Foreign CA", FOREIGN)
TWIN = authority("Nord TLS CA 1", ROOT, signer=key("twin"))
LATE = authority("Nord TLS CA 1", ROOT, until=NOW + 50 * DAY)
CROSS = authority("Nord TLS CA 1", FOREIGN)
CROSS_ROOT = authority("Nord Root R1", FOREIGN)
EXPIRED_CA = authority("Old CA", ROOT, until=NOW - DAY)
ZERO_CA = authority("Zero CA", ROOT, constraints=ZERO)
UNDER_ZERO = authority("Under Zero CA", ZERO_CA)
LEAF_AS_CA = Ca(x509.load_der_x509_certificate(leaf(CA1, key("web"), ["x.de"])), key("web"))

CHAINS = (
    Row("leaf and both intermediates", lambda: [TWO, CA2.der, CA1.der]),
    Row("intermediates swapped", lambda: [TWO, CA1.der, CA2.der], "CHAIN_REORDERED"),
    Row("leaf last", lambda: [CA1.der, CA2.der, TWO], "CHAIN_REORDERED"),
    Row(
        "root first, leaf last",
        lambda: [ROOT.der, CA1.der, CA2.der, TWO],
        "CHAIN_REORDERED CHAIN_EXTRA",
    ),
    Row("with the root", lambda: [TWO, CA2.der, CA1.der, ROOT.der], "CHAIN_EXTRA"),
    Row("each twice", lambda: [TWO, TWO, CA2.der, CA2.der, CA1.der, CA1.der]),
    Row("the leaf alone", lambda: [TWO], "CHAIN_MISSING", private=False),
    Row(
        "upper intermediate missing",
        lambda: [TWO, CA2.der],
        "CHAIN_MISSING CHAIN_UNTRUSTED",
        private=False,
    ),
    Row(
        "lower intermediate missing",
        lambda: [TWO, CA1.der],
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
    ),
    Row(
        "completed from the live site",
        lambda: [TWO],
        "CHAIN_COMPLETED",
        {"live": lambda: [leaf(CA2, key("live"), days=9), CA2.der, CA1.der]},
    ),
    Row(
        "completed from what is known",
        lambda: [TWO, CA2.der],
        "CHAIN_COMPLETED",
        {"known": lambda: [CA1.der]},
    ),
    Row(
        "completed from site and memory",
        lambda: [TWO],
        "CHAIN_COMPLETED",
        {"live": lambda: [leaf(CA2, key("live"), days=9), CA2.der], "known": lambda: [CA1.der]},
    ),
    Row("straight from the root", lambda: [good(ROOT)]),
    Row(
        "foreign root, sent",
        lambda: [good(FOREIGN_CA), FOREIGN_CA.der, FOREIGN.der],
        "CHAIN_UNTRUSTED CHAIN_EXTRA",
        private=False,
    ),
    Row(
        "foreign root, not sent",
        lambda: [good(FOREIGN_CA), FOREIGN_CA.der],
        "CHAIN_MISSING CHAIN_UNTRUSTED",
        private=False,
    ),
    Row(
        "foreign intermediate beside the right one",
        lambda: [good(), FOREIGN_CA.der, CA1.der],
        "CHAIN_EXTRA",
    ),
    Row(
        "same name, another key, alone",
        lambda: [good(), TWIN.der],
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
    ),
    Row(
        "same name, another key, beside the right one",
        lambda: [good(), TWIN.der, CA1.der],
        "CHAIN_EXTRA",
    ),
    Row(
        "same key twice, the later end is taken", lambda: [good(), LATE.der, CA1.der], "CHAIN_EXTRA"
    ),
    Row("same key, the earlier end alone", lambda: [good(), LATE.der], "CHAIN_EXPIRES_FIRST"),
    Row(
        "cross-signed, the trusted way is taken",
        lambda: [good(), CROSS.der, CA1.der],
        "CHAIN_EXTRA",
    ),
    Row(
        "cross-signed, only the untrusted way",
        lambda: [good(), CROSS.der],
        "CHAIN_MISSING CHAIN_UNTRUSTED",
        private=False,
    ),
    Row(
        "cross-signed root is not needed", lambda: [good(), CA1.der, CROSS_ROOT.der], "CHAIN_EXTRA"
    ),
    Row(
        "cross-signed root for an old trust store",
        lambda: [good(), CA1.der, CROSS_ROOT.der],
        "",
        {"anchors": lambda: [FOREIGN.der]},
    ),
    Row(
        "both roots trusted, the short way is taken",
        lambda: [good(), CA1.der, CROSS_ROOT.der],
        "CHAIN_EXTRA",
        {"anchors": lambda: [FOREIGN.der, ROOT.der]},
    ),
    Row(
        "intermediate over",
        lambda: [good(EXPIRED_CA), EXPIRED_CA.der],
        "CHAIN_UNTRUSTED CHAIN_EXPIRES_FIRST",
    ),
    Row(
        "intermediate trusted beside its root",
        lambda: [good()],
        "CHAIN_COMPLETED",
        {"anchors": lambda: [CA1.der, ROOT.der]},
    ),
    Row(
        "intermediate trusted without its root",
        lambda: [good(), CA1.der],
        "",
        {"anchors": lambda: [CA1.der]},
    ),
    Row(
        "nothing trusted",
        lambda: [good(), CA1.der],
        "CHAIN_MISSING CHAIN_UNTRUSTED",
        {"anchors": list},
        False,
    ),
    Row(
        "a website's certificate as an authority",
        lambda: [good(LEAF_AS_CA), LEAF_AS_CA.der, CA1.der],
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
    ),
    Row(
        "root over",
        lambda: [good(authority("Past Root", until=NOW - DAY))],
        "CHAIN_UNTRUSTED",
        {"anchors": lambda: [authority("Past Root", until=NOW - DAY).der]},
    ),
    above(
        "intermediate not an authority",
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
        constraints=NO_CA,
    ),
    above(
        "intermediate without constraints",
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
        constraints=None,
    ),
    above("intermediate with constraints not critical", "", critical=False),
    above(
        "intermediate that may not sign certificates",
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
        usage=key_usage(signs=False),
    ),
    above("intermediate with key usage", "", usage=key_usage(signs=True)),
    above(
        "intermediate for clients only",
        "CHAIN_MISSING CHAIN_EXTRA",
        private=False,
        purposes=(CLIENT,),
    ),
    above("intermediate for servers", "", purposes=(SERVER,)),
    above("intermediate for anything", "", purposes=(ANY,)),
    above("intermediate without key identifiers", "", identifiers=False),
    above("intermediate with a path length of zero", "", constraints=ZERO),
    Row(
        "path length of zero above another intermediate",
        lambda: [good(UNDER_ZERO), UNDER_ZERO.der, ZERO_CA.der],
        "CHAIN_MISSING CHAIN_UNTRUSTED CHAIN_EXTRA",
        private=False,
    ),
    above("intermediate with a weak key", "WEAK_KEY CHAIN_UNTRUSTED", signer=rsa_key(1024)),
    above(
        "unknown critical extension in the intermediate",
        "CHAIN_UNTRUSTED",
        extra=((x509.UnrecognizedExtension(OTHER_OID, b"\x05\0"), True),),
    ),
    constraints("permitted names that fit", "", [DNS("nordlicht.de")], None),
    constraints("permitted names of others", "CHAIN_UNTRUSTED", [DNS("else.de")], None),
    constraints(
        "permitted names of others, not critical", "CHAIN_UNTRUSTED", [DNS("else.de")], None, False
    ),
    constraints("excluded names", "CHAIN_UNTRUSTED", None, [DNS("nordlicht.de")]),
    constraints("excluded names of others", "", None, [DNS("else.de")]),
)


@pytest.mark.parametrize("row", CHAINS, ids=lambda row: row.title)
def test_exactly_these_codes(row: Row) -> None:
    holds(row)
