"""The table of the API."""

from __future__ import annotations

from typing import Any, Final

from bot.web.api import answering, shapes
from bot.web.api.asking import Endpoint
from bot.web.api.queries import AuditAsked, CasesAsked, Paged, Query, SitesAsked

TABLE: Final[tuple[Endpoint[Any, Any], ...]] = (
    Endpoint(
        path="/api/overview",
        name="overview",
        summary="How everything stands",
        asked=Query,
        answer=shapes.Overview,
        make=answering.overview,
    ),
    Endpoint(
        path="/api/cases",
        name="cases",
        summary="The cases, the newest ticket first",
        asked=CasesAsked,
        answer=shapes.Cases,
        make=answering.cases,
    ),
    Endpoint(
        path="/api/cases/<int:ticket>",
        name="case",
        summary="What is known of one ticket's renewal",
        asked=Query,
        answer=shapes.CaseShown,
        make=answering.case,
    ),
    Endpoint(
        path="/api/cases/<int:ticket>/audit",
        name="audit_of_case",
        summary="Who did what to one ticket's renewal, the newest first",
        asked=Paged,
        answer=shapes.AuditEntries,
        make=answering.record_of_case,
    ),
    Endpoint(
        path="/api/sites",
        name="sites",
        summary="The sites that are watched, by name",
        asked=SitesAsked,
        answer=shapes.Sites,
        make=answering.sites,
    ),
    Endpoint(
        path="/api/calendar",
        name="calendar",
        summary="The year to come: certificates that end, renewals that begin",
        asked=Query,
        answer=shapes.Calendar,
        make=answering.calendar,
    ),
    Endpoint(
        path="/api/dead-letters",
        name="dead_letters",
        summary="The events that failed for good, the oldest first",
        asked=Paged,
        answer=shapes.DeadLetters,
        make=answering.dead_letters,
    ),
    Endpoint(
        path="/api/audit",
        name="audit",
        summary="Who did what to all tickets, the newest first",
        asked=AuditAsked,
        answer=shapes.AuditEntries,
        make=answering.record,
    ),
    Endpoint(
        path="/api/findings",
        name="findings",
        summary="The catalogue of findings",
        asked=Paged,
        answer=shapes.Findings,
        make=answering.findings,
    ),
)
