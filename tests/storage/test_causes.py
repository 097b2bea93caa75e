"""The record names the person or system that caused what happened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.events import (
    AgentCommanded,
    BrandReplied,
    ChangeResolved,
    Command,
    Comment,
    CsrRequestSeen,
    Event,
    FormFilled,
    LookDue,
    Person,
    Role,
    TicketEnded,
    TicketReopened,
)
from bot.storage.causes import cause

BRENDA = Person(7, 'Brenda\n{"event": "forged"}\x1b[2J' + "x" * 500, Role.BRAND)
ADA = Person(8, "Ada Agent", Role.AGENT)
REPLY = Comment(1, BRENDA, True, "Hello", (), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("event", "actor"),
    [
        (AgentCommanded(Command.STOP, ADA), "Zendesk user 8 (Ada Agent)"),
        (AgentCommanded(Command.STOP, Person(0, "Olga", Role.AGENT)), "Olga (dashboard)"),
        (ChangeResolved("Done", "Done"), "jira"),
        (CsrRequestSeen(done=True), "jira"),
        (FormFilled(()), "brand, by the form's page"),
        (TicketEnded(ADA), "Zendesk user 8 (Ada Agent)"),
        (TicketEnded(Person(0, "", Role.OTHER), closed=True), "Zendesk"),
        (TicketReopened(), "Zendesk"),
        (LookDue(), "clock"),
    ],
)
def test_each_event_has_its_cause(event: Event, actor: str) -> None:
    assert cause(event) == actor


def test_hostile_name_stays_on_one_line_and_fits_its_column() -> None:
    actor = cause(BrandReplied(REPLY))

    assert actor.startswith('Zendesk user 7 (Brenda {"event": "forged"} [2J')
    assert actor.isprintable()
    assert len(actor) <= 200
