"""What each endpoint of the API answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from bot.case import At
from bot.engine.dead_letters import DEAD
from bot.storage.pages import Sought
from bot.storage.site_pages import Filter
from bot.web.api import shapes, showing
from bot.web.api.asking import Question
from bot.web.api.queries import AuditAsked, CasesAsked, Paged, Query, SitesAsked
from bot.x509.catalogue import FAMILIES

P = TypeVar("P", bound=Paged)


def overview(ask: Question[Query]) -> shapes.Overview:
    """How everything stands."""
    found, (events, oldest) = ask.books.figures(), ask.books.events.depths()
    stages = [
        shapes.StageCount(
            stage=at, count=found.cases.get(at, 0), oldest_seconds=found.oldest.get(at)
        )
        for at in At
    ]
    return shapes.Overview(
        cases=stages,
        expiring=[shapes.Expiring(days=d, count=n) for d, n in sorted(found.expiring.items())],
        events=[shapes.EventCount(status=s, count=n) for s, n in sorted(events.items())],
        oldest_event_seconds=oldest,
        dead_letters=sum(events.get(status, 0) for status in DEAD),
        budgets=[
            shapes.Budget(name=name, left=left, total=total)
            for name, (left, total) in sorted(found.budgets.items())
        ],
        sweeps=[shapes.Sweep(part=p, seconds_ago=s) for p, s in sorted(found.sweeps.items())],
        workers=found.workers,
    )


def cases(ask: Question[CasesAsked]) -> shapes.Cases:
    """A page of cases, the newest ticket first."""
    asked = ask.query
    stages = (asked.stage,) if asked.stage else ()
    page = ask.books.cases.listed(stages, asked.q or "", after=ask.after, size=asked.limit)
    rows = [shapes.CaseRow.model_validate(showing.listed(listed)) for listed in page.rows]
    return shapes.Cases(rows=rows, next=ask.cursors.given(page.after))


def case(ask: Question[Query]) -> shapes.CaseShown | None:
    """The ticket's case."""
    found = ask.books.cases.listed(sought=str(ask.ticket), size=1).rows
    return (
        shapes.CaseShown.model_validate(showing.listed(found[0]) | showing.known(found[0].case))
        if found
        else None
    )


def record_of_case(ask: Question[Paged]) -> shapes.AuditEntries | None:
    """A page of the ticket's record, the newest entry first."""
    if not ask.books.cases.listed(sought=str(ask.ticket), size=1).rows:
        return None
    return _entries(ask, Sought(ticket=ask.ticket))


def record(ask: Question[AuditAsked]) -> shapes.AuditEntries:
    """A page of the record of all tickets, the newest entry first."""
    asked = ask.query
    return _entries(ask, Sought(None, asked.actor or "", asked.what or "", asked.since))


def sites(ask: Question[SitesAsked]) -> shapes.Sites:
    """A page of the sites, by name."""
    asked = ask.query
    wanted = Filter(asked.q or "", asked.environment or "", asked.state or "", "host")
    found, count = ask.books.sites.listed(wanted, datetime.now(UTC), ask.skip, asked.limit)
    rows = [showing.site(site) for site in found]
    return shapes.Sites(rows=rows, next=_onward(ask, ask.skip + len(rows) < count))


def calendar(ask: Question[Query]) -> shapes.Calendar:
    """The year to come."""
    year = ask.books.year()
    return shapes.Calendar(
        made_at=year.made,
        sites=year.sites,
        ended=year.ended,
        never_seen=year.unseen,
        months=[
            shapes.MonthRow(
                month=f"{month.first:%Y-%m}",
                certificates_ending=month.ending,
                renewals_beginning=month.renewals,
            )
            for month in year.months
        ],
        lifetimes=[
            shapes.LifetimeRow(
                since=rule.since, longest_days=rule.days, renewals_a_month=rule.renewals
            )
            for rule in year.rules
        ],
    )


def dead_letters(ask: Question[Paged]) -> shapes.DeadLetters:
    """A page of the events that failed for good, the oldest first."""
    limit = ask.query.limit
    found = ask.books.events.dead(limit + 1, ask.skip)
    rows = [showing.dead_letter(letter) for letter in found[:limit]]
    return shapes.DeadLetters(rows=rows, next=_onward(ask, len(found) > limit))


def findings(ask: Question[Paged]) -> shapes.Findings:
    """A page of the catalogue of findings, in its own order."""
    known = [(family, entry) for family, entries in FAMILIES.items() for entry in entries]
    behind = ask.skip + ask.query.limit
    shown = [
        shapes.FindingRow(
            code=entry.code,
            family=family,
            usual_severity=entry.usually,
            meaning=entry.meaning,
            for_brand=entry.for_brand,
            for_agent=entry.for_agent,
        )
        for family, entry in known[ask.skip : behind]
    ]
    return shapes.Findings(rows=shown, next=_onward(ask, behind < len(known)))


def _entries(ask: Question[Paged] | Question[AuditAsked], sought: Sought) -> shapes.AuditEntries:
    page = ask.books.record.found(sought, ask.after, ask.query.limit)
    rows = [showing.entry(entry) for entry in page.rows]
    return shapes.AuditEntries(rows=rows, next=ask.cursors.given(page.after))


def _onward(ask: Question[P], more: bool) -> str | None:
    return ask.cursors.given(str(ask.skip + ask.query.limit)) if more else None
