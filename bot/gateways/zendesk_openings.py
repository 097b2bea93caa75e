"""Tickets that the bot itself opens, each once.

A ticket is known by its external id, which is looked for first.  Zendesk besides keeps an
idempotency key for two hours: whoever sends the same request twice gets the first answer.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bot import attempt
from bot.gateways.zendesk_account import Account
from bot.gateways.zendesk_reading import MARK
from bot.ports import NewTicket


class ZendeskOpenings:
    """`bot.ports.Openings`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def open(self, ticket: NewTicket) -> int:
        """The number of the ticket, found by its reference or made; NeedsHuman when refused."""
        found = self._account.read("tickets.json", {"external_id": ticket.reference})["tickets"]
        # The list is of this reference alone; a server that does not know the filter gives all.
        same = [int(raw["id"]) for raw in found if raw.get("external_id") == ticket.reference]
        return min(same) if same else self._made(ticket)

    def _made(self, ticket: NewTicket) -> int:
        body = {"ticket": _wanted(ticket)}
        # Another text is another request: the key of the first one would be refused with it.
        key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        made = self._account.write("POST", "tickets.json", body, {"Idempotency-Key": key})
        return self._account.call(lambda: int(made["ticket"]["id"]), "the opening of a ticket")


def _wanted(ticket: NewTicket) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "external_id": ticket.reference,
        "subject": ticket.subject,
        "comment": {"html_body": ticket.letter.html(), "public": ticket.public},
        "tags": list(ticket.tags),
        "metadata": {MARK: attempt.current().mark},
    }
    if ticket.requester is not None:
        wanted["requester_id"] = ticket.requester
        if ticket.organization is not None:
            wanted["organization_id"] = ticket.organization
    elif ticket.contact:
        name = ticket.contact.partition("@")[0]
        wanted["requester"] = {"email": ticket.contact, "name": name}
    return wanted
