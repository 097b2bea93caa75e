"""Step 5: the CSR goes to the brand, with what to do next."""

from __future__ import annotations

from bot.case import At, Case
from bot.events import Reached
from bot.ports import Context
from handlers import sending


def hand_over(case: Case, event: Reached, ctx: Context) -> Case:  # noqa: ARG001 - the table's shape
    """Attach the CSR to a public comment and wait for the certificate."""
    ctx.helpdesk.update(case.ticket, sending.csr(case))
    return case.moved(At.CERTIFICATE_WANTED)
