"""The form's page in a whole renewal: the link of the letter, the page, the CSR."""

from __future__ import annotations

import re

import requests

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import opened, staged

URL = "https://bot.example.com"


def test_filled_page_brings_the_csr(sandbox: World, bot: BotProcesses) -> None:
    bot.environment["PUBLIC_URL"] = URL
    address = bot.start()
    sandbox.connect(address)
    ticket = opened(sandbox)
    staged(sandbox, ticket, "details_wanted")
    letter = sandbox.zendesk.comments(ticket)[-1]["plain_body"]
    found = re.search(rf"{URL}(/details/\S+)", letter)
    assert found, "the letter has the link"

    page = f"{address}{found.group(1)}"
    # The letter is out a moment before the case is kept.
    until(lambda: sandbox.host in requests.get(page, timeout=5).text, "the form is there")
    wrong = requests.post(page, data={"common_name": sandbox.host}, timeout=5)
    assert wrong.status_code == 422
    right = {"organization": "Nordlicht GmbH", "locality": "Hamburg", "country": "DE"}
    sent = requests.post(page, data={"common_name": sandbox.host, **right}, timeout=5)
    assert sent.status_code == 200

    staged(sandbox, ticket, "certificate_wanted")
    until(lambda: "nothing to fill in" in requests.get(page, timeout=5).text, "the form is gone")
