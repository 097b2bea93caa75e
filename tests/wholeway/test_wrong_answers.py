"""Each wrong answer as a whole conversation: told by its code, nothing raised, then the right one.

All conversations run side by side through one bot and one sandbox.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import staged, the_issue

File = tuple[str, bytes, str]
PEM: Final = "application/x-x509-ca-cert"
DETAILS: Final = """The SSL certificate of our site expires.

Common Name: {host}
Organization: Nordlicht Handels GmbH
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: P-256
Additional domains: {apex}
"""


@dataclass(frozen=True)
class Wrong:
    """What the brand sends instead, and the codes that it is answered with."""

    codes: tuple[str, ...]
    files: Callable[[World, str], Sequence[File]]


def pem(*texts: str) -> list[File]:
    return [(f"file{n}.pem", text.encode(), PEM) for n, text in enumerate(texts)]


def another_keys(world: World) -> tuple[str, str]:
    return world.ca.issue([world.host, world.host.removeprefix("www.")])


def locked_pfx(world: World, _: str) -> list[File]:
    key, leaf = another_keys(world)
    private = load_pem_private_key(key.encode(), password=None)
    certificate = x509.load_pem_x509_certificate(leaf.encode())
    sealed = BestAvailableEncryption(b"a secret that nobody knows")
    data = pkcs12.serialize_key_and_certificates(
        b"x",
        private,  # type: ignore[arg-type]
        certificate,
        None,
        sealed,
    )
    return [("certificate.pfx", data, "application/x-pkcs12")]


def locked_zip(world: World, csr: str) -> list[File]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("certificate.crt", world.ca.sign(csr))
    data = bytearray(packed.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1  # the flag that says: encrypted
    return [("certificate.zip", bytes(data), "application/zip")]


NOW: Final = datetime.now(UTC)
WRONG: Final = {
    "the CSR itself": Wrong(("FMT_IS_CSR",), lambda _, csr: pem(csr)),
    "the authority's certificates": Wrong(
        ("FMT_ONLY_CA_CERTS",), lambda world, _: pem(world.ca.chain_pem, world.ca.root_pem)
    ),
    "a certificate of another key": Wrong(
        ("KEY_MISMATCH",), lambda world, _: pem(another_keys(world)[1], world.ca.chain_pem)
    ),
    "a certificate without one of the names": Wrong(
        ("SAN_MISSING",),
        lambda world, csr: pem(world.ca.sign(csr, names=[world.host]), world.ca.chain_pem),
    ),
    "an expired certificate": Wrong(
        ("EXPIRED",),
        lambda world, csr: pem(
            world.ca.sign(csr, days=30, not_before=NOW - timedelta(days=60)), world.ca.chain_pem
        ),
    ),
    "a certificate of next month": Wrong(
        ("NOT_YET_VALID",),
        lambda world, csr: pem(
            world.ca.sign(csr, not_before=NOW + timedelta(days=30)), world.ca.chain_pem
        ),
    ),
    "several faults at once": Wrong(
        ("SAN_MISSING", "TOO_LONG_VALIDITY"),
        lambda world, csr: pem(
            world.ca.sign(csr, days=300, names=[world.host]), world.ca.chain_pem
        ),
    ),
    "a screenshot": Wrong(
        ("FMT_IMAGE",),
        lambda *_: [("certificate.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60_000, "image/png")],
    ),
    "a locked PFX": Wrong(("FMT_ENCRYPTED_PFX",), locked_pfx),
    "a locked ZIP": Wrong(("FMT_ZIP_PASSWORD",), locked_zip),
    "a 7z archive": Wrong(
        ("FMT_UNKNOWN",), lambda *_: [("c.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 99, "x/y")]
    ),
    "a file that is too large": Wrong(
        ("FMT_TOO_BIG",), lambda *_: [("backup.bin", b"\1" * (11 * 1024 * 1024), "x/y")]
    ),
    "a text about something else": Wrong(
        ("FMT_UNKNOWN",), lambda *_: [("readme.txt", b"Thank you for your order.", "text/plain")]
    ),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, int]]]:
    """A ticket for each wrong answer, which the bot has answered by then."""
    folder = tmp_path_factory.mktemp("wrong")
    world = World.start(folder=folder)
    bot = BotProcesses(
        {**world.environment(), "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}, folder
    )
    try:
        world.connect(bot.start())
        tickets = {name: opened(world) for name in WRONG}
        for ticket in tickets.values():
            staged(world, ticket, "certificate_wanted")
        for name, wrong in WRONG.items():
            ticket = tickets[name]
            files = wrong.files(world, world.latest_csr(ticket))
            world.zendesk.brand_writes(ticket, "Here you are.", files=files)
        yield world, tickets
    finally:
        bot.stop()
        world.close()


def opened(world: World) -> int:
    text = DETAILS.format(host=world.host, apex=world.host.removeprefix("www."))
    return world.zendesk.brand_opens(world.brand_user, "SSL certificate expires", text)


def answer(world: World, ticket: int) -> str:
    """What the bot has said to the brand since the brand's last message."""
    said = ""
    for comment in world.zendesk.comments(ticket):
        if comment["author_id"] != world.zendesk.bot_user:
            said = ""
        elif comment["public"]:
            said += comment["plain_body"]
    return said


def raised(world: World, ticket: int) -> int:
    return sum(f"zd-{ticket}" in i["fields"]["labels"] for i in world.jira.issues("SPC"))


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answer_is_told_and_the_right_one_goes_through(
    played: tuple[World, dict[str, int]], name: str
) -> None:
    world, tickets = played
    ticket = tickets[name]
    until(lambda: bool(answer(world, ticket)), f"{name} is answered")

    said = answer(world, ticket)
    assert [code for code in WRONG[name].codes if f"[{code}]" not in said] == []
    assert raised(world, ticket) == 0

    leaf = world.ca.sign(world.latest_csr(ticket))
    world.zendesk.brand_writes(ticket, "Sorry!", files=pem(leaf, world.ca.chain_pem))
    staged(world, ticket, "change_open")
    assert the_issue(world, "SPC", ticket)


def p7b(world: World, leaf: str) -> list[File]:
    held = [x509.load_pem_x509_certificate(t.encode()) for t in (leaf, world.ca.chain_pem)]
    return [("certnew.p7b", pkcs7.serialize_certificates(held, Encoding.DER), "x/y")]


def zipped(world: World, leaf: str) -> list[File]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("www/certificate.crt", leaf)
        archive.writestr("www/bundle.crt", world.ca.chain_pem + world.ca.root_pem)
    return [("certificate.zip", packed.getvalue(), "application/zip")]


def mangled(world: World, leaf: str) -> list[File]:
    text = (leaf + world.ca.chain_pem).replace("\n", "\r\n\u00a0> ")
    return [("certificate.txt", text.encode("utf-16"), "text/plain")]


@pytest.mark.parametrize(
    "wrap",
    [p7b, zipped, mangled, lambda _, leaf: pem(leaf)],
    ids=["p7b", "zip", "mangled", "without its intermediate"],
)
def test_certificate_in_any_wrapping_goes_through(
    played: tuple[World, dict[str, int]], wrap: Callable[[World, str], list[File]]
) -> None:
    world, _ = played
    ticket = opened(world)
    staged(world, ticket, "certificate_wanted")
    leaf = world.ca.sign(world.latest_csr(ticket))

    world.zendesk.brand_writes(ticket, "Here", files=wrap(world, leaf))

    staged(world, ticket, "change_open")
    names = {a["filename"] for a in the_issue(world, "SPC", ticket)["fields"]["attachment"]}
    assert f"{world.host}.chain.crt" in names


def test_doubtful_certificate_goes_on_by_an_agents_word(
    played: tuple[World, dict[str, int]],
) -> None:
    world, _ = played
    ticket = opened(world)
    staged(world, ticket, "certificate_wanted")
    leaf = world.ca.sign(world.latest_csr(ticket), days=300)
    world.zendesk.brand_writes(ticket, "Here", files=pem(leaf, world.ca.chain_pem))
    until(lambda: "[TOO_LONG_VALIDITY]" in answer(world, ticket), "the doubt is told")
    assert raised(world, ticket) == 0

    world.zendesk.agent_tags(ticket, "ssl_accept")

    staged(world, ticket, "change_open")
    assert "ssl_accept" not in world.zendesk.ticket(ticket)["tags"]


def test_posted_private_key_ends_redacted_and_nowhere_else(
    played: tuple[World, dict[str, int]],
) -> None:
    world, _ = played
    ticket = opened(world)
    staged(world, ticket, "certificate_wanted")
    key, leaf = another_keys(world)
    body = key.splitlines()[1]

    world.zendesk.brand_writes(
        ticket, f"Everything I have:\n{key}", files=pem(leaf, key, world.ca.chain_pem)
    )

    until(lambda: "[KEY_MISMATCH]" in answer(world, ticket), "the certificate is answered")
    comments = world.zendesk.comments(ticket)
    assert body not in repr(comments)
    files = [a["id"] for c in comments for a in c["attachments"]]
    assert not any(body.encode() in world.zendesk.attachment_bytes(n) for n in files)
    assert any("private key must never be sent" in c["plain_body"] for c in comments)

    right = world.ca.sign(world.latest_csr(ticket))
    world.zendesk.brand_writes(ticket, "Sorry", files=pem(right, world.ca.chain_pem))
    staged(world, ticket, "change_open")
