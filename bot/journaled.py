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
from bot.engine.journal import Does, Journal
from bot.events import Event, FormFilled, Order, RolledBack, WaitBegan
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
    Note,
    Openings,
    Sites,
    Tracker,
)
from bot.routing import Procedure
from bot.storage.audit import AuditTrail
from bot.storage.auditing import audited
from bot.storage.causes import cause
from bot.sweeping import Issues, Tickets

log = structlog.get_logger(__name__)
_WRITE, _KEEP = Does.WRITE, Does.KEEP
DOES: Final[dict[str, dict[str, Does]]] = {
    "helpdesk": {"update": _WRITE, "redact_keys": _WRITE},
    "issuers": {"remember": _KEEP},
    "tracker": {
        "raise_issue": _WRITE,
        "comment": _WRITE,
        "attach": _WRITE,
        "remove": _WRITE,
        "link": _WRITE,
        "close": _WRITE,
    },
    "deliveries": {"collect": _KEEP},
    "keys": {"new_request": _KEEP, "offer": _KEEP, "transfer": _KEEP, "destroy": _KEEP},
    "cases": {"save": _KEEP},
}
"""The verbs that do more than look."""


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
    openings: Openings
    anchors: tuple[bytes, ...]
    policy: Policy
    trail: AuditTrail
    links: Links


def look(
    procedure: Procedure,
    outside: Outside,
    ticket: int,
    journal: Journal,
    told: FormFilled | Order | RolledBack | None = None,
) -> Case | None:
    """One look at a ticket, every call to the outside through the journal.

    `told` is what happened elsewhere than in ticket and change, when that is why we look.
    """
    began = monotonic()

    def keep(before: Case, event: Event, now: Case) -> Case:
        note = None if isinstance(event, WaitBegan) else _note(before, event, now)
        if now != before:
            now = cases.save(now, note)
        elif note:
            journal.step("audit", partial(_noted, trail, ticket, note), _KEEP)
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
        return now

    trail = outside.trail
    ctx = Context(
        helpdesk=journal.wrap(
            audited(outside.helpdesk, "helpdesk", DOES["helpdesk"], trail, ticket),
            "helpdesk",
            DOES["helpdesk"],
            once=frozenset({"domains"}),
        ),
        intake=journal.wrap(outside.intake, "intake", {}),
        issuers=journal.wrap(outside.issuers, "issuers", DOES["issuers"]),
        tracker=journal.wrap(
            audited(outside.tracker, "tracker", DOES["tracker"], trail, ticket),
            "tracker",
            DOES["tracker"],
        ),
        sites=journal.wrap(outside.sites, "sites", {}),
        keys=journal.wrap(outside.keys, "keys", DOES["keys"]),
        deliveries=journal.wrap(outside.deliveries, "deliveries", DOES["deliveries"]),
        history=journal.wrap(outside.history, "history", {}, once=frozenset({"renewals"})),
        later=Appointments(journal),
        links=journal.wrap(outside.links, "links", {}),
        now=journal.step("now", lambda: datetime.now(UTC)),
        trust_anchors=outside.anchors,
        policy=outside.policy,
    )
    cases = journal.wrap(outside.cases, "cases", DOES["cases"])
    return Looker(procedure, cases, ctx, keep).look(ticket, told)


def _note(before: Case, event: Event, now: Case) -> Note:
    what = "stage changed" if now.at is not before.at else "decided"
    details = {"event": type(event).__name__, "before": before.at.value, "after": now.at.value}
    return Note(
        cause(event), "case opened" if before.at is At.NEW else what, tuple(details.items())
    )


def _noted(trail: AuditTrail, ticket: int, note: Note) -> None:
    mark = attempt.current().mark
    trail.note_once(ticket, mark, note.actor, note.what, **dict(note.details))


@dataclass(frozen=True, slots=True)
class Appointments:
    """`Later` by delayed events of the engine."""

    journal: Journal

    def look_again(self, ticket: int, at: datetime) -> None:
        """Have the ticket looked at again at that time."""
        self.journal.put_later(ticket, at, "look", {"ticket": ticket})
