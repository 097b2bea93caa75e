"""One case: how far it is, what is known, the certificate, and who did what when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from bot.case import At, Case
from bot.settings import Settings
from bot.storage.audit import Entry
from bot.web import login
from bot.web.dashboard import orders
from bot.web.dashboard.books import Books
from bot.web.dashboard.stages import STAGES, STEPS, reached
from bot.x509 import facts
from bot.x509.facts import CertificateFacts
from bot.x509.findings import Finding

MOST_ENTRIES: Final = 500
MOST_DEAD: Final = 10
_HIDDEN: Final = frozenset({"mark", "event", "before", "after"})
_WHY: Final = {
    "TicketFlagged": "the ticket asks for a renewal",
    "BrandReplied": "the brand replied",
    "FormFilled": "the form's page was filled in",
    "KeyPosted": "a private key was posted",
    "AgentCommanded": "a person commanded it",
    "Reached": "it was the bot's turn",
    "CsrRequestSeen": "the CSR request was looked at",
    "ChangeResolved": "the change was closed",
    "LookDue": "it was time to look at the site",
    "ReminderDue": "the brand owes an answer",
    "TicketEnded": "the ticket was ended",
    "TicketReopened": "the ticket was opened again",
    "FollowedUp": "the ticket goes on from another one",
    "RollbackOver": "the time for a roll-back is over",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the timeline."""

    made: datetime
    what: str
    who: str
    why: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate with those above it, leaf first, and what was found on it."""

    title: str
    certificates: tuple[CertificateFacts, ...]
    findings: tuple[Finding, ...]


def routes(books: Books, settings: Settings) -> Blueprint:
    """`/cases/<ticket>`."""
    blueprint = Blueprint("case", __name__)

    @blueprint.get("/cases/<int:ticket>")
    @login.required
    def shown(ticket: int) -> ResponseReturnValue:
        case = books.find(ticket) if ticket < 2**63 else None
        if case is None:
            abort(404)
        step, record = reached(case), books.history(ticket)
        return render_template(
            "dashboard/case.html",
            case=case,
            stage=STAGES[case.at],
            steps=tuple(zip(STEPS, _timeline(record[-MOST_ENTRIES:]), strict=True)),
            left_out=max(len(record) - MOST_ENTRIES, 0),
            reached=step,
            chain=_chain(case),
            site=books.sites.find(case.host, case.environment) if case.host else None,
            orders=orders.offered(case),
            dead=books.events.dead_of(ticket, MOST_DEAD),
            ticket_url=f"{settings.zendesk_url}/agent/tickets/{ticket}",
            issue_url=f"{settings.jira_url}/browse/",
        )

    return blueprint


def _timeline(record: Sequence[Entry]) -> tuple[tuple[Said, ...], ...]:
    """What was done at each of the seven steps; beside them, at the step before."""
    lines: list[list[Said]] = [[] for _ in STEPS]
    step = 1
    for entry in record:
        lines[step - 1].append(_said(entry))
        after = entry.details.get("after", "")
        if after in set(At):
            step = min(STAGES[At(after)].step, len(STEPS)) or step
    return tuple(map(tuple, lines))


def _said(entry: Entry) -> Said:
    given = entry.details
    moved = given.get("before", "") != given.get("after", "")
    way = [f"{given.get('before')} → {given['after']}"] if moved and "after" in given else []
    why = _WHY.get(given.get("event", ""), "")
    details = tuple((name, value) for name, value in given.items() if name not in _HIDDEN)
    return Said(entry.made, " ".join((entry.what, *way)), entry.actor, why, details)


def _chain(case: Case) -> Chain | None:
    """The certificate that an agent may accept, or else the one that was accepted."""
    if case.offer:
        pems, title = (case.offer.leaf, *case.offer.intermediates), "Certificate in doubt"
        return Chain(title, tuple(_read(pems)), case.offer.findings)
    if case.held:
        pems, title = (case.held.leaf, *case.held.intermediates), "New certificate"
        return Chain(title, tuple(_read(pems)), case.findings)
    return None


def _read(pems: Sequence[str]) -> Iterator[CertificateFacts]:
    for pem in pems:
        try:
            found = facts.read(facts.der(pem))
        except ValueError:
            continue  # forgotten with the rest of an old case
        if found:
            yield found
