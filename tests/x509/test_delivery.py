"""CSR and key are taken in every shape people use, and each fault is named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.x509 import delivery, request
from bot.x509.delivered_files import Given
from bot.x509.delivery import Judged
from bot.x509.details import KeyKind
from tests.x509.delivered import DETAILS, HOST, SHAPES, written

BROKEN_CSR = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----"
MISSING_CSR = "The CSR is missing."
MISSING_KEY = "The private key of the CSR is missing."
LOCKED = "The private key in {} is locked with a password that the bot has not."
FITS_NOT = "The private key in {} does not belong to the CSR in {}. Please delete that file."


def key(number: int = 1, kind: KeyKind = KeyKind.RSA_2048) -> request.PrivateKey:
    return drawn(number, kind)


@cache
def drawn(number: int, kind: KeyKind) -> request.PrivateKey:
    return request.draw(kind)


def csr(number: int = 1, kind: KeyKind = KeyKind.RSA_2048) -> bytes:
    return request.sign(key(number, kind), DETAILS).encode()


def judged(*files: tuple[str, bytes | None], opened: bytes | None = None) -> Judged:
    def opens(cms: bytes) -> bytes:
        if opened is None:
            raise ValueError("not for the bot")
        return opened

    given = [Given(str(n), name, data) for n, (name, data) in enumerate(files)]
    return delivery.judge(given, DETAILS, opens)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("key_first", [True, False])
def test_key_of_every_shape_is_taken_in_either_order(shape: str, *, key_first: bool) -> None:
    files = [("a.csr", csr()), ("a.key", written(key(), shape))]

    found = judged(*(reversed(files) if key_first else files))

    assert found.csr.encode() == csr()
    assert request.load(found.key).private_numbers() == key().private_numbers()
    assert found.keys == (("0" if key_first else "1", request.spki(key().public_key())),)
    assert found.wrong == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_key_on_a_curve_is_taken_where_it_was_asked_for(shape: str) -> None:
    made = key(1, KeyKind.P256)
    asked = replace(DETAILS, key=KeyKind.P256)
    files = [
        Given("1", "a.csr", request.sign(made, asked).encode()),
        Given("2", "a.key", written(made, shape)),
    ]

    assert delivery.judge(files, asked, bytes).key == written(made)


def test_csr_as_der_and_both_in_one_file_are_taken() -> None:
    der = x509.load_pem_x509_csr(csr()).public_bytes(Encoding.DER)

    assert judged(("a.der", der), ("a.key", written(key()))).csr
    both = judged(("both.pem", b"Hello\n" + written(key()) + b"and\n" + csr()))
    assert both.csr_file == both.keys[0][0] == "0"


def test_newest_right_csr_that_has_its_key_counts() -> None:
    found = judged(
        ("1.csr", csr(1)), ("1.key", written(key(1))), ("2.csr", csr(2)), ("2.key", written(key(2)))
    )

    assert found.csr.encode() == csr(2)
    assert found.csr_file == "2"
    assert found.wrong == (FITS_NOT.format("1.key", "2.csr"),)


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ([], (MISSING_CSR, MISSING_KEY)),
        ([("shot.png", b"\x89PNG")], (MISSING_CSR, MISSING_KEY)),
        ([("noise.der", b"\x30\x82\xff\xff")], (MISSING_CSR, MISSING_KEY)),
        ([("a.csr", csr())], (MISSING_KEY,)),
        ([("a.key", written(key()))], (MISSING_CSR,)),
        ([("a.csr", csr()), ("b.key", written(key(2)))], (FITS_NOT.format("b.key", "a.csr"),)),
        (
            [("a.csr", csr()), ("a.key", written(key(), password=b"secret"))],
            (
                LOCKED.format("a.key"),
                MISSING_KEY,
            ),
        ),
        (
            [("a.csr", csr()), ("a.key", written(key(), "traditional PEM", b"secret"))],
            (
                LOCKED.format("a.key"),
                MISSING_KEY,
            ),
        ),
        (
            [("a.csr", csr()), ("a.der", written(key(), "PKCS#8 DER", b"secret"))],
            (
                LOCKED.format("a.der"),
                MISSING_KEY,
            ),
        ),
        (
            [("a.csr", csr()[:-60] + b"AAAA" + csr()[-56:]), ("a.key", written(key())[:-60])],
            ("a.csr: the signature of the CSR is wrong.", MISSING_KEY),
        ),
        (
            [("big.csr", None)],
            ("big.csr is too big to be a CSR or a key; it was not read.", MISSING_CSR, MISSING_KEY),
        ),
        (
            [("a.csr", csr()), ("a.p7m", b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n")],
            ("a.p7m is not sealed for the certificate of the bot.", MISSING_KEY),
        ),
        (
            [
                (
                    "a.csr",
                    b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----",
                )
            ],
            ("The CSR in a.csr is damaged.", MISSING_CSR, MISSING_KEY),
        ),
        (
            [("a.key", b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----")],
            ("The private key in a.key is damaged.", MISSING_CSR, MISSING_KEY),
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    files: list[tuple[str, bytes | None]], wrong: tuple[str, ...]
) -> None:
    found = judged(*files)

    assert not found.csr
    assert not found.key
    assert found.wrong == wrong


def test_sealed_key_is_opened() -> None:
    cms = b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"

    assert judged(("a.csr", csr()), ("a.p7m", cms), opened=written(key())).key
    [said] = judged(("a.csr", csr()), ("a.p7m", cms), opened=b"nothing").wrong[:1]
    assert "holds no private key" in said


def test_seal_within_a_seal_is_not_opened() -> None:
    cms = b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"

    found = judged(("a.csr", csr()), ("a.p7m", cms), opened=cms)

    assert "a.p7m is not sealed for the certificate of the bot." in found.wrong


def test_key_whose_private_half_is_damaged_is_refused() -> None:
    mine = key()
    assert isinstance(mine, rsa.RSAPrivateKey)
    right = mine.private_numbers()
    numbers = rsa.RSAPrivateNumbers(
        right.p, right.q, right.d + 2, right.dmp1, right.dmq1, right.iqmp, right.public_numbers
    )
    damaged = numbers.private_key(unsafe_skip_rsa_key_validation=True)

    found = judged(("a.csr", csr()), ("a.key", written(damaged)))

    assert found.wrong == ("The private key in a.key is damaged.",)


def test_key_of_another_kind_is_named() -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    said = judged(("a.csr", csr()), ("a.key", pem)).wrong

    assert said[0] == "The private key in a.key is neither RSA nor of a NIST curve."


def test_csr_that_differs_is_described_fully() -> None:
    other = replace(
        DETAILS,
        names=(HOST, "evil.example"),
        organization="Other",
        state="",
        key=KeyKind.P256,
    )
    pem = request.sign(key(1, KeyKind.P256), other).encode()

    assert judged(("a.csr", pem), ("a.key", written(key(1, KeyKind.P256)))).wrong == (
        "a.csr: the key is P-256, but RSA 2048 was asked for.",
        "a.csr: these names are missing: nordlicht-store.com.",
        "a.csr: these names were not asked for: evil.example.",
        "a.csr: Organization is Other, but should be Nordlicht Handels GmbH.",
        "a.csr: State is empty, but should be Hamburg.",
    )


def test_thousand_names_are_not_all_listed() -> None:
    many = replace(DETAILS, names=(*DETAILS.names, *(f"{n}.evil.example" for n in range(1000))))

    [said] = judged(("a.csr", request.sign(key(), many).encode()), ("a.key", written(key()))).wrong

    assert said.endswith("and more.")
    assert len(said) < 600


def test_csr_without_names_and_with_more_in_its_subject_is_refused() -> None:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, HOST.upper()),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.com"),
        ]
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    pem = made.sign(key(), hashes.SHA256()).public_bytes(Encoding.PEM)

    said = judged(("a.csr", pem), ("a.key", written(key()))).wrong

    assert f"a.csr: these names are missing: nordlicht-store.com, {HOST}." in said
    assert not any("Common Name" in sentence for sentence in said)
    assert said[-1].startswith("a.csr: the subject says more than was asked for: ")


def test_nothing_of_a_key_shows_when_a_value_is_printed() -> None:
    clear = written(key())

    shown = repr(judged(("a.csr", csr()), ("a.key", clear))) + repr(Given("1", "a", clear))

    assert "PRIVATE" not in shown


def test_hostile_file_is_read_quickly_and_yields_nothing() -> None:
    flood = b"-----BEGIN CERTIFICATE REQUEST-----\n" * 2000

    assert judged(("flood.pem", flood)).wrong == (MISSING_CSR, MISSING_KEY)
