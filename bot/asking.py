"""Whether a ticket asks for the renewal of a certificate, and whether it goes on from another."""

from __future__ import annotations

import re
from typing import Final

from bot.case import At, Case
from bot.events import Command, Role, Ticket
from bot.wording import tickets

TAG: Final = "ssl_renewal"
NOTICE: Final = "ssl_expiry_notice"
"""The tag of what the expiry watch has to say to agents alone: it asks for no renewal."""
OPENING: Final = frozenset({Command.START.value, Command.USE_LIVE_DETAILS.value})
"""The commands that an agent gives on a ticket without a case."""
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
_MERGED: Final = re.compile(r"#(\d{1,18})\b")
_MERGED_TAG: Final = "closed_by_merge"


def opened(ticket: Ticket) -> Case:
    """A new case for the ticket."""
    return Case(
        ticket=ticket.number,
        requester=ticket.requester,
        requester_name=ticket.requester_name,
        organization=ticket.organization,
        at=At.NEW,
        read_to=ticket.comments[-1].id if ticket.comments else 0,
    )


def asked(ticket: Ticket) -> bool:
    """Whether the ticket itself asks for a renewal, and is not at its end."""
    first = ticket.comments[0].text if ticket.comments else ""
    return ticket.status not in FINISHED and asks(ticket.subject, first, ticket.tags)


def asks(subject: str, first: str, tags: tuple[str, ...]) -> bool:
    """Whether subject, first comment and tags are those of a renewal."""
    if TAG in tags or NOTICE in tags:
        return TAG in tags
    text = f"{subject}\n{first}"[:_READ]
    return all(pattern.search(text) for pattern in (_KIND, _CERTIFICATE, _EXPIRY))


def goes_on_from(ticket: Ticket) -> int | None:
    """The ticket that this one goes on from: a closed one, or one that was merged into it."""
    if ticket.follows is not None:
        return ticket.follows
    notes = (c.text for c in ticket.comments if c.author.role is Role.BOT and not c.public)
    return next(filter(None, map(tickets.merged_from, notes)), None)


def merged_into(ticket: Ticket) -> int | None:
    """The ticket that this closed one was merged into, as the helpdesk's own comment says."""
    if _MERGED_TAG not in ticket.tags or not ticket.comments:
        return None
    found = _MERGED.search(ticket.comments[-1].text)
    return int(found.group(1)) if found else None
