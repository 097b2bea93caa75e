"""Step 2: the brand answers the form.

Whatever the reply adds or corrects is judged together with what is known.  Only
what is missing or wrong is asked for again, twice at most; then a person helps.
An autoresponder is neither answered nor counted, and neither is a mere "thank you".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.case import At, Case, Source
from bot.errors import NeedsHuman
from bot.events import BrandReplied, FormFilled
from bot.ports import Context, TicketUpdate
from bot.reading import reply
from bot.reading.reply import Reply
from bot.routing import put_back
from bot.wording import agent, brand
from bot.x509.details import Field
from bot.x509.judging import Judged
from handlers import opening, settling

ROUNDS: Final = 2


def read_answer(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Go on when all details are there and right; else ask for the rest."""
    offered = {Field(field): value for field, value in case.offered}
    said = reply.read(event.comment.text, offered)
    if said.out_of_office:
        return put_back(case, ctx)
    own_csr = opening.stated(event.comment, case, ctx)
    if said.courtesy and not said.answers and not own_csr:
        return put_back(case.heard(), ctx)

    answers = settling.answers_so_far(case) | own_csr | dict(said.fields)
    known = offered | answers
    found = settling.judged(case, known, ctx)
    if (said.answers or own_csr) and not said.two_requests:
        source = Source.OWN_CSR if own_csr else Source.BRAND
        settled = settling.settled(case, known, found, ctx, source)
        if settled is not None:
            return settled
    _hand_over_if_needed(case, said, found)
    _ask_again(case, known, found, ctx)
    case = case.heard().with_(asked=case.asked + 1)
    return case.with_(answers=tuple(answers.items()), offered=tuple(known.items()))


def take_form(case: Case, event: FormFilled, ctx: Context) -> Case:
    """The page has judged every field already; what changed since is said like in a reply."""
    given = {Field(field): value for field, value in event.answers}
    found = settling.judged(case, given, ctx)
    settled = settling.settled(case, given, found, ctx)
    if settled is not None:
        return settled
    _ask_again(case, given, found, ctx)
    return case.heard().with_(answers=event.answers, offered=event.answers)


def _ask_again(case: Case, known: Mapping[Field, str], found: Judged, ctx: Context) -> None:
    link = ctx.links.details(case.ticket)
    letter = brand.details_unclear(case.requester_name, known, found.findings, link)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))


def _hand_over_if_needed(case: Case, said: Reply, found: Judged) -> None:
    """Raises NeedsHuman when asking the brand again would not help."""
    if said.needs_person:
        raise NeedsHuman(said.needs_person)
    if said.question and case.asked:
        raise NeedsHuman(f"The brand asks back: “{said.question}” Please answer it.")
    if case.asked >= ROUNDS:
        raise NeedsHuman(
            "The details for the CSR are still incomplete after two rounds of asking: "
            f"{agent.findings(found.findings)} Please help the brand to fill in the form."
        )
