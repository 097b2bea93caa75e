"""Who or what caused an event, for the record."""

from __future__ import annotations

from typing import Final

from bot.events import (
    AgentCommanded,
    BrandReplied,
    ChangeResolved,
    CsrRequestSeen,
    Event,
    FollowedUp,
    FormFilled,
    KeyPosted,
    Person,
    Reached,
    RolledBack,
    TicketEnded,
    TicketFlagged,
    TicketReopened,
)

LONGEST: Final = 200


_SYSTEMS: Final[dict[type[Event], str]] = {
    ChangeResolved: "jira",
    CsrRequestSeen: "jira",
    FormFilled: "brand, by the form's page",
    FollowedUp: "Zendesk",
    TicketReopened: "Zendesk",
    Reached: "bot",
    RolledBack: "expiry watch",
}


def cause(event: Event) -> str:
    """The person in Zendesk, `jira`, `clock`, or `bot` for what follows from the stage before."""
    match event:
        case BrandReplied(comment=comment) | KeyPosted(comment=comment):
            return _person(comment.author)
        case AgentCommanded(agent=agent):
            return _person(agent)
        case TicketFlagged(ticket=ticket):
            return f"Zendesk user {ticket.requester}"
        case TicketEnded(by=by):
            return _person(by) if by.id else "Zendesk"
    return _SYSTEMS.get(type(event), "clock")


def _person(person: Person) -> str:
    """By the number in Zendesk; who gives a command on the dashboard has none."""
    # A name is a person's own text: one line of it, and the number that nobody can choose.
    name = " ".join("".join(c if c.isprintable() else " " for c in person.name).split())
    short = name[: LONGEST - 60]
    return f"Zendesk user {person.id} ({short})" if person.id else f"{short} (dashboard)"
