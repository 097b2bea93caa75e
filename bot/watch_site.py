"""One site where the expiry watch has seen something: a ticket is opened, or an agent told.

The site is looked at twice before anything is written, and every write is found again by its
trace: a ticket by its external id, a note by its mark, what is known by the site's row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol

import structlog

from bot import asking, attempt, rhythm, seeing, watch_tickets, watching
from bot.case import At, Case
from bot.engine.inbox import Inbox
from bot.engine.journal import Does, Journal
from bot.errors import Gone, NeedsHuman
from bot.events import RolledBack
from bot.ports import Helpdesk, NewTicket, Openings, Sites, TicketUpdate
from bot.seeing import Seen
from bot.site import Site
from bot.storage.audit import AuditTrail
from bot.storage.auditing import ACTOR, audited
from bot.storage.sites import SiteStore
from bot.watching import Terms
from bot.wording import watch
from bot.x509 import anchors

log = structlog.get_logger(__name__)
_HANDLED: Final = ("SITE_EXPIRED:", "SITE_CHANGED:", "SITE_PARTIAL:")
"""What a renewal under way deals with itself."""


class UnderWay(Protocol):
    """The cases, asked for what is open."""

    def under_way(self, site: Site) -> Case | None:
        """The newest case that renews what the site serves, or that an agent has stopped for it."""
        ...


@dataclass(frozen=True, slots=True)
class WatchSite:
    """The job."""

    sites: SiteStore
    cases: UnderWay
    live: Sites
    helpdesk: Helpdesk
    openings: Openings
    inbox: Inbox
    trail: AuditTrail
    roots: tuple[bytes, ...]
    terms: Terms
    clock: Callable[[], datetime]

    def go(self, payload: Mapping[str, object], journal: Journal) -> None:
        """Look again, and do what is to be done, once."""
        host, environment = str(payload["host"]), str(payload["environment"])
        known = journal.step("sites.find", lambda: self.sites.find(host, environment))
        if known is None:
            return  # it was forgotten meanwhile
        [served] = journal.step("sites.survey", lambda: self.live.survey((host,)))
        now = journal.step("now", self.clock)
        seen = seeing.seen(served, now, anchors.trusted(self.roots))
        before = replace(known, fingerprint=str(payload["was"]))
        site = seeing.observed(before, seen)
        took = journal.step("sites.took", lambda: self.sites.took(site))
        case = journal.step("cases.under_way", lambda: self.cases.under_way(site))
        self._keep(site, now, took, journal)

        back = watching.rolled_back(before, seen)
        if back:
            site = self._rolled_back(site, seen, journal)
        asks = case is None and watching.asks(before, seen, self.terms, took)
        if asks:
            self._ask(site, now, journal)
            # Where it was late when the ticket was opened, the ticket itself has just said so.
            asked = replace(before, asked_for=site.fingerprint)
            late = watching.unattended(asked, seen, self.terms, took)
            site = self._told(site, late, journal) if late else site
        found = watching.facts(before, seen, self.terms, _announced(case))
        if case is None:
            found += watching.unattended(before, seen, self.terms, took)
        handled = _handled(case, asks=asks)
        # A word on the ticket of a stopped case would begin it again.
        active = case if case and case.at is not At.STOPPED else None
        self._note(site, [fact for fact in found if not fact.startswith(handled)], active, journal)

    def _keep(self, site: Site, now: datetime, took: float | None, journal: Journal) -> None:
        after = replace(site, next_at=rhythm.next_look(site, now, self.terms, took))
        journal.step("sites.seen", lambda: self.sites.seen([after]), Does.KEEP)

    def _ask(self, site: Site, now: datetime, journal: Journal) -> None:
        """Open the brand's ticket, unless one asks for the same certificate; else an agent's."""
        ticket = journal.step("sites.asked_with", lambda: self.sites.asked_with(site))
        if ticket is None:
            ticket = self._opened(site, now, journal)
        journal.step(
            "sites.asked", lambda: self.sites.asked(site, site.fingerprint, ticket), Does.KEEP
        )
        journal.put_later(ticket, now, "look", {"ticket": ticket})

    def _opened(self, site: Site, now: datetime, journal: Journal) -> int:
        why = ""
        if site.requester is not None or site.contact:
            try:
                return self._open(watch_tickets.for_brand(site, now), site, journal)
            except NeedsHuman as refused:
                log.warning("expiry ticket refused", host=site.host, why=str(refused))
                why = f"Zendesk refuses a ticket for whom the bot knows ({refused})"
        return self._open(watch_tickets.for_agent(site, now, why), site, journal)

    def _open(self, wanted: NewTicket, site: Site, journal: Journal) -> int:
        ticket = journal.step("openings.open", partial(self.openings.open, wanted), Does.WRITE)

        def note() -> None:
            mark = attempt.current().mark
            self.trail.note_once(ticket, mark, ACTOR, "openings.open", site=site.host)

        journal.step("audit", note, Does.KEEP)
        log.info("watch opened a ticket", ticket=ticket, tags=wanted.tags)
        return ticket

    def _rolled_back(self, site: Site, seen: Seen, journal: Journal) -> Site:
        """The ticket of the renewal lives again, where it can; the case says so in its step."""
        fact, back = watching.back_fact(seen), watching.rolled_back(site, seen)
        if not watching.untold(site, (fact,)):
            return site
        where = tuple(dict.fromkeys(leaf.address for leaf in back))
        event = RolledBack(where, min(leaf.until for leaf in back))
        ticket = site.last_ticket or 0
        if self._takes_updates(ticket, journal):
            payload: dict[str, object] = {"ticket": ticket, "rolled_back": event}
            id_ = f"back-{ticket}-{seen.fingerprint[:16]}"
            put = partial(self.inbox.put, id_, ticket, "rolled_back", payload)
            journal.step("rolled_back.put", put, Does.KEEP)
        else:
            letter = watch.rolled_back_notice(site, where, event.until)
            self._open(watch_tickets.notice(site, (fact,), letter), site, journal)
        return self._told(site, (fact,), journal)

    def _note(self, site: Site, found: list[str], case: Case | None, journal: Journal) -> None:
        """Tell an agent what was not told yet: on the last ticket, if that takes updates."""
        new = watching.untold(site, found)
        if not new:
            return
        letter = watch.noted(site, new)
        # Not on one that was asked in vain: its case would begin again with it.
        ticket = case.ticket if case else site.last_ticket or 0
        if self._takes_updates(ticket, journal):
            # On a solved ticket nobody would see it; a case under way has its own stage.
            stage = None if case or _mere_change(new) else At.WITH_AGENT
            update = TicketUpdate(letter, public=False, stage=stage)
            desk = audited(self.helpdesk, "helpdesk", {"update"}, self.trail, ticket)
            journal.step("helpdesk.update", partial(desk.update, ticket, update), Does.WRITE)
        else:
            self._open(watch_tickets.notice(site, new, letter), site, journal)
        self._told(site, new, journal)

    def _takes_updates(self, ticket: int, journal: Journal) -> bool:
        status = journal.step("helpdesk.status", lambda: self._status(ticket)) if ticket else "none"
        return status not in {"none", *asking.ENDED}

    def _status(self, ticket: int) -> str:
        try:
            return self.helpdesk.ticket(ticket).status
        except Gone:
            return "none"

    def _told(self, site: Site, facts: tuple[str, ...], journal: Journal) -> Site:
        told = watching.told(site, facts)
        journal.step("sites.told", lambda: self.sites.told(site, told), Does.KEEP)
        return replace(site, told=told)


def _handled(case: Case | None, *, asks: bool) -> tuple[str, ...]:
    """What needs no word to an agent.  Where one has stopped the bot, the end still does."""
    if case is None:
        return _HANDLED[:1] if asks else ()
    return _HANDLED[1:] if case.at is At.STOPPED else _HANDLED


def _announced(case: Case | None) -> tuple[str, ...]:
    return (case.held.fingerprint,) if case and case.held else ()


def _mere_change(facts: tuple[str, ...]) -> bool:
    return all(fact.startswith("SITE_CHANGED:") for fact in facts)
