"""Step 5: the CSR goes to the brand, with what to do next."""

from __future__ import annotations

from bot.case import At, Case
from bot.events import Reached
from bot.ports import Context, File, TicketUpdate
from bot.wording import brand
from bot.x509 import names


def hand_over(case: Case, event: Reached, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Attach the CSR to a public comment and wait for the certificate."""
    assert case.csr is not None, "step 4 made the CSR"
    assert case.details is not None, "step 2 judged the details"
    name = f"{names.file_stem(case.host)}.csr"
    file = File(name, case.csr.pem.encode(), "application/pkcs10")
    letter = brand.csr_attached(case.requester_name, case.details, name)
    ctx.helpdesk.update(
        case.ticket, TicketUpdate(letter, files=(file,), stage=At.CERTIFICATE_WANTED)
    )
    return case.moved(At.CERTIFICATE_WANTED)
