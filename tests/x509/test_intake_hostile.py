"""Whatever comes in: no crash, no endless work, and no key that leaks.

Work is counted in calls, not in seconds: twice the input may cost little more than
twice the calls.
"""

from __future__ import annotations

import html
import random
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Sequence
from types import FrameType

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.x509 import intake
from bot.x509.intake import LARGEST, MASK, Blob, Found, key_passages, mask_keys
from tests.x509.openssl_made import Made

few = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def calls(work: Callable[[], object]) -> int:
    """How many calls the work makes, those into C included."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def samples(made: Made) -> list[bytes]:
    """Something of each kind."""
    return [
        *(made.pem(name).encode() for name in ("leaf", "middle")),
        *(made.der("leaf"), made.p7b(), made.p7b("DER"), made.ber, made.netscape),
        made.trusted.encode(),
        *(made.pfx(), made.pfx("x"), made.pfx("", "-legacy"), made.signature(), made.csr.encode()),
        *(made.key().encode(), made.rsa.encode(), made.sealed_key(), made.sealed_key("DER")),
        *(made.crl.encode(), made.pkey("-outform", "DER"), b"> ", b"<br>", b"=\n", b"&#43;"),
        *(made.zipped({"a.crt": made.der("leaf")}), made.zipped({"a.key": made.key().encode()})),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def kinds(made: Made) -> list[bytes]:
    return samples(made)


def holds(found: Found) -> None:
    """Only certificates come out, and every finding is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of serials that are not positive
        for der in found.certificates:
            x509.load_der_x509_certificate(der)
    assert {f.code for f in found.findings} <= {
        *("FMT_UNKNOWN", "FMT_IS_CSR", "FMT_IS_KEY", "FMT_ENCRYPTED_PFX", "FMT_ZIP_PASSWORD"),
        *("FMT_IMAGE", "FMT_TOO_BIG", "ZIP_BOMB", "FMT_REPAIRED"),
    }
    assert len(found.files) == len(found.certificates)


@few
@given(data=st.binary(max_size=600), text=st.text(max_size=300))
def test_any_bytes_are_read(data: bytes, text: str) -> None:
    holds(intake.gather([Blob("x", data), Blob("", text.encode("utf-8", "surrogatepass"))]))
    holds(intake.gather([Blob("x", b"0\x82" + data), Blob("y", b"PK\x03\x04" + data)]))


@few
@given(seed=st.integers(0, 2**32))
def test_any_mixture_of_pieces_is_read(kinds: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    pieces = []
    for _ in range(chance.randint(1, 6)):
        piece = chance.choice(kinds)
        start, stop = sorted(chance.choices(range(len(piece) + 1), k=2))
        pieces.append(chance.choice([piece, piece[start:], piece[:stop], piece[start:stop]]))

    holds(intake.gather([Blob("x", b"".join(pieces)), Blob("", b"\n".join(pieces))]))


@few
@given(seed=st.integers(0, 2**32))
def test_any_flipped_bits_are_read(kinds: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(chance.choice(kinds))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)

    holds(intake.gather([Blob("x", bytes(data))]))


MANGLES: Sequence[Callable[[str], str]] = (
    lambda text: textwrap.indent(text, "> ", lambda _: True),
    lambda text: textwrap.indent(text, "   ", lambda _: True),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "<br>\n"),
    lambda text: text.replace("\n", "\\n"),
    lambda text: text.replace("\n", " "),
    html.escape,
    lambda text: text.replace("+", "&#43;").replace("/", "&#x2F;"),
    lambda text: text.replace("-----", "\u2014\u2014-"),
    lambda text: text.replace(" ", "\xa0"),
    lambda text: text.replace("=", "=3D").replace("+", "=2B"),
    lambda text: "\u200b".join(text[at : at + 30] for at in range(0, len(text), 30)),
)


@few
@given(
    mangles=st.lists(st.sampled_from(MANGLES), max_size=3),
    cut=st.integers(0, 12),
    top=st.booleans(),
)
def test_no_mangled_key_stays_in_a_comment(
    made: Made, mangles: list[Callable[[str], str]], cut: int, top: bool
) -> None:
    lines = made.rsa.splitlines()
    lines = lines[cut:] if top else lines[: len(lines) - cut]
    text = "\n".join(lines)
    for mangle in mangles:
        text = mangle(text)
    comment = f"Hello,\n\n{text}\n\nRegards, Ada\n"

    masked, there = mask_keys(comment)

    assert there
    assert MASK in masked
    assert not re.search(r"[A-Za-z0-9/+]{24}", masked), masked
    assert "Hello,\n" in masked
    assert mask_keys(masked) == (masked, False)
    assert all(passage in comment for passage in key_passages(comment))
    found = intake.gather([Blob("", comment.encode())])
    assert [f.code for f in found.findings] == ["FMT_IS_KEY"]


@few
@given(
    text=st.text(alphabet="-=> \n<>&#;MIQABEGINEDPRVATKYabc0123+/\\\u2014\u200b\xa0", max_size=400)
)
def test_masking_only_ever_replaces_passages(text: str) -> None:
    masked, there = mask_keys(text)

    assert there == bool(key_passages(text))
    assert there or masked == text


HOSTILE = {
    "BEGIN lines": "-----BEGIN CERTIFICATE-----\n",
    "BEGIN lines of keys": "-----BEGIN PRIVATE KEY-----\n",
    "END lines": "-----END PRIVATE KEY-----\n",
    "key lines": "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n",
    "END lines with bodies": "A" * 64 + "\n-----END PRIVATE KEY-----\n",
    "base64": "A" * 64,
    "starts of structures": "MIICXAIBAABKAAAAAAAAAAAAAAAAAAAAAA ",
    "starts of wrapped keys": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWQ ",
    "tags": "<b>",
    "opened tags": "<a ",
    "entities": "&amp;amp;",
    "soft breaks": "=\n",
    "escapes": "\\n\\u0041",
    "headers": "Proc-Type: 4,ENCRYPTED\n",
    "headers of sealed keys": "DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n",
    "PuTTY heads": "PuTTY-User-Key-File-3: x\nPrivate-Lines: 1\n",
    "XML heads": "<RSAKeyValue><D>",
    "JSON": '"kty": "d": "',
    "dumps": "priv:\n00:11:",
    "passwords": "password is ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_work_grows_no_faster_than_the_input(piece: str) -> None:
    once, twice = (piece * (count * 20_000 // len(piece)) for count in (1, 2))

    def work(text: str) -> int:
        both = [Blob("", text.encode()), Blob("x", text.encode())]
        return calls(lambda: (intake.gather(both), mask_keys(text)))

    assert work(twice) <= 2.3 * work(once) + 2000


BINARY = {
    "open lengths": b"\x30\x80",
    "long lengths": b"\x30\x84\x7f\xff\xff\xff",
    "small sequences": b"\x30\x82\x00\x02\x05\x00",
    "bundles without end": bytes.fromhex("308006092a864886f70d010702a08030800201013100"),
    "pieces of a PFX": bytes.fromhex("3080020103308006092a864886f70d010701a0802480"),
    "ends of archives": b"PK\x05\x06",
    "zeros": b"\0",
    "words": b"PRIVATE ",
}


@pytest.mark.parametrize("piece", BINARY.values(), ids=BINARY)
def test_ten_mebibytes_cost_a_bounded_number_of_calls(piece: bytes) -> None:
    data = (piece * (LARGEST // len(piece) + 1))[:LARGEST]

    assert calls(lambda: intake.gather([Blob("x", data)])) < 300_000


def test_twenty_thousand_begin_lines_and_a_key_are_a_key(made: Made) -> None:
    text = "-----BEGIN CERTIFICATE-----\n" * 20_000 + made.key()

    found = intake.gather([Blob("x", text.encode())])

    assert [f.code for f in found.findings] == ["FMT_IS_KEY"]


def test_a_line_of_360_kilobytes_keeps_no_certificate_behind_it_from_being_found(
    made: Made,
) -> None:
    text = "x" * 360_000 + "\n" + made.pem("leaf")

    found = intake.gather([Blob("x", text.encode())])

    assert [made.known[der] for der in found.certificates] == ["leaf"]
    assert found.findings == ()


@pytest.mark.parametrize("size", [1024 * 1024 + 1, LARGEST, LARGEST + 1])
def test_a_text_too_long_for_a_certificate_is_said_to_be_so(size: int) -> None:
    found = intake.gather([Blob("x", b"a" * size)])

    assert [f.code for f in found.findings] == ["FMT_TOO_BIG"]


def test_all_texts_of_a_comment_together_are_bounded() -> None:
    found = intake.gather([Blob(f"{n}.txt", b"a " * 500_000) for n in range(6)])

    assert [f.code for f in found.findings] == ["FMT_UNKNOWN"] * 4 + ["FMT_TOO_BIG"] * 2


def test_no_more_certificates_than_a_comment_may_hold(made: Made) -> None:
    one = made.der("leaf")
    copies = [one[:-2] + bytes([a, b]) for a in range(2) for b in range(256)]

    one_file = intake.gather([Blob("x", b"".join(copies))])
    files = intake.gather([Blob(f"{n}", b"".join(copies[n::4])) for n in range(4)])

    assert len(one_file.certificates) == len(files.certificates) == 200
