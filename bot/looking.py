"""Looks at a ticket: reads what is new, oldest first, and takes the case through the table.

A webhook only says that there may be something to see.  What happened is read
from the ticket, the change and the clock, so lost, doubled or late webhooks
change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot import asking, due
from bot.case import At, Case
from bot.errors import Gone
from bot.events import (
    AgentCommanded,
    BrandReplied,
    Command,
    Comment,
    Event,
    FollowedUp,
    FormFilled,
    KeyPosted,
    Order,
    Person,
    Reached,
    Role,
    RolledBack,
    Ticket,
    TicketEnded,
    TicketFlagged,
    TicketReopened,
)
from bot.ports import Cases, Context, TicketUpdate
from bot.routing import Procedure, after, goes_on
from bot.wording import agent
from bot.x509 import facts
from bot.x509.intake import MASK, Found

NOBODY: Final = Person(0, "", Role.OTHER)
_QUIET: Final = frozenset({At.WITH_AGENT, At.STOPPED})


@dataclass(frozen=True, slots=True)
class Looker:
    """One look at one ticket."""

    procedure: Procedure
    cases: Cases
    ctx: Context
    keep: Callable[[Case, Event, Case], Case]
    """Saves the case that an event has changed, with who caused what; gives it as saved."""

    def look(self, number: int, told: FormFilled | Order | RolledBack | None = None) -> Case | None:
        """The case as it stands afterwards; None when the ticket is none of ours.

        `told` is what happened elsewhere than in ticket and change, when that is why we look.
        """
        try:
            ticket = self.ctx.helpdesk.ticket(number)
        except Gone:
            return self._gone(number)
        case = self.cases.find(number) or self._opened(ticket)
        if case is None:
            return None
        if ticket.status in asking.ENDED:
            case = self._ended(case, ticket)
            return self._happened(case, due.retirement(case, self.ctx.now, closed=True))
        case = self._begun(case, ticket)
        scanned = self._leaks(case, ticket)
        moved = self._commands(scanned, ticket)
        if isinstance(told, Order):
            moved = self._ordered(moved, told)
        moved = self._ended(moved, ticket)
        if isinstance(told, FormFilled | RolledBack):
            moved = self._advance(moved, told)
        moved = self._replies(moved, ticket)
        moved = self._happened(moved, due.event(moved, ticket, self.ctx))
        # What was scanned is saved with whatever has happened, or by itself.
        return self.cases.save(moved) if moved == scanned != case else moved

    def _opened(self, ticket: Ticket) -> Case | None:
        """A new case when the ticket asks for one, goes on from one, or an agent wants it."""
        if ticket.status in asking.FINISHED:
            return None
        earlier = asking.goes_on_from(ticket)
        follows = earlier is not None and self.ctx.history.find(earlier) is not None
        if asking.asked(ticket) or follows:
            return asking.opened(ticket)
        tags = tuple(sorted(asking.OPENING & set(ticket.tags)))
        setters = self.ctx.helpdesk.who_tagged(ticket.number, tags) if tags else ()
        if any(person.role is Role.AGENT for _, person in setters):
            return asking.opened(ticket)
        self._refused(ticket.number, tags)
        return None

    def _begun(self, case: Case, ticket: Ticket) -> Case:
        """The case opened, taken up again, or as it is."""
        if case.at is At.NEW:
            earlier = asking.goes_on_from(ticket)
            if earlier is not None:
                case = self._advance(case, FollowedUp(ticket, earlier))
            return self._advance(case, TicketFlagged(ticket)) if case.at is At.NEW else case
        if case.at is At.STOPPED and case.ended and ticket.status not in asking.FINISHED:
            return self._advance(case, TicketReopened())
        if _unstopped(ticket) and goes_on(self.procedure, case) and case.look_at is None:
            # An earlier look broke off between two steps; its event is with the dead letters.
            return self._advance(case, Reached())
        return case

    def _ended(self, case: Case, ticket: Ticket) -> Case:
        """A ticket that somebody has solved or closed ends its case."""
        if ticket.status not in asking.FINISHED or not _unfinished(case):
            return case
        by = self.ctx.helpdesk.who_ended(ticket.number)
        if by.role is Role.BOT:
            return case  # it has solved the ticket itself, and is about to say so
        closed = ticket.status in asking.ENDED
        return self._advance(case, TicketEnded(by, closed, asking.merged_into(ticket)))

    def _gone(self, number: int) -> Case | None:
        """A deleted ticket cannot be read any more; whoever has deleted it cannot be told."""
        case = self.cases.find(number)
        if case is None or not _unfinished(case):
            return case and self._happened(case, due.retirement(case, self.ctx.now, closed=True))
        return self._advance(case, TicketEnded(NOBODY, closed=True))

    def _advance(self, case: Case, event: Event, read_to: int | None = None) -> Case:
        """One event, and all the work that the bot has at the stages it leads to."""
        before = case
        case = after(self.procedure, case, event, self.ctx)
        case = case if read_to is None else replace(case, read_to=read_to)
        if case != before or isinstance(event, AgentCommanded):
            case = self.keep(before, event, case)
        if case.at is not before.at and goes_on(self.procedure, case):
            return self._advance(case, Reached())
        return case

    def _commands(self, case: Case, ticket: Ticket) -> Case:
        tags = tuple(sorted(set(ticket.tags) & {command.value for command in Command}))
        if not tags:
            return case
        for tag, person in self.ctx.helpdesk.who_tagged(ticket.number, tags):
            if person.role is Role.AGENT:
                case = self._advance(case, AgentCommanded(Command(tag), person))
            else:
                self._refused(ticket.number, (tag,))
        return case

    def _ordered(self, case: Case, order: Order) -> Case:
        """Obeyed only where the case still is as the person saw it."""
        if _moved_on(case, order):
            why = f"{order.person} saw the case at {order.at}; it has moved on meanwhile."
            note = agent.not_obeyed(order.command, why)
            self.ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
            return case
        return self._advance(case, AgentCommanded(order.command, _at_the_desk(order.person)))

    def _refused(self, number: int, tags: tuple[str, ...]) -> None:
        for tag in tags:
            note = agent.not_obeyed(tag, "Only agents give commands.")
            self.ctx.helpdesk.update(number, TicketUpdate(note, public=False, drop_tags=(tag,)))

    def _leaks(self, case: Case, ticket: Ticket) -> Case:
        """Private keys are removed whoever has posted them, and whoever has the case.

        How far it was scanned is yet to be saved.
        """
        theirs = [
            comment
            for comment in after_comment(case.scanned_to, ticket)
            if comment.author.role is not Role.BOT
        ]
        for comment in theirs:
            case = self._contained(case, comment)
        if not theirs:
            return case
        return replace(case, scanned_to=theirs[-1].id)

    def _contained(self, case: Case, comment: Comment) -> Case:
        if not comment.attachments and MASK not in comment.text:
            return case  # what a text can hold of keys was masked when it was read
        found = self.ctx.intake.gather(case.ticket, comment)
        if not any(finding.code == "FMT_IS_KEY" for finding in found.findings):
            return case
        files = tuple(a.id for a in comment.attachments if a.name in found.key_files)
        return self._advance(case, KeyPosted(comment, found.keys, files, _certified(found)))

    def _replies(self, case: Case, ticket: Ticket) -> Case:
        for comment in unread(case, ticket):
            if case.at in _QUIET:
                # A person has the case; what the brand writes is read when it is handed back.
                return case
            if comment.public and comment.author.role is Role.BRAND:
                case = self._advance(case, BrandReplied(comment), read_to=comment.id)
        return case

    def _happened(self, case: Case, event: Event | None) -> Case:
        return case if event is None else self._advance(case, event)


def _moved_on(case: Case, order: Order) -> bool:
    """Whether the person would order something else than what was seen.

    Who stops the bot means the case as it is now: just then it may be at work.
    """
    if order.command is Command.STOP:
        return False
    csr = case.csr.spki if case.csr else ""
    accepts = order.command is Command.ACCEPT
    return (case.at.value, csr) != (order.at, order.csr) or (
        accepts and case.to_accept != order.acceptance
    )


def _at_the_desk(name: str) -> Person:
    """Somebody who is logged in to the dashboard; Zendesk's number is not known."""
    return Person(0, name, Role.AGENT)


def _unfinished(case: Case) -> bool:
    """Whether the end of its ticket means something to the case."""
    if case.at is At.STOPPED:
        # An agent has taken over; only the keys are still to be thought of.
        return bool(case.requests) and case.retire_at is None and not (case.ended or case.keys_gone)
    return case.at not in (At.NEW, At.DONE)


def _unstopped(ticket: Ticket) -> bool:
    """A step that always fails must not keep the command from being heard that ends it."""
    return Command.STOP.value not in ticket.tags


def unread(case: Case, ticket: Ticket) -> tuple[Comment, ...]:
    """The comments behind the last one acted upon, oldest first."""
    return after_comment(case.read_to, ticket)


def after_comment(number: int, ticket: Ticket) -> tuple[Comment, ...]:
    """The comments behind that one, oldest first; by their ids when it is gone."""
    ids = [comment.id for comment in ticket.comments]
    if number in ids:
        return ticket.comments[ids.index(number) + 1 :]
    return tuple(c for c in ticket.comments if c.id > number)


def _certified(found: Found) -> bool:
    """Whether a certificate for one of the posted keys came along with it."""
    read = (facts.read(der) for der in found.certificates)
    return any(seen is not None and seen.spki in found.keys for seen in read)
