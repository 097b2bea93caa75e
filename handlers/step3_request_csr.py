"""Step 3: the details are complete, the SaaS team is asked for the CSR.

The request is an issue in the project of ITOps.  The brand learns what will be
in the CSR, and the ticket goes on hold.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import Reached
from bot.ports import Context, IssueKind, NewIssue, TicketUpdate
from bot.wording import brand, jira


def order(case: Case, event: Reached, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Raise the CSR request, put the details into it, tell the brand."""
    assert case.details is not None, "step 2 judged the details"
    reference = f"csr-{case.ticket}-{len(case.requests) + 1}"
    issue = ctx.tracker.raise_issue(
        NewIssue(
            kind=IssueKind.CSR_REQUEST,
            ticket=case.ticket,
            summary=jira.csr_summary(case),
            description=jira.csr_request(case, ctx.policy, reference),
            reference=reference,
        )
    )
    ctx.tracker.comment(issue, jira.csr_details(case.details, ctx.policy))
    ctx.tracker.link(issue, case.ticket)
    letter = brand.csr_ordered(
        case.requester_name, case.details, case.source, again=bool(case.requests)
    )
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.CSR_ORDERED))
    return case.moved(At.CSR_ORDERED, csr_issue=issue)
