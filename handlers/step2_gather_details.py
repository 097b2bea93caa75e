"""Step 2: the brand answers the form.

Whatever the reply adds or corrects is judged together with what is known.  Only
what is missing or wrong is asked for again, twice at most; then a person helps.
An autoresponder is neither answered nor counted.
"""

from __future__ import annotations

from typing import Final

from bot.case import At, Case
from bot.errors import NeedsHuman
from bot.events import BrandReplied, FormFilled
from bot.ports import Context, TicketUpdate
from bot.reading import form, reply
from bot.reading.reply import Reply
from bot.wording import brand
from bot.x509 import judging
from bot.x509.findings import Severity
from bot.x509.judging import Judged

ROUNDS: Final = 2


def read_answer(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Go on when all details are there and right; else ask for the rest."""
    offered = {form.Field(field): value for field, value in case.offered}
    said = reply.read(event.comment.text, offered)
    if said.out_of_office:
        return case
    known = offered | case_answers(case) | dict(said.fields)
    judged = judging.judge(known, ctx.policy.reached)
    if judged.details and said.answers and not said.two_requests:
        return case.moved(
            At.DETAILS_KNOWN,
            answers=tuple(known.items()),
            details=judged.details,
            host=judged.details.common_name,
        )

    hand_over_if_needed(case, said, judged)
    link = ctx.links.details(case.ticket)
    letter = brand.details_unclear(case.requester_name, known, judged.findings, link)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))
    return case.with_(
        asked=case.asked + 1,
        answers=tuple((case_answers(case) | dict(said.fields)).items()),
        offered=tuple(known.items()),
    )


def take_form(case: Case, event: FormFilled, ctx: Context) -> Case:
    """The page has judged every field already; what changed since is said like in a reply."""
    given = {form.Field(field): value for field, value in event.answers}
    judged = judging.judge(given, ctx.policy.reached)
    if judged.details:
        return case.moved(
            At.DETAILS_KNOWN,
            answers=event.answers,
            details=judged.details,
            host=judged.details.common_name,
        )
    link = ctx.links.details(case.ticket)
    letter = brand.details_unclear(case.requester_name, given, judged.findings, link)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))
    return case.with_(answers=event.answers, offered=event.answers)


def hand_over_if_needed(case: Case, said: Reply, judged: Judged) -> None:
    """Raises NeedsHuman when asking the brand again would not help."""
    doubtful = [f for f in judged.findings if f.severity is Severity.ACK]
    if said.needs_person:
        raise NeedsHuman(said.needs_person)
    if doubtful:
        raise NeedsHuman("; ".join(f"{f.agent} [{f.code}]" for f in doubtful))
    if said.question and case.asked:
        raise NeedsHuman(f"The brand asks back: “{said.question}” Please answer it.")
    if case.asked >= ROUNDS:
        raise NeedsHuman(
            "The details for the CSR are still incomplete after two rounds of asking: "
            + "; ".join(f"{f.agent} [{f.code}]" for f in judged.findings)
            + " Please help the brand to fill in the form."
        )


def case_answers(case: Case) -> dict[form.Field, str]:
    """What the brand wrote so far."""
    return {form.Field(field): value for field, value in case.answers}
