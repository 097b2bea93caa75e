"""Details judged before a key is made: every fault at once, with a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.x509 import countries, judging, request
from bot.x509.details import Field, KeyKind
from bot.x509.findings import Severity
from bot.x509.subject import from_request

GOOD = {
    Field.COMMON_NAME: "www.brand.com",
    Field.ORGANIZATION: "Brand Ltd",
    Field.LOCALITY: "Leeds",
    Field.COUNTRY: "UK",
    Field.BITS: "2048",
}


def codes(answers: Mapping[Field, str]) -> list[str]:
    return [finding.code for finding in judging.judge(answers).findings]


def test_good_details_have_no_findings() -> None:
    judged = judging.judge(GOOD | {Field.NAMES: "brand.com and WWW.brand.com, shop.brand.com"})

    assert judged.findings == ()
    assert judged.details is not None
    assert judged.details.names == ("www.brand.com", "brand.com", "shop.brand.com")
    assert judged.details.country == "GB"
    assert judged.details.key is KeyKind.RSA_2048


def test_nothing_at_all_is_told_in_one_go() -> None:
    judged = judging.judge({})

    assert [f.brand for f in judged.findings] == [
        "Common Name is missing; please add it.",
        "Organization is missing; please add it.",
        "Locality or State is missing; please add it.",
        "Country is missing; please add it.",
    ]
    assert judged.details is None


@pytest.mark.parametrize("empty", [".", "-", " ", "n/a", "N.A.", "none", "---", "keine", "?", "…"])
def test_empty_talk_is_no_value(empty: str) -> None:
    assert codes(GOOD | {Field.ORGANIZATION: empty}) == ["FIELD_MISSING"]
    assert codes(GOOD | {Field.ORGANIZATIONAL_UNIT: empty, Field.NAMES: empty}) == []


@pytest.mark.parametrize(
    ("field", "written", "code", "remedy"),
    [
        (Field.COUNTRY, "Germny", "COUNTRY_UNKNOWN", "did you mean Germany (DE)?"),
        (Field.COUNTRY, "EU", "COUNTRY_UNKNOWN", "such as DE"),
        (Field.COUNTRY, "XX", "COUNTRY_UNKNOWN", "such as DE"),
        (Field.BITS, "1024", "BITS_UNSUPPORTED", "We propose RSA 2048."),
        (Field.BITS, "8192", "BITS_UNSUPPORTED", "We propose RSA 4096."),
        (Field.BITS, "P-521", "BITS_UNSUPPORTED", "We propose P-384."),
        (Field.BITS, "ed25519", "BITS_UNSUPPORTED", "We propose P-256."),
        (Field.BITS, "RSA 256", "BITS_UNSUPPORTED", "We propose RSA 2048."),
        (Field.ORGANIZATION, "Your Company", "FIELD_PLACEHOLDER", "“Your Company”"),
        (Field.ORGANIZATION, "<company>", "FIELD_PLACEHOLDER", "the real one"),
        (Field.ORGANIZATION, "Internet Widgits Pty Ltd", "FIELD_PLACEHOLDER", "the real one"),
        (Field.ORGANIZATION, "Brand\x00Ltd", "FIELD_PLACEHOLDER", "cannot be printed"),
        (Field.ORGANIZATION, "B" * 65, "FIELD_TOO_LONG", "65 characters"),
        (Field.LOCALITY, "L" * 129, "FIELD_TOO_LONG", "129 characters"),
        (Field.STATE, "Some-State", "FIELD_PLACEHOLDER", "Some-State"),
        (Field.COMMON_NAME, "foo_bar.brand.com", "NAME_INVALID", "mean foo-bar.brand.com?"),
        (Field.COMMON_NAME, "yourdomain.com", "FIELD_PLACEHOLDER", "the real domain"),
        (Field.NAMES, "brand.local", "NAME_INTERNAL", "“brand.local”"),
        (Field.NAMES, "w*.brand.com", "WILDCARD_INVALID", "mean *.brand.com?"),
    ],
)
def test_fault_names_value_reason_and_remedy(
    field: Field, written: str, code: str, remedy: str
) -> None:
    judged = judging.judge(GOOD | {field: written})

    [finding] = judged.findings
    assert (finding.code, finding.severity) == (code, Severity.BLOCK)
    assert remedy in finding.brand
    assert judged.details is None


def test_same_fault_is_told_once() -> None:
    assert codes(GOOD | {Field.NAMES: "a_b.com, a_b.com"}) == ["NAME_INVALID"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("NO", ""), ("NA", ""), ("N/A", "FIELD_MISSING"), ("none", "FIELD_MISSING")],
)
def test_norway_and_namibia_are_countries(written: str, code: str) -> None:
    assert codes(GOOD | {Field.COUNTRY: written}) == ([code] if code else [])


def test_too_many_names_are_counted() -> None:
    many = ", ".join(f"h{n}.brand.com" for n in range(150))

    [finding] = judging.judge(GOOD | {Field.NAMES: many}).findings

    assert finding.brand.startswith("151 domains do not fit")


def test_unit_is_left_out_with_a_word() -> None:
    judged = judging.judge(GOOD | {Field.ORGANIZATIONAL_UNIT: "IT"})

    assert [f.code for f in judged.findings] == ["OU_IGNORED"]
    assert judged.details is not None


def test_mixed_alphabets_wait_for_an_agent() -> None:
    judged = judging.judge(GOOD | {Field.COMMON_NAME: "\u0430pple.com"})

    [finding] = judged.findings
    assert (finding.code, finding.severity) == ("NAME_INVALID", Severity.ACK)
    assert judged.details is None


@pytest.mark.parametrize(
    ("state", "country", "spelled"),
    [
        ("CA", "US", "California"),
        ("N.Y.", "USA", "New York"),
        ("NSW", "Australia", "New South Wales"),
        ("AB", "Canada", "Alberta"),
        ("BY", "DE", "BY"),
        ("ZZ", "US", "ZZ"),
        ("Bavaria", "DE", "Bavaria"),
    ],
)
def test_states_are_spelled_out(state: str, country: str, spelled: str) -> None:
    details = judging.judge(GOOD | {Field.STATE: state, Field.COUNTRY: country}).details

    assert details is not None
    assert details.state == spelled


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Germania", "DE"),
        ("Duitsland", "DE"),
        ("Alemanha", "DE"),
        ("DEU", "DE"),
        ("Germany (DE)", "DE"),
        ("DE - Germany", "DE"),
        ("🇩🇪", "DE"),
        ("U.S.A.", "US"),
        ("the Netherlands", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("South Korea", "KR"),
        ("日本", "JP"),
        ("NO", "NO"),
        ("NA", "NA"),
        ("276", ""),
        ("Germany or France", ""),
        ("Germany / France", ""),
        ("", ""),
    ],
)
def test_countries_are_known_in_many_languages(written: str, code: str) -> None:
    assert countries.code(written) == code


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("2,048 bit", KeyKind.RSA_2048),
        ("4096-bit RSA", KeyKind.RSA_4096),
        ("RSA3072", KeyKind.RSA_3072),
        ("ECC P-256", KeyKind.P256),
        ("secp384r1", KeyKind.P384),
        ("prime256v1", KeyKind.P256),
        ("4k", KeyKind.RSA_4096),
        ("n/a", KeyKind.RSA_2048),
    ],
)
def test_keys_are_known_by_many_names(written: str, kind: KeyKind) -> None:
    details = judging.judge(GOOD | {Field.BITS: written}).details

    assert details is not None
    assert details.key is kind


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def certificate(key: Key, *sans: str, common_name: str = "www.brand.com") -> bytes:
    """A self-signed one with a full subject."""
    said = {
        NameOID.COUNTRY_NAME: "DE",
        NameOID.ORGANIZATION_NAME: "Brand GmbH",
        NameOID.COMMON_NAME: common_name,
    }
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in said.items() if text])
    now = datetime(2026, 11, 24, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
    )
    if sans:
        extension = x509.SubjectAlternativeName([x509.DNSName(name) for name in sans])
        builder = builder.add_extension(extension, critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(Encoding.DER)


def test_certificate_fills_the_form() -> None:
    der = certificate(ec.generate_private_key(ec.SECP256R1()), "www.brand.com", "brand.com")

    assert judging.from_certificate(der) == {
        Field.COMMON_NAME: "www.brand.com",
        Field.ORGANIZATION: "Brand GmbH",
        Field.COUNTRY: "DE",
        Field.NAMES: "brand.com",
        Field.BITS: "P-256",
    }


def test_certificate_without_a_common_name_fills_the_form_with_its_first_name() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    der = certificate(key, "www.brand.com", "brand.com", common_name="")

    found = judging.from_certificate(der)

    assert (found[Field.COMMON_NAME], found[Field.NAMES]) == ("www.brand.com", "brand.com")


def test_csr_fills_the_form_as_a_certificate_does() -> None:
    details = judging.judge(GOOD | {Field.NAMES: "shop.brand.com"}).details
    assert details is not None
    csr = x509.load_pem_x509_csr(request.sign(request.draw(KeyKind.P256), details).encode())

    found = from_request(csr.public_bytes(Encoding.DER))

    assert judging.judge(found).details == replace(details, key=KeyKind.P256)
    assert from_request(b"no CSR") == {}


@pytest.mark.parametrize(
    ("key", "bits"),
    [
        (rsa.generate_private_key(65537, 1024), "2048"),
        (rsa.generate_private_key(65537, 2048), "2048"),
        (ec.generate_private_key(ec.SECP521R1()), "P-384"),
        (ed25519.Ed25519PrivateKey.generate(), "2048"),
    ],
)
def test_certificate_without_further_names_still_fills_the_form(key: Key, bits: str) -> None:
    read = judging.from_certificate(certificate(key))

    assert read[Field.BITS] == bits
    assert Field.NAMES not in read


def test_unreadable_certificate_fills_nothing() -> None:
    assert judging.from_certificate(b"nonsense") == {}
