"""Step 4 where people make the CSR: it is collected from the CSR request, with its key.

The key goes into the key store first and is deleted from Jira afterwards.  What is missing
or wrong is asked for in a comment, once for each set of files.  The brand hears nothing
before all is there.
"""

from __future__ import annotations

from bot.case import At, Case, Request
from bot.errors import NeedsHuman
from bot.events import CsrRequestSeen
from bot.ports import Context, Delivered
from bot.wording import jira
from handlers import resolutions
from handlers.step4_make_csr import csr_file


def collect(case: Case, event: CsrRequestSeen, ctx: Context) -> Case:
    """Take CSR and key, or say what is still wanted."""
    assert case.details is not None, "step 2 judged the details"
    _still_wanted(case, event)
    number = len(case.requests) + 1
    delivered = ctx.deliveries.collect(case.ticket, number, case.csr_issue, case.details)
    if delivered.request is not None:
        return _taken(case, delivered, delivered.request, ctx)
    if event.done:
        raise NeedsHuman(
            f"The CSR request {case.csr_issue} was closed, but CSR and key are not there: "
            f"{' '.join(delivered.wrong)} Please have it opened again, then hand back."
        )
    if not delivered.files or delivered.files == case.answered:
        return case
    ctx.tracker.comment(case.csr_issue, jira.csr_lacking(delivered.wrong))
    return case.with_(answered=delivered.files)


def _still_wanted(case: Case, event: CsrRequestSeen) -> None:
    if event.gone:
        raise NeedsHuman(
            f"The CSR request {case.csr_issue} is gone from Jira. Please clear it with ITOps."
        )
    if event.done and resolutions.declined(event.status, event.resolution):
        raise NeedsHuman(
            f"The CSR request {case.csr_issue} was declined ({event.status}, "
            f"{event.resolution or 'no resolution'}). Please clear it with ITOps."
        )


def _taken(case: Case, delivered: Delivered, request: Request, ctx: Context) -> Case:
    """The key is in the store by now; whatever follows can be done again."""
    if delivered.csr_goes_too:
        ctx.tracker.attach(case.csr_issue, (csr_file(case.host, request.pem),))
    for file in delivered.key_files:
        ctx.tracker.remove(case.csr_issue, file)
    ctx.tracker.comment(case.csr_issue, jira.csr_taken(request.spki, delivered.wrong))
    ctx.tracker.close(case.csr_issue)
    requests = (*case.requests, request)
    return case.moved(At.CSR_MADE, requests=requests, keys_gone=False, answered=())
