"""Step 1: a certificate expires, or has expired.

The case is opened with what the ticket says already.  When nothing is missing it
goes straight on; otherwise the brand gets the form of step 2.
"""

from __future__ import annotations

import re
from typing import Final

from bot.case import At, Case
from bot.events import Role, Ticket, TicketFlagged
from bot.ports import Context, TicketUpdate
from bot.reading import form
from bot.wording import brand
from bot.x509 import judging, names

_STAGING: Final = re.compile(r"\b(staging|stage|uat|test site|pre-?production)\b", re.IGNORECASE)
_HOST: Final = re.compile(r"(?<![\w@.-])(?:https?://)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,24})\b", re.I)
_LONGEST: Final = 20_000


def open_case(case: Case, event: TicketFlagged, ctx: Context) -> Case:
    """Take the details out of the ticket, or ask for what is missing."""
    told = what_the_ticket_says(event.ticket)
    answers = form.read(told)
    host = _site(answers, f"{event.ticket.subject}\n{told}", ctx)
    environment = "staging" if _STAGING.search(told) else "production"
    case = case.with_(answers=tuple(answers.items()), host=host, environment=environment)

    judged = judging.judge(answers, ctx.policy.reached)
    if judged.details:
        return case.moved(At.DETAILS_KNOWN, details=judged.details, host=judged.details.common_name)

    offered = {**_served_details(case, ctx), **answers}
    letter = brand.details_wanted(
        case.requester_name,
        host,
        offered,
        judged.findings if answers else (),
        ctx.links.details(case.ticket),
    )
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))
    return case.moved(At.DETAILS_WANTED, offered=tuple(offered.items()))


def what_the_ticket_says(ticket: Ticket) -> str:
    """The brand's comments and the ticket's own fields, as one text, newest last."""
    fields = [f"{title}: {value}" for title, value in ticket.fields]
    texts = [c.text for c in ticket.comments if c.public and c.author.role is Role.BRAND]
    return "\n".join([*fields, *texts])[:_LONGEST]


def _site(answers: dict[form.Field, str], text: str, ctx: Context) -> str:
    """The first host name that is one; empty when the text names none."""
    candidates = [answers.get(form.Field.COMMON_NAME, ""), *_HOST.findall(text[:_LONGEST])]
    for candidate in filter(None, candidates):
        try:
            return names.host(candidate, ctx.policy.reached)
        except names.NameFault:
            continue
    return ""


def _served_details(case: Case, ctx: Context) -> dict[form.Field, str]:
    """What the certificate that the site serves now says, as an offer to the brand."""
    if not case.host:
        return {}
    known = {form.Field.COMMON_NAME: case.host}
    for endpoint in ctx.sites.served(case.site).endpoints:
        if endpoint.chain:
            return known | judging.from_certificate(endpoint.chain[0])
    return known
