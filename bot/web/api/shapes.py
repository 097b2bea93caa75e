"""What is answered: every field there is, always there, and nothing else.

Times are UTC as ISO 8601.  No private keys, and of people no more than their numbers at the
helpdesk, and who stands in the audit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.case import At, Source
from bot.x509.details import KeyKind
from bot.x509.findings import Severity

Time = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class Shape(BaseModel):
    """Closed, so that a field too many is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fault(Shape):
    """An error, with the fields of RFC 9457."""

    error: str
    title: str
    status: int
    detail: str


class StageCount(Shape):
    """Cases at one stage."""

    stage: At
    count: int
    oldest_seconds: float | None = Field(description="For how long the oldest has been there.")


class Budget(Shape):
    """Calls that one limit of the other sides still allows."""

    name: str
    left: int
    total: int


class Sweep(Shape):
    """How long ago one side was looked through for lost webhooks."""

    part: str
    seconds_ago: float


class EventCount(Shape):
    """Events that are not done, by how they stand."""

    status: str
    count: int


class Expiring(Shape):
    """Open cases whose site's certificate expires within so many days."""

    days: int
    count: int


class Overview(Shape):
    """How everything stands."""

    cases: list[StageCount]
    expiring: list[Expiring]
    events: list[EventCount]
    oldest_event_seconds: float
    dead_letters: int
    budgets: list[Budget]
    sweeps: list[Sweep]
    workers: int


class CaseRow(Shape):
    """A case in a list."""

    ticket: int
    stage: At
    resume_at: At | None = Field(description="Where it goes on once a person has decided.")
    host: str
    environment: str
    organization: int | None
    requester: int
    csr_issue: str | None
    change_issue: str | None
    opened_at: Time
    at_stage_since: Time
    expires_at: Time | None = Field(description="When what the site serves expires.")


class CaseDetails(Shape):
    """What goes into the CSR."""

    common_name: str
    names: list[str]
    organization: str
    locality: str
    state: str
    country: str
    key: KeyKind
    source: Source


class Csr(Shape):
    """A certificate signing request, and the fingerprint of its key."""

    pem: str
    spki_sha256: str


class Certificate(Shape):
    """The certificate that was accepted."""

    pem: str
    intermediates: list[str]
    sha256: str
    expires_at: Time


class CaseFinding(Shape):
    """Something that was mended or noted on it."""

    code: str
    severity: Severity
    text: str


class CaseShown(CaseRow):
    """A case with everything that is known of its renewal."""

    details: CaseDetails | None
    csr: Csr | None
    certificate: Certificate | None
    findings: list[CaseFinding]
    doubtful_names: list[str]
    accepted_names: list[str]
    reminders: int
    waiting_since: Time | None
    remind_at: Time | None
    keys_destroy_at: Time | None
    keys_destroyed: bool


class AuditEntry(Shape):
    """One line of the record."""

    ticket: int
    number: int
    made_at: Time
    actor: str
    what: str
    details: dict[str, str]
    hash: str


class SiteRow(Shape):
    """A site that is watched."""

    host: str
    environment: str
    brand: str | None
    organization: int | None
    requester: int | None
    source: str
    added_at: Time | None
    last_ticket: int | None
    days_taken: float | None = Field(description="By the last renewal.")
    sha256: str | None = Field(description="Of the certificate that it served at the last look.")
    spki_sha256: str | None
    issuer: str | None
    not_before: Time | None
    expires_at: Time | None
    looked_at: Time | None
    fault: str | None = Field(description="Code of a finding at the last look.")
    fault_since: Time | None
    next_look_at: Time | None


class DeadLetterRow(Shape):
    """An event that failed for good."""

    id: str
    ticket: str
    kind: str
    why: str
    failed_at: Time
    steps_done: list[str]


class MonthRow(Shape):
    """A month's certificates that end, and its renewals that begin."""

    month: str = Field(description="Year and month, such as 2026-11.")
    certificates_ending: int
    renewals_beginning: int


class LifetimeRow(Shape):
    """From when on certificates last so long at most, and what these sites need by then."""

    since: date
    longest_days: int
    renewals_a_month: int


class Calendar(Shape):
    """The year to come."""

    made_at: Time
    sites: int
    ended: int = Field(description="Sites whose certificate has ended.")
    never_seen: int
    months: list[MonthRow]
    lifetimes: list[LifetimeRow]


class FindingRow(Shape):
    """A code that findings have, and what to do about it."""

    code: str
    family: str
    usual_severity: Severity
    meaning: str
    for_brand: str
    for_agent: str


class PageOf(Shape):
    """Some rows; `next` is the cursor of those behind them, null when there are none."""

    next: str | None


class Cases(PageOf):
    """A page of cases."""

    rows: list[CaseRow]


class AuditEntries(PageOf):
    """A page of the record."""

    rows: list[AuditEntry]


class Sites(PageOf):
    """A page of sites."""

    rows: list[SiteRow]


class DeadLetters(PageOf):
    """A page of dead letters."""

    rows: list[DeadLetterRow]


class Findings(PageOf):
    """A page of the catalogue of findings."""

    rows: list[FindingRow]
