"""Step 4: key and CSR are made.

The key is sealed and committed before anything else happens; from then on the
CSR can be sent as often as needed, the key is never made twice.
"""

from __future__ import annotations

from bot.case import At, Case
from bot.events import Reached
from bot.ports import Context, File
from bot.x509 import names


def make(case: Case, event: Reached, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Make the CSR and close the request with it."""
    assert case.details is not None, "step 2 judged the details"
    if ctx.policy.csr_source != "bot":
        # People make it by hand, and attach it to the request.
        return case

    request = ctx.keys.new_request(case.ticket, len(case.requests) + 1, case.details)
    ctx.tracker.attach(case.csr_issue, (csr_file(case.host, request.pem),))
    ctx.tracker.close(case.csr_issue)
    return case.moved(At.CSR_MADE, requests=(*case.requests, request), keys_gone=False)


def csr_file(host: str, pem: str) -> File:
    """`<host>.csr`."""
    return File(f"{names.file_stem(host)}.csr", pem.encode(), "application/pkcs10")
