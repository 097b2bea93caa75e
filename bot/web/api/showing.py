"""What is known, put into the shapes of the API."""

from __future__ import annotations

from bot import logs
from bot.case import Case
from bot.engine.dead_letters import DeadLetter
from bot.site import Site
from bot.storage.audit import Entry
from bot.storage.pages import Listed
from bot.web.api import shapes

_HIDDEN = frozenset({"mark"})


def listed(found: Listed) -> dict[str, object]:
    """A case as a list shows it."""
    case = found.case
    return {
        "ticket": case.ticket,
        "stage": case.at,
        "resume_at": case.resume_at,
        "host": case.host,
        "environment": case.environment,
        "organization": case.organization,
        "requester": case.requester,
        "csr_issue": case.csr_issue or None,
        "change_issue": case.change_issue or None,
        "opened_at": found.opened,
        "at_stage_since": found.since,
        "expires_at": found.expires,
    }


def known(case: Case) -> dict[str, object]:
    """What a case knows beyond that; never what the brand wrote, nor whom it is from."""
    return {
        "details": _details(case),
        "csr": {"pem": case.csr.pem, "spki_sha256": case.csr.spki} if case.csr else None,
        "certificate": _certificate(case),
        "findings": [
            {"code": f.code, "severity": f.severity, "text": f.agent} for f in case.findings
        ],
        "doubtful_names": list(case.doubtful),
        "accepted_names": list(case.accepted),
        "reminders": case.reminders,
        "waiting_since": case.waiting_since,
        "remind_at": case.remind_at,
        "keys_destroy_at": case.retire_at,
        "keys_destroyed": case.keys_gone,
    }


def _details(case: Case) -> dict[str, object] | None:
    if case.details is None:
        return None
    found = case.details
    names = ("common_name", "organization", "locality", "state", "country", "key")
    plain = {name: getattr(found, name) for name in names}
    return plain | {"names": list(found.names), "source": case.source}


def _certificate(case: Case) -> dict[str, object] | None:
    if case.held is None:
        return None
    return {
        "pem": case.held.leaf,
        "intermediates": list(case.held.intermediates),
        "sha256": case.held.fingerprint,
        "expires_at": case.held.expires,
    }


def entry(found: Entry) -> shapes.AuditEntry:
    """A line of the record."""
    return shapes.AuditEntry(
        ticket=found.ticket,
        number=found.number,
        made_at=found.made,
        actor=found.actor,
        what=found.what,
        details={name: value for name, value in found.details.items() if name not in _HIDDEN},
        hash=found.hash,
    )


def site(found: Site) -> shapes.SiteRow:
    """A site, without whom to write to."""
    return shapes.SiteRow(
        host=found.host,
        environment=found.environment,
        brand=found.brand or None,
        organization=found.organization,
        requester=found.requester,
        source=found.source,
        added_at=found.added_at,
        last_ticket=found.last_ticket,
        days_taken=found.took,
        sha256=found.fingerprint or None,
        spki_sha256=found.spki or None,
        issuer=found.issuer or None,
        not_before=found.not_before,
        expires_at=found.expires_at,
        looked_at=found.probed_at,
        fault=found.fault or None,
        fault_since=found.fault_since,
        next_look_at=found.next_at,
    )


def dead_letter(letter: DeadLetter) -> shapes.DeadLetterRow:
    """Its reason may quote what broke it, so it is masked like a line of the log."""
    return shapes.DeadLetterRow(
        id=letter.id,
        ticket=letter.ticket,
        kind=letter.kind,
        why=str(logs.masked(None, "", {"why": letter.why})["why"]),
        failed_at=letter.when,
        steps_done=list(letter.steps),
    )
