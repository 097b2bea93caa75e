"""Usage, key, signature and authority, each row with exactly the codes it gets."""

from __future__ import annotations

from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.x509.judged import CA1, OURS, ROOT, good
from tests.x509.making import (
    OTHER_OID,
    SERVER,
    Ca,
    authority,
    key_usage,
    leaf,
    rsa_key,
)
from tests.x509.resigning import resigned
from tests.x509.rows import ANY, CLIENT, Row, extension, holds, one, signed_by


@cache
def rsa_ca() -> Ca:
    return authority("Nord RSA CA", ROOT, signer=rsa_key(2048))


def weak(digest: str) -> list[bytes]:
    """A leaf whose RSA signature has another hash."""
    last = {"sha1": b"\x05", "md5": b"\x04"}[digest]
    oid = bytes.fromhex("2a864886f70d0101")
    made = resigned(
        good(rsa_ca()), rsa_ca().key, lambda b: b.replace(oid + b"\x0b", oid + last), digest
    )
    return [made, rsa_ca().der]


def numbered(serial: bytes) -> list[bytes]:
    """A leaf with a serial number that no builder writes."""
    made = good(serial=1)
    changed = resigned(
        made,
        CA1.key,
        lambda b: b.replace(
            b"\xa0\x03\x02\x01\x02\x02\x01\x01", b"\xa0\x03\x02\x01\x02\x02\x01" + serial
        ),
    )
    return [changed, CA1.der]


DNS = x509.DNSName
TEST = ("Sectigo Test Root", "DigiCert Test Root CA G2", "Test Intermediate")
STAGING = (
    "(STAGING) Pretend Pear X1",
    "Fake LE Root X1",
    "Pebble Root CA 0a1b",
    "mkcert dev CA",
    "minica root ca 1",
)

PROFILES = (
    one("no extended key usage", "NO_SERVERAUTH", purposes=None),
    one("client only", "NO_SERVERAUTH", purposes=(CLIENT,)),
    one("any usage only", "NO_SERVERAUTH", purposes=(ANY,)),
    one("any usage beside server", purposes=(ANY, SERVER)),
    one("server and client", purposes=(SERVER, CLIENT)),
    one("server and an odd one", purposes=(SERVER, OTHER_OID)),
    one(
        "an authority",
        "IS_CA",
        constraints=x509.BasicConstraints(ca=True, path_length=None),
        usage=key_usage(signs=True),
    ),
    one("a leaf that may sign certificates", "IS_CA", usage=key_usage(signs=True)),
    one("no basic constraints", constraints=None),
    one("key usage", usage=key_usage(signs=False)),
    one("no key identifiers", identifiers=False),
    extension("pre-certificate", "FMT_UNKNOWN CHAIN_UNTRUSTED", x509.PrecertPoison(), True),
    extension("must-staple", "", x509.TLSFeature([x509.TLSFeatureType.status_request]), False),
    extension("unknown extension", "", x509.UnrecognizedExtension(OTHER_OID, b"\x05\0"), False),
    extension(
        "unknown critical extension",
        "CHAIN_UNTRUSTED",
        x509.UnrecognizedExtension(OTHER_OID, b"\x05\0"),
        True,
    ),
    extension(
        "certificate policy",
        "",
        x509.CertificatePolicies(
            [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
        ),
        False,
    ),
    extension(
        "name constraints in a leaf", "", x509.NameConstraints([DNS("nordlicht.de")], None), False
    ),
    Row("self-signed", lambda: [leaf(None, OURS)], "SELF_SIGNED", private=False),
    Row(
        "self-signed beside the right one",
        lambda: [leaf(None, OURS), good(), CA1.der],
        "CHAIN_EXTRA",
    ),
    Row(
        "pre-certificate beside the right one",
        lambda: [good(extra=((x509.PrecertPoison(), True),)), good(), CA1.der],
        "CHAIN_EXTRA",
    ),
    Row("SHA-1", lambda: weak("sha1"), "WEAK_SIGNATURE CHAIN_UNTRUSTED"),
    Row("MD5", lambda: weak("md5"), "WEAK_SIGNATURE CHAIN_UNTRUSTED"),
    Row("serial number zero", lambda: numbered(b"\0"), "CHAIN_UNTRUSTED"),
    Row("negative serial number", lambda: numbered(b"\xff"), "CHAIN_UNTRUSTED"),
    Row("serial number of 21 octets", lambda: [good(serial=(1 << 159) - 1), CA1.der], ""),
    *(
        Row(
            f"key: {title}",
            lambda k=own: [good(CA1, k), CA1.der],
            found,
            {"keys": lambda k=own: [k]},
        )
        for title, own, found in (
            ("RSA 2048", rsa_key(2048), ""),
            ("RSA 1024", rsa_key(1024), "WEAK_KEY"),
            ("RSA 2047", rsa_key(2047), "WEAK_KEY"),
            ("RSA 2052", rsa_key(2052), "WEAK_KEY"),
            ("RSA exponent 3", rsa_key(2048, 3), ""),
            ("P-384", ec.generate_private_key(ec.SECP384R1()), ""),
            ("P-521", ec.generate_private_key(ec.SECP521R1()), ""),
            ("P-224", ec.generate_private_key(ec.SECP224R1()), "WEAK_KEY"),
            ("secp256k1", ec.generate_private_key(ec.SECP256K1()), "WEAK_KEY"),
            ("Ed25519", ed25519.Ed25519PrivateKey.generate(), "WEAK_KEY"),
        )
    ),
    *(signed_by(f"issued by {ca}", "TEST_CA", lambda ca=ca: authority(ca)) for ca in STAGING),
    *(
        signed_by(f"issued by {ca}, which the operator trusts", "", lambda ca=ca: authority(ca))
        for ca in TEST
    ),
    *(
        Row(
            f"issued by {ca}",
            lambda ca=ca: [good(authority(ca))],
            "TEST_CA CHAIN_MISSING",
            private=False,
        )
        for ca in TEST
    ),
    Row(
        "attested is not a test",
        lambda: [good(authority("Attest Root CA"))],
        "CHAIN_MISSING",
        private=False,
    ),
)


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row.title)
def test_exactly_these_codes(row: Row) -> None:
    holds(row)
