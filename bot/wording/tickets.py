"""Internal notes on tickets that end, live again, are merged, or go on from one another."""

from __future__ import annotations

import re
from typing import Final

from bot.case import At
from bot.wording.letter import Letter, paragraphs


def ended(by: str, at: At) -> Letter:
    """The ticket was solved before the renewal was done."""
    who = by or "somebody or an automation"
    return paragraphs(
        f"SSL renewal: stopped at the stage {at.value}, since {who} has solved the ticket.",
        "When the ticket is opened again, the bot goes on where it was.",
    )


def reopened(at: At) -> Letter:
    """The ticket lives again."""
    return paragraphs(
        f"SSL renewal: the ticket was opened again; the bot goes on at the stage {at.value}.",
        "To keep it silent, apply the macro that sets ssl_stop.",
    )


def merged(ticket: int, at: At) -> Letter:
    """On the ticket that another one was merged into."""
    return paragraphs(
        (
            f"SSL renewal: ticket #{ticket} was merged into this one; it had come to the stage "
            f"{at.value}."
        ),
        "Unless this ticket has a renewal of its own, that one goes on here.",
    )


def merged_from(note: str) -> int | None:
    """The ticket that was merged, out of the note above."""
    found = _MERGED.search(note)
    return int(found.group(1)) if found else None


_MERGED: Final = re.compile(r"^SSL renewal: ticket #(\d{1,18}) was merged into this one;")


def goes_on_here(ticket: int, at: At) -> Letter:
    """On the ticket that goes on with the renewal of another one."""
    return paragraphs(
        f"SSL renewal: the renewal of ticket #{ticket} goes on here, at the stage {at.value}.",
        "Keys, CSR and issues in Jira came along. To stop it, set ssl_stop.",
    )


def followed_after_the_end(ticket: int) -> Letter:
    """A reply to a closed ticket whose renewal was done."""
    return paragraphs(
        (
            f"SSL renewal: the brand replies to ticket #{ticket}, whose renewal is done, and "
            "does not ask for another one. Please have a look."
        ),
        "If a new renewal is wanted after all, apply the macro with ssl_resume.",
    )


def followed_after_a_stop(ticket: int) -> Letter:
    """A reply to a closed ticket which an agent had taken over."""
    return paragraphs(
        (
            f"SSL renewal: the brand replies to ticket #{ticket}, which an agent had taken "
            "over from the bot. Please have a look."
        ),
        "To begin a new renewal here, apply the macro with ssl_resume.",
    )


def followed_by_others(ticket: int) -> Letter:
    """A reply to a closed ticket by somebody who is not of its brand."""
    return paragraphs(
        (
            f"SSL renewal: this replies to ticket #{ticket}, but its requester does not belong "
            "to the brand of that renewal. Please have a look."
        ),
        "The bot does nothing here. To begin a renewal, apply ssl_resume.",
    )
