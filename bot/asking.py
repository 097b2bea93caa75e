"""Whether a ticket asks for the renewal of a certificate."""

from __future__ import annotations

import re
from typing import Final

from bot.case import At, Case
from bot.events import Command, Ticket

TAG: Final = "ssl_renewal"
ENDED: Final = frozenset({"closed", "deleted"})
FINISHED: Final = ENDED | {"solved"}
_KIND: Final = re.compile(r"\b(ssl|tls|https|x\.?509)\b", re.IGNORECASE)
_CERTIFICATE: Final = re.compile(r"\b(cert(ificate)?s?\b|zertifikat|certificat)", re.I)
_EXPIRY: Final = re.compile(
    r"\b(expir|renew|run(s|ning)? out"
    r"|abl[aä]uf|abgelaufen|l[aä]uft ab|erneuer|renouvel|caduc|scad)",
    re.IGNORECASE,
)
_READ: Final = 5_000


def opened(ticket: Ticket) -> Case | None:
    """A new case for a ticket that asks for one."""
    first = ticket.comments[0].text if ticket.comments else ""
    if ticket.status in FINISHED or not asks(ticket.subject, first, ticket.tags):
        return None
    return Case(
        ticket=ticket.number,
        requester=ticket.requester,
        requester_name=ticket.requester_name,
        organization=ticket.organization,
        at=At.NEW,
        read_to=ticket.comments[-1].id if ticket.comments else 0,
    )


def asks(subject: str, first: str, tags: tuple[str, ...]) -> bool:
    """Whether subject, first comment and tags are those of a renewal."""
    if {TAG, Command.START.value} & set(tags):
        return True
    text = f"{subject}\n{first}"[:_READ]
    return all(pattern.search(text) for pattern in (_KIND, _CERTIFICATE, _EXPIRY))
