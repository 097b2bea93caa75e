"""The worker's jobs beside looking: sweeps, and telling an agent what failed for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from bot import asking
from bot.case import At, Case
from bot.engine.inbox import Inbox
from bot.engine.journal import Does, Journal
from bot.errors import LogInRefused, TryLater
from bot.ports import Cases, Helpdesk, TicketUpdate
from bot.storage.budgets import Budgets, unhurried
from bot.storage.sweeps import Sweeps
from bot.sweeping import BACK, LAG, Hint, Part, Sweeper
from bot.wording import agent

log = structlog.get_logger(__name__)
_SETTLED: Final = frozenset({At.WITH_AGENT, At.STOPPED, At.DONE})


@dataclass(frozen=True, slots=True)
class Sweeping:
    """One sweep: the looks that nobody asked for, each put in once."""

    sweeper: Sweeper
    sweeps: Sweeps
    budgets: Budgets
    inbox: Inbox

    def sweep(self, payload: Mapping[str, object], journal: Journal) -> None:
        """Find what changed since the last sweep; the cursor moves when all looks are put in."""
        part = Part(str(payload["part"]))
        since = journal.step("sweeps.swept_to", lambda: self._since(part))
        now = journal.step("now", lambda: datetime.now(UTC))
        put_at = datetime.fromtimestamp(float(str(payload["put_at"])), UTC)
        if since and since >= put_at:
            return  # after an outage many turns wait here; the first one has done their work
        with unhurried():
            hints = journal.step(f"sweep.{part}", lambda: self._found(part, since, now))
        if hints is None:
            return
        journal.step("sweep.put", lambda: self._put(hints), Does.KEEP)
        journal.step("sweeps.save", lambda: self.sweeps.save(part, now), Does.KEEP)
        journal.step("budgets.forget", self.budgets.forget, Does.KEEP)
        log.info("sweep done", part=part.value, looks=len(hints))

    def _since(self, part: Part) -> datetime | None:
        """When the last sweep began; what a clock that was ahead has written is not believed.

        Its sweeps have asked for changes of a time to come, and found none.
        """
        since, now = self.sweeps.swept_to(part), datetime.now(UTC)
        if since is None or since <= now + LAG:
            return since
        log.warning("sweep turned back", part=part.value, ahead=str(since - now))
        self.sweeps.turn_back(part, now - BACK)
        return now - BACK

    def _found(self, part: Part, since: datetime | None, now: datetime) -> tuple[Hint, ...] | None:
        """None when the other side cannot answer: the next turn begins where this one did.

        To wait here would have the later turns wait behind ever longer pauses.
        """
        try:
            return self.sweeper.hints(part, since, now)
        except (TryLater, LogInRefused) as error:
            log.warning("sweep put off", part=part.value, why=str(error))
            return None

    def _put(self, hints: tuple[Hint, ...]) -> None:
        for hint in hints:
            self.inbox.put(hint.id, hint.ticket, "look", {"ticket": hint.ticket, "sweep": True})


@dataclass(frozen=True, slots=True)
class Telling:
    """An event failed for good: the ticket goes to an agent, the case stays where it is.

    So a replay, or any later look, goes on from the step that failed.
    """

    helpdesk: Helpdesk
    cases: Cases
    inbox: Inbox

    def find(self, payload: Mapping[str, object], journal: Journal) -> None:
        """Put the note in, once for each state of the case: a note makes a webhook, too."""
        ticket = int(str(payload["ticket"]))
        case = journal.step("cases.find", lambda: self._case(ticket))
        if case is None or case.at in _SETTLED:
            return
        told = {"ticket": ticket, "why": payload["why"], "event": payload["event"]}
        id_ = f"told-{ticket}-{case.version}"
        journal.step("told", lambda: self.inbox.put(id_, ticket, "tell", told), Does.KEEP)

    def tell(self, payload: Mapping[str, object], journal: Journal) -> None:
        """Write the note and show the ticket as one that is with an agent."""
        ticket = int(str(payload["ticket"]))
        case = journal.step("cases.find", lambda: self._case(ticket))
        if case is None or case.at in _SETTLED:
            return
        note = agent.failed(str(payload["why"]), str(payload["event"]), case.at)
        update = TicketUpdate(note, public=False, stage=At.WITH_AGENT)
        journal.step("helpdesk.update", lambda: self.helpdesk.update(ticket, update), Does.WRITE)

    def _case(self, ticket: int) -> Case | None:
        case = self.cases.find(ticket)
        if case is not None:
            return case
        read = self.helpdesk.ticket(ticket)
        return asking.opened(read) if asking.asked(read) else None
