"""A private key in any form is an incident, is masked in text, and goes no further."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import textwrap
from collections.abc import Callable

import pytest

from bot.x509 import intake
from bot.x509.intake import MASK, Blob, key_passages, mask_keys
from tests.x509.case_table import Row, check, each
from tests.x509.openssl_made import HAS_SSH_KEYGEN, Made

KEY = "FMT_IS_KEY"
SECRET = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3Jl"
"""Base64 that stands for a key's material where its form alone counts."""

PPK = (
    "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: site\nPublic-Lines: 1\nAAAA\n"
    f"Private-Lines: 2\n{SECRET}\n{SECRET[:30]}\nPrivate-MAC: 0123456789abcdef\n"
)
JWK = json.dumps({"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "d": SECRET[:43]})
XML = f"<RSAKeyValue><Modulus>AQAB</Modulus><P>{SECRET}</P><D>{SECRET}</D></RSAKeyValue>"
SSH2 = (
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n'
    f"{SECRET}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
)
PGP = f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{SECRET}\n-----END PGP PRIVATE KEY BLOCK-----\n"


def key(made: Made) -> str:
    return made.key()


def sec1(made: Made) -> str:
    return made.pkey("-traditional").decode()


def sealed_traditional(made: Made) -> str:
    return made.openssl(
        "rsa", "-traditional", "-aes128", "-passout", "pass:x", fed=made.rsa.encode()
    ).decode()


def dump(made: Made) -> str:
    return made.pkey("-text", "-noout").decode()


def lines(made: Made) -> list[str]:
    return made.rsa.splitlines()


def quoted(text: str, mark: str = "> ") -> str:
    return textwrap.indent(text, mark, lambda _: True)


def made_start(made: Made) -> str:
    return made.rsa[:60]


TEXTS = [
    Row("PKCS#8", key, "", KEY),
    Row("SEC1", sec1, "", KEY),
    Row("PKCS#1", lambda m: m.rsa, "", KEY),
    Row("sealed PKCS#8", lambda m: m.sealed_key(), "", KEY),
    Row("sealed PKCS#8, old", lambda m: m.sealed_key("PEM", "-v1", "PBE-SHA1-3DES"), "", KEY),
    Row("sealed PKCS#1", sealed_traditional, "", KEY),
    Row("PuTTY", lambda m: PPK, "", KEY),
    Row("PuTTY cut off at the top", lambda m: PPK[PPK.index("Private-L"):], "", KEY),
    Row("PuTTY cut off at the end", lambda m: PPK[:-60], "", KEY),
    Row("JWK", lambda m: JWK, "", KEY),
    Row("JWK in HTML", lambda m: html.escape(JWK), "", KEY),
    Row("XML of .NET", lambda m: XML, "", KEY),
    Row("XML of .NET in HTML", lambda m: html.escape(XML), "", KEY),
    Row("SSH2", lambda m: SSH2, "", KEY),
    Row("age", lambda m: "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN" * 2, "", KEY),
    Row("PGP", lambda m: PGP, "", KEY),
    Row("openssl -text", dump, "", KEY),
    Row("openssl -text of RSA", lambda m: m.openssl(
        "rsa", "-text", "-noout", fed=m.rsa.encode()), "", KEY),
    Row("CRLF", lambda m: key(m).replace("\n", "\r\n"), "", KEY),
    Row("quoted", lambda m: quoted(key(m)), "", KEY),
    Row("quoted four deep", lambda m: quoted(key(m), ">>> > "), "", KEY),
    Row("indented", lambda m: quoted(key(m), "\t "), "", KEY),
    Row("HTML", lambda m: "".join(f"<p>{line}</p>" for line in key(m).splitlines()), "", KEY),
    Row("escaped signs", lambda m: key(m).replace("+", "&#43;").replace("-", "&#45;"), "", KEY),
    Row("quoted-printable", lambda m: key(m).replace("\n", "=\n=0A").replace("/", "=2F"), "", KEY),
    Row("one line", lambda m: " ".join(key(m).splitlines()), "", KEY),
    Row("one line without blanks", lambda m: "".join(m.rsa.splitlines()), "", KEY),
    Row("literal line ends", lambda m: "\\n".join(key(m).splitlines()), "", KEY),
    Row("zero-width", lambda m: "\u200b".join(textwrap.wrap(key(m), 11, drop_whitespace=False,
        replace_whitespace=False)), "", KEY),
    Row("long dashes", lambda m: key(m).replace("-----", "\u2014\u2014-"), "", KEY),
    Row("lower case", lambda m: key(m).replace("PRIVATE KEY", "private key"), "", KEY),
    Row("no dashes", lambda m: key(m).replace("-----", ""), "", KEY),
    Row("no blank in the label", lambda m: key(m).replace("PRIVATE KEY", "PRIVATEKEY"), "", KEY),
    Row("no END line", lambda m: "\n".join(lines(m)[:-1]), "", KEY),
    Row("cut off after two lines", lambda m: "\n".join(lines(m)[:3]), "", KEY),
    Row("cut off in its first line", made_start, "", KEY),
    Row("sealed and cut off", lambda m: sealed_traditional(m)[:400], "", KEY),
    Row("sealed, no BEGIN line", lambda m: sealed_traditional(m).split("\n", 1)[1], "", KEY),
    Row("sealed, neither line", lambda m: "\n".join(
        sealed_traditional(m).splitlines()[1:-1]), "", KEY),
    Row("no BEGIN line", lambda m: "\n".join(lines(m)[1:]), "", KEY),
    Row("only its last three lines", lambda m: "\n".join(lines(m)[-4:]), "", KEY),
    Row("naked", lambda m: "".join(key(m).splitlines()[1:-1]), "", KEY),
    Row("naked and sealed", lambda m: base64.encodebytes(m.sealed_key("DER")), "", KEY),
    Row("naked in lines", lambda m: "\n".join(lines(m)[1:-1]), "", KEY),
    Row("base64 once more", lambda m: base64.encodebytes(key(m).encode()), "", KEY),
    Row("base64 once more on one line", lambda m: base64.b64encode(key(m).encode()), "", KEY),
    Row("under CERTIFICATE", lambda m: m.rsa.replace("RSA PRIVATE KEY", "CERTIFICATE"), "", KEY),
    Row("certificate first", lambda m: m.pem("leaf") + key(m), "leaf", KEY),
    Row("certificate last", lambda m: key(m) + m.pem("leaf"), "leaf", KEY),
    Row("cut off, certificate last", lambda m: "\n".join(lines(m)[:4]) + "\n" + m.pem("leaf"),
        "leaf", KEY),
    Row("two keys", lambda m: key(m) + m.rsa, "", KEY),
    Row("two keys, both without END", lambda m: "\n".join(
        key(m).splitlines()[:-1] + lines(m)[:-1]), "", KEY),
    Row("speech around", lambda m: f"Hello,\nhere is all:\n{key(m)}Best regards\n", "", KEY),
]  # fmt: skip

FILES = [
    Row("PKCS#8 in DER", lambda m: m.pkey("-outform", "DER"), "", KEY),
    Row("SEC1 in DER", lambda m: m.pkey("-traditional", "-outform", "DER"), "", KEY),
    Row("PKCS#1 in DER", lambda m: m.openssl(
        "rsa", "-traditional", "-outform", "DER", fed=m.rsa.encode()), "", KEY),
    Row("sealed PKCS#8 in DER", lambda m: m.sealed_key("DER"), "", KEY),
    Row("PKCS#8 in DER cut off", lambda m: m.pkey("-outform", "DER")[:50], "", KEY),
    Row("PKCS#1 in DER cut off", lambda m: m.openssl(
        "rsa", "-traditional", "-outform", "DER", fed=m.rsa.encode())[:100], "", KEY),
    Row("UTF-16", lambda m: key(m).encode("utf-16"), "", KEY),
    Row("UTF-16 without mark", lambda m: key(m).encode("utf-16-le"), "", KEY),
    Row("in a text of megabytes", lambda m: "x\n" * 700_000 + key(m), "", KEY),
    Row("in a text of megabytes, UTF-16", lambda m: ("x\n" * 400_000 + key(m)).encode("utf-16"),
        "", KEY),
    Row("in a ZIP", lambda m: m.zipped({"a/site.key": key(m).encode()}), "", KEY),
    Row("in a ZIP with the certificate", lambda m: m.zipped(
        {"site.key": key(m).encode(), "site.crt": m.der("leaf")}), "leaf", KEY),
    Row("in a ZIP in base64", lambda m: base64.encodebytes(m.zipped({"k": key(m).encode()})), "",
        KEY),
    Row("masked before it came here", lambda m: [Blob("", f"Hello {MASK}".encode())], "", KEY),
]  # fmt: skip

CLEAN = (
    "Please never send a private key.",
    "It begins with BEGIN PRIVATE KEY and ends with END PRIVATE KEY.",
    "Copy all up to -----END PRIVATE KEY----- into your key store.",
    "The line -----BEGIN PRIVATE KEY----- marks a key.",
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
    '{"kty": "EC", "x": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"}',
    "<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue> is public",
    "Public Key: 00:11:22:33:44:55:66:77:88:99:aa",
    "priv: 12 of 13",
    "My Macintosh says MacIntoshMacIntoshMacIntoshMacIntosh",
    "",
)


def material(row: Row, made: Made) -> tuple[str, list[str]]:
    """The row's text, and the pieces of base64 or hex in it that must not stay."""
    sent = row.send(made)
    text = sent.decode() if isinstance(sent, bytes) else sent
    assert isinstance(text, str)
    certificate = "".join(made.pem("leaf").split())
    words = re.findall(r"[A-Za-z0-9+/]{24,}|(?:[0-9a-f]{2}:){8,}", text)
    return text, [word for word in words if word not in certificate]


@each(TEXTS)
def test_a_key_in_a_file_is_an_incident(row: Row, made: Made) -> None:
    found = check(row, made)

    assert found.key_files == ("sent.bin",)


@each(FILES)
def test_a_key_in_any_wrapping_is_an_incident(row: Row, made: Made) -> None:
    check(row, made)


@each(TEXTS)
def test_a_key_in_a_comment_is_masked_and_certificates_stay(row: Row, made: Made) -> None:
    text, secrets = material(row, made)

    masked, there = mask_keys(text)

    assert there
    assert MASK in masked
    assert not [secret for secret in secrets if secret in masked and _private(secret, text)]
    if row.certificates:
        assert made.pem("leaf") in masked


def _private(secret: str, text: str) -> bool:
    """Whether the piece is of the private half: what openssl prints of the public one may stay."""
    before = text[: text.index(secret)]
    return not before.rstrip().endswith(("pub:", "modulus:")) and ":" not in secret


@each(TEXTS)
def test_the_passages_are_the_text_as_it_came(row: Row, made: Made) -> None:
    text, _ = material(row, made)

    passages = key_passages(text)

    assert passages
    rest = text
    for passage in passages:
        assert passage in rest
        rest = rest.replace(passage, MASK)
    assert rest == mask_keys(text)[0]


@pytest.mark.parametrize("text", CLEAN)
def test_talk_about_keys_is_no_key(text: str) -> None:
    assert mask_keys(text) == (text, False)
    assert key_passages(text) == ()


def test_certificates_and_csrs_are_not_masked(made: Made) -> None:
    text = made.pem("leaf") + made.csr + made.crl + made.p7b().decode() + made.body("root")

    assert mask_keys(text) == (text, False)


def test_words_around_a_key_without_its_end_stay(made: Made) -> None:
    text = "Before\n" + "\n".join(lines(made)[:-1]) + "\n\nBest regards, Ada\nPhone 12345\n"

    masked, _ = mask_keys(text)

    assert masked.startswith(f"Before\n{MASK}")
    assert masked.endswith("regards, Ada\nPhone 12345\n")


def test_words_above_a_key_without_its_begin_stay(made: Made) -> None:
    text = "Dear all, this is\nthe file: \n" + "\n".join(lines(made)[1:]) + "\nBye\n"

    assert mask_keys(text) == (f"Dear all, this is\nthe file: \n{MASK}\nBye\n", True)


def test_the_public_half_of_a_key_is_told(made: Made) -> None:
    blobs = [Blob("a.key", made.key().encode()), Blob("b.der", made.pkey("-outform", "DER"))]

    found = intake.gather([*blobs, Blob("c.pem", made.sealed_key())])

    assert found.keys == (made.spki("leaf"),)
    assert found.key_files == ("a.key", "b.der", "c.pem")


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text.rsplit("-----END", maxsplit=1)[0] + "\nBest regards",
        lambda text: "".join(text.splitlines()[1:-1]),
        lambda text: base64.b64encode(text.encode()).decode(),
        quoted,
    ],
    ids=["no END line", "naked", "base64 once more", "quoted"],
)
def test_the_public_half_is_told_of_mangled_keys_too(
    made: Made, wrap: Callable[[str], str]
) -> None:
    found = intake.gather([Blob("", wrap(made.key()).encode())])

    assert found.keys == (made.spki("leaf"),)
    assert found.key_files == ()


@pytest.mark.skipif(not HAS_SSH_KEYGEN, reason="ssh-keygen is not installed")
def test_keys_of_openssh_are_incidents_and_their_public_halves_are_not(made: Made) -> None:
    raw = base64.b64decode("".join(made.openssh.splitlines()[1:-1]))
    blobs = [Blob("id", made.openssh.encode()), Blob("raw", raw)]

    private = intake.gather([*blobs, Blob("b64", base64.b64encode(raw))])
    public = intake.gather([Blob("id.pub", made.openssh_public.encode())])

    assert [f.code for f in private.findings] == [KEY] * 3
    assert len(private.keys) == 1
    assert [f.code for f in public.findings] == ["FMT_UNKNOWN"]
    assert "a public key" in public.findings[0].brand
    assert mask_keys(base64.b64encode(raw).decode()) == (MASK, True)


def test_nothing_of_a_key_is_said_logged_or_shown(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    texts = [made.key(), made.rsa, sec1(made)]
    blobs = [Blob(f"{n}.key", text.encode()) for n, text in enumerate(texts)]
    blobs.append(Blob("site.pfx", made.pfx()))
    secrets = [word for text in texts for word in re.findall(r"[A-Za-z0-9+/]{16,}", text)]

    with caplog.at_level(logging.DEBUG):
        found = intake.gather(blobs)

    shown = repr(found) + repr(blobs) + caplog.text
    assert len(secrets) > 10
    assert not [secret for secret in secrets if secret in shown]
