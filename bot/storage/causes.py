"""Who or what caused an event, for the record."""

from __future__ import annotations

from typing import Final

from bot.events import (
    AgentCommanded,
    BrandReplied,
    ChangeResolved,
    Event,
    KeyPosted,
    Person,
    Reached,
    TicketFlagged,
)

LONGEST: Final = 200


def cause(event: Event) -> str:
    """The person in Zendesk, `jira`, `clock`, or `bot` for what follows from the stage before."""
    match event:
        case BrandReplied(comment=comment) | KeyPosted(comment=comment):
            return _person(comment.author)
        case AgentCommanded(agent=agent):
            return _person(agent)
        case TicketFlagged(ticket=ticket):
            return f"Zendesk user {ticket.requester}"
        case ChangeResolved():
            return "jira"
        case Reached():
            return "bot"
    return "clock"


def _person(person: Person) -> str:
    # A name is a person's own text: one line of it, and the number that nobody can choose.
    name = " ".join("".join(c if c.isprintable() else " " for c in person.name).split())
    return f"Zendesk user {person.id} ({name[: LONGEST - 60]})"
