"""One renewal where people make CSR and key, through real processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.x509 import request
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import answered, certified, installed, opened, staged, the_issue
from tests.wholeway.test_whole_way import nothing_secret_anywhere
from tests.x509.delivered import DETAILS, sealed, written


@pytest.fixture
def url(sandbox: World, bot: BotProcesses) -> str:
    """The bot, told that people make the CSRs."""
    bot.environment["CSR_SOURCE"] = "itops"
    found = bot.start()
    sandbox.connect(found)
    return found


def comments(world: World, issue: str) -> list[str]:
    return [c["body"] for c in world.jira.issue(issue)["fields"]["comment"]["comments"]]


def ordered(world: World) -> tuple[int, str]:
    """The ticket, and the request that ITOps have got."""
    ticket = opened(world)
    staged(world, ticket, "details_wanted")
    answered(world, ticket)
    staged(world, ticket, "csr_ordered")
    return ticket, the_issue(world, "ITOPS", ticket)["key"]


def finished(world: World, ticket: int, key: request.PrivateKey) -> None:
    """All that follows; the change carries the key that people made."""
    staged(world, ticket, "certificate_wanted")
    certified(world, ticket)
    staged(world, ticket, "change_open")
    change = the_issue(world, "SPC", ticket)["key"]
    handed_over = load_pem_private_key(world.team_opens_key(change).encode(), None)
    assert handed_over.public_key() == key.public_key()
    installed(world, ticket)
    staged(world, ticket, "done")


def names(issue: dict[str, Any]) -> list[str]:
    return [file["filename"] for file in issue["fields"]["attachment"]]


def test_sealed_key_goes_from_itops_to_the_change(
    sandbox: World, bot: BotProcesses, url: str, tmp_path: Path
) -> None:
    certificate = bot.finish("keys", "certificate").stdout
    ticket, issue = ordered(sandbox)
    key = request.draw(DETAILS.key)

    sandbox.jira.person_attaches(issue, "site.csr", request.sign(key, DETAILS).encode())
    until(lambda: len(comments(sandbox, issue)) == 2, "the bot asks for the key", 60)
    assert "The private key of the CSR is missing." in comments(sandbox, issue)[1]
    cms = sealed(written(key), certificate, tmp_path, "-binary")
    sandbox.jira.person_attaches(issue, "site.key.p7m", cms)
    finished(sandbox, ticket, key)

    request_ = the_issue(sandbox, "ITOPS", ticket)
    assert names(request_) == ["site.csr"]
    assert request_["fields"]["status"]["name"] == "Done"
    assert len(comments(sandbox, issue)) == 3
    nothing_secret_anywhere(sandbox, bot, url)


@pytest.mark.parametrize("sandbox", ["server"], indirect=True)
def test_plain_key_is_taken_out_of_jira_and_is_nowhere_afterwards(
    sandbox: World, bot: BotProcesses, url: str
) -> None:
    ticket, issue = ordered(sandbox)
    key = request.draw(DETAILS.key)

    sandbox.jira.person_attaches(issue, "site.key", written(key))
    until(lambda: len(comments(sandbox, issue)) == 2, "the bot asks for the CSR", 60)
    assert "The CSR is missing." in comments(sandbox, issue)[1]
    sandbox.jira.person_attaches(issue, "site.csr", request.sign(key, DETAILS).encode())
    finished(sandbox, ticket, key)

    assert names(the_issue(sandbox, "ITOPS", ticket)) == ["site.csr"]
    nothing_secret_anywhere(sandbox, bot, url)
