"""One look at a ticket as the worker takes it: every call to the outside through the journal.

Each write of helpdesk and tracker, and each change of stage, leaves its entry in the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Final

import structlog

from bot import attempt, tally
from bot.case import At, Case
from bot.engine import Journal
from bot.events import Event, WaitBegan
from bot.looking import Looker
from bot.policy import Policy
from bot.ports import (
    Cases,
    Context,
    Deliveries,
    Helpdesk,
    History,
    Intake,
    Issuers,
    Keys,
    Links,
    Sites,
    Tracker,
)
from bot.routing import Procedure
from bot.storage.audit import AuditTrail
from bot.storage.auditing import audited
from bot.storage.causes import cause
from bot.sweeping import Issues, Tickets

log = structlog.get_logger(__name__)
WRITES: Final = {
    "helpdesk": frozenset({"update", "redact_keys"}),
    "issuers": frozenset({"remember"}),
    "tracker": frozenset({"raise_issue", "comment", "attach", "remove", "link", "close"}),
    "deliveries": frozenset({"collect"}),
    "keys": frozenset({"new_request", "offer", "transfer", "destroy"}),
    "cases": frozenset({"save"}),
}


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything beyond this process, as the settings say."""

    helpdesk: Helpdesk
    intake: Intake
    issuers: Issuers
    tracker: Tracker
    sites: Sites
    keys: Keys
    deliveries: Deliveries
    history: History
    cases: Cases
    tickets: Tickets
    issues: Issues
    anchors: tuple[bytes, ...]
    policy: Policy
    trail: AuditTrail
    links: Links


def look(
    procedure: Procedure,
    outside: Outside,
    ticket: int,
    journal: Journal,
    filled: tuple[tuple[str, str], ...] = (),
) -> Case | None:
    """One look at a ticket, every call to the outside through the journal.

    `filled` is what the form's page was filled with, when that is why we look.
    """
    began = monotonic()

    def told(before: Case, event: Event, now: Case) -> None:
        tally.count(f"events {type(event).__name__}")
        log.info(
            "event done",
            ticket=now.ticket,
            event_kind=type(event).__name__,
            before=before.at.value,
            after=now.at.value,
            attempt=journal.attempt,
            ms=round((monotonic() - began) * 1000),
        )
        kind, stages = type(event).__name__, {"before": before.at.value, "after": now.at.value}
        if not isinstance(event, WaitBegan):
            journal.step("audit", partial(_noted, trail, ticket, cause(event), kind, stages))

    trail = outside.trail
    ctx = Context(
        helpdesk=journal.wrap(
            audited(outside.helpdesk, "helpdesk", WRITES["helpdesk"], trail, ticket),
            "helpdesk",
            WRITES["helpdesk"],
            once=frozenset({"domains"}),
        ),
        intake=journal.wrap(outside.intake, "intake", frozenset()),
        issuers=journal.wrap(outside.issuers, "issuers", WRITES["issuers"]),
        tracker=journal.wrap(
            audited(outside.tracker, "tracker", WRITES["tracker"], trail, ticket),
            "tracker",
            WRITES["tracker"],
        ),
        sites=journal.wrap(outside.sites, "sites", frozenset()),
        keys=journal.wrap(outside.keys, "keys", WRITES["keys"]),
        deliveries=journal.wrap(outside.deliveries, "deliveries", WRITES["deliveries"]),
        history=journal.wrap(outside.history, "history", frozenset(), once=frozenset({"renewals"})),
        later=Appointments(journal),
        links=journal.wrap(outside.links, "links", frozenset()),
        now=journal.step("now", lambda: datetime.now(UTC)),
        trust_anchors=outside.anchors,
        policy=outside.policy,
    )
    cases = journal.wrap(outside.cases, "cases", WRITES["cases"])
    return Looker(procedure, cases, ctx, told).look(ticket, filled)


def _noted(trail: AuditTrail, ticket: int, actor: str, kind: str, stages: dict[str, str]) -> None:
    what = "stage changed" if stages["before"] != stages["after"] else "decided"
    what = "case opened" if stages["before"] == At.NEW.value else what
    trail.note_once(ticket, attempt.current().mark, actor, what, event=kind, **stages)


@dataclass(frozen=True, slots=True)
class Appointments:
    """`Later` by delayed events of the engine."""

    journal: Journal

    def look_again(self, ticket: int, at: datetime) -> None:
        """Have the ticket looked at again at that time."""
        self.journal.put_later(ticket, at, "look", {"ticket": ticket})
