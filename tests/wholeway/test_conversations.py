"""Each kind of reply as a whole conversation: the ticket, the form, the reply, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.x509 import judging
from bot.x509.findings import Severity
from bot.x509.subject import from_request
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.reading.replies import Written, all_written

KINDS: Final = frozenset(
    {
        *("english: the plain form", "english: below the quoted form"),
        *("english: typed inside the quote", "english: under each quoted label"),
        *("english: numbered list", "english: bullets and bold", "english: remarks behind values"),
        *("english: dashes between", "english: misspelt labels", "english: no separators at all"),
        *("english: columns by blanks", "english: tabs", "english: header row and value row"),
        *("english: names by line", "english: wildcard and apex", "english: one line"),
        *("english: correction by should be", "english: Outlook's unmarked quote"),
        *("english: signature with a company", "english: disclaimer", "english: key kinds"),
        *("english: everything wrong at once", "english: too long an organization"),
        *("english: wildcards gone wrong", "html: html: Outlook table"),
        *("html: html: Gmail inside the quote", "html: html: Apple Mail", "html: html: list"),
        *("languages: German with remarks", "languages: French form", "languages: Spanish form"),
        *("languages: Italian form", "languages: Dutch form", "languages: Portuguese form"),
        *("languages: Swiss German", "languages: Unicode host names"),
        *("nothing: quoting the blank form", "nothing: question back", "nothing: not understood"),
        *("nothing: German out of office", "nothing: bounced", "nothing: two certificates"),
        *("nothing: promise", "nothing: the article pasted"),
        *("subjects: RFC 4514", "subjects: slash form", "subjects: text output of a certificate"),
        *("subjects: key=value", "subjects: configuration file", "english: semicolons"),
    }
)
REPLIES: Final = [written for written in all_written() if written.name in KINDS]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, int]]]:
    """All conversations side by side in one account, each up to the bot's answer."""
    folder = tmp_path_factory.mktemp("conversations")
    world = World.start(folder)
    world.zendesk.knows_domains()  # they are of many brands
    settings = {**world.environment(), "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}
    bot = BotProcesses(settings, folder, measured=False)
    try:
        world.connect(bot.start())
        tickets = {written.name: opened(world) for written in REPLIES}
        for written in REPLIES:
            number = tickets[written.name]
            until(lambda n=number: waits(world, n), f"ticket {number} has the form", 240)  # type: ignore[misc]
            html = written.raw if written.is_html else None
            world.zendesk.brand_writes(number, written.text, html=html)
        last = opened(world)
        until(lambda: waits(world, last), "the bot has come to the end", 240)
        until(lambda: not any(busy(world, n) for n in tickets.values()), "all are answered", 240)
        yield world, tickets
    finally:
        bot.stop()
        world.close()


def opened(world: World) -> int:
    """A ticket that names no site, so that nothing is known beforehand."""
    return world.zendesk.brand_opens(
        world.brand_user, "SSL certificate", "Hello, our SSL certificate expires soon."
    )


def waits(world: World, ticket: int) -> bool:
    return "ssl_details_wanted" in world.zendesk.ticket(ticket)["tags"]


def busy(world: World, ticket: int) -> bool:
    """Opened by the reply, or on its way to the CSR."""
    found = world.zendesk.ticket(ticket)
    held = found["status"] == "hold"
    return held or (found["status"] == "open" and "ssl_with_agent" not in found["tags"])


def said(world: World, ticket: int) -> list[str]:
    """What the bot wrote to the brand, oldest first."""
    bot = world.zendesk.bot_user
    comments = world.zendesk.comments(ticket)
    return [c["plain_body"] for c in comments if c["public"] and c["author_id"] == bot]


def test_every_kind_is_among_the_replies() -> None:
    assert {written.name for written in REPLIES} == KINDS


@pytest.mark.parametrize("written", REPLIES, ids=lambda written: written.name)
def test_conversation_ends_as_the_reply_deserves(
    played: tuple[World, dict[str, int]], written: Written
) -> None:
    world, tickets = played
    ticket = tickets[written.name]
    tags, letters = world.zendesk.ticket(ticket)["tags"], said(world, ticket)
    judged = judging.judge(written.fields)

    if "two_requests" in written.says:
        assert "ssl_with_agent" in tags
    elif "out_of_office" in written.says or written.name == "nothing: promise":
        assert ("ssl_details_wanted" in tags, len(letters)) == (True, 1)
    elif judged.details is None:
        codes = {f.code for f in judged.findings if f.severity is Severity.BLOCK}
        assert ("ssl_details_wanted" in tags, len(letters)) == (True, 2)
        assert all(f"[{code}]" in letters[-1] for code in codes)
    else:
        assert ("ssl_certificate_wanted" in tags, len(letters)) == (True, 3)
        csr = x509.load_pem_x509_csr(world.latest_csr(ticket).encode())
        stated = judging.judge(from_request(csr.public_bytes(Encoding.DER)))
        assert stated.details == judged.details
