"""Step 1: a certificate expires, or has expired.

The case is opened with what the ticket says already.  When that is all, or when the site's
own certificate says the rest, it goes straight on; otherwise the brand gets the form of step 2.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.case import At, Case, Source
from bot.events import TicketFlagged
from bot.ports import Context
from bot.routing import with_agent
from bot.x509.details import Field
from handlers import opening, proposals, settling
from handlers.opening import Opening
from handlers.proposals import Proposal


def open_case(case: Case, event: TicketFlagged, ctx: Context) -> Case:
    """Take the details out of the ticket and the site, or ask for what is missing."""
    said = opening.read(case, event.ticket, ctx)
    case, proposal = proposals.about(case, said.host, said.environment, ctx)
    known = _together(said.answers, proposal)
    case = case.with_(answers=tuple(said.answers.items()), offered=tuple(known.items()))
    if said.needs_person:
        return with_agent(case.moved(At.DETAILS_WANTED), said.needs_person, ctx)

    found = settling.judged(case, said.answers, ctx)
    source = Source.OWN_CSR if said.own_csr else Source.BRAND
    settled = settling.settled(case, said.answers, found, ctx, source)
    if settled is None and proposal.whole and _nothing_said(said):
        offered = settling.judged(case, known, ctx)
        settled = settling.settled(case, known, offered, ctx, proposal.source)
    return settled or settling.asked(case, known, found.findings if said.answers else (), ctx)


def _together(answers: Mapping[Field, str], proposal: Proposal) -> dict[Field, str]:
    """What the brand wrote over what is known; the site's own first name is not lost by it."""
    known = {**proposal.fields, **answers}
    served = proposal.fields.get(Field.COMMON_NAME, "")
    if served and Field.NAMES not in answers and known[Field.COMMON_NAME] != served:
        known[Field.NAMES] = ", ".join(filter(None, (served, known.get(Field.NAMES, ""))))
    return known


def _nothing_said(said: Opening) -> bool:
    """Whether the brand has named nothing but its site."""
    return set(said.answers) <= {Field.COMMON_NAME}
