"""Outside the seven steps: the brand owes an answer, and time runs out.

It is reminded the sooner the less time is left, a few times at most; before it is too late an
agent hears of it.  Once the site serves another certificate, nobody is reminded any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.case import At, Case
from bot.errors import NeedsHuman
from bot.events import ReminderDue, WaitBegan
from bot.ports import Context, TicketUpdate
from bot.wording import agent
from bot.wording import reminders as letters
from bot.wording.letter import Letter
from bot.x509 import facts
from bot.x509.facts import CertificateFacts
from handlers import settling

SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=7)
MOST: Final = 3
"""Reminders, before an agent is called."""
HURRY: Final = timedelta(days=5)
"""When so little time is left, one reminder has to do."""
TOO_LATE: Final = timedelta(days=2)
"""When so little time is left, a person has to call."""


def begin(case: Case, event: WaitBegan, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Note since when the brand owes an answer, and what the site serves at that time."""
    if not case.served:
        now = _served(case, ctx)
        if now is not None:
            case = case.with_(served=now.sha256, served_until=now.not_after)
    return case.with_(waiting_since=ctx.now, remind_at=ctx.now + _pause(case, ctx.now))


def remind(case: Case, event: ReminderDue, ctx: Context) -> Case:
    """Remind the brand once more, call an agent, or be quiet for good."""
    served = _served(case, ctx)
    if case.served and served is not None and served.sha256 != case.served:
        note = agent.renewed_otherwise(case.site, served.not_after)
        ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False))
        return case.with_(reminding=False, remind_at=None)
    pause = _pause(case, ctx.now)
    if event.last_word is not None and event.last_word + pause > ctx.now:
        return case.with_(remind_at=event.last_word + pause)
    if _late(case, ctx.now):
        raise NeedsHuman(agent.no_answer(case))
    ctx.helpdesk.update(case.ticket, TicketUpdate(_letter(case, ctx), stage=case.at))
    return case.with_(reminders=case.reminders + 1, remind_at=ctx.now + pause)


def _letter(case: Case, ctx: Context) -> Letter:
    if case.at is At.DETAILS_WANTED:
        known, link = settling.known_so_far(case), ctx.links.details(case.ticket)
        return letters.details(case, known, link, ctx.now)
    return letters.certificate(case, ctx.now)


def _pause(case: Case, now: datetime) -> timedelta:
    if case.served_until is None:
        return LONGEST
    return min(max((case.served_until - now) / 4, SHORTEST), LONGEST)


def _late(case: Case, now: datetime) -> bool:
    if case.reminders >= MOST:
        return True
    if case.served_until is None:
        return False
    left = case.served_until - now
    return left < TOO_LATE or (case.reminders > 0 and left < HURRY)


def _served(case: Case, ctx: Context) -> CertificateFacts | None:
    """The certificate that the site serves now, when it can be looked at."""
    if not case.host:
        return None
    chain = ctx.sites.served(case.site).chain
    return facts.read(chain[0]) if chain else None
