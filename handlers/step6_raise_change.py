"""Step 6, second half: the certificate is good, the SaaS team is asked to install it.

The change carries certificate, chain and the sealed key.  Whatever fails on the
way is tried again; issue, files and links are each made once.
"""

from __future__ import annotations

from bot.case import At, Case, Held
from bot.events import Reached
from bot.ports import Context, File, IssueKind, NewIssue, TicketUpdate
from bot.wording import brand, jira
from bot.x509 import facts, names

PEM = "application/x-pem-file"


def raise_change(case: Case, event: Reached, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Raise the change with all that the installation needs, tell the brand."""
    assert case.held is not None, "step 6 took the certificate"
    assert case.csr is not None, "a certificate answers a CSR"
    reference = f"change-{case.ticket}-{case.held.fingerprint[:16].replace(':', '').lower()}"
    if ctx.policy.key_handover == "pull":
        ctx.keys.offer(case.ticket, case.csr.spki)
    issue = ctx.tracker.raise_issue(_issue(case, case.held, ctx, reference))
    ctx.tracker.attach(issue, _files(case, case.held, ctx))
    ctx.tracker.link(issue, case.ticket, case.csr_issue)
    letter = brand.change_raised(case.requester_name, case.host, case.held.expires, case.findings)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.CHANGE_OPEN))
    return case.moved(At.CHANGE_OPEN, change_issue=issue)


def _issue(case: Case, held: Held, ctx: Context, reference: str) -> NewIssue:
    read = facts.facts(facts.der(held.leaf))
    who = ctx.keys.recipients()
    return NewIssue(
        kind=IssueKind.CHANGE,
        ticket=case.ticket,
        summary=jira.change_summary(case),
        description=jira.change(case, held, read, ctx.policy, who, ctx.now, reference),
        reference=reference,
    )


def _files(case: Case, held: Held, ctx: Context) -> tuple[File, ...]:
    assert case.csr is not None, "a certificate answers a CSR"
    stem = names.file_stem(case.host)
    chain = "".join(held.intermediates)
    files = [
        File(f"{stem}.crt", held.leaf.encode(), PEM),
        File(f"{stem}.chain.crt", chain.encode(), PEM),
        File(f"{stem}.fullchain.crt", (held.leaf + chain).encode(), PEM),
    ]
    if ctx.policy.key_handover == "cms":
        sealed = ctx.keys.handover(case.ticket, case.csr.spki)
        files.append(File(f"{stem}.key.p7m", sealed, "application/pkcs7-mime"))
    return tuple(file for file in files if file.data)
