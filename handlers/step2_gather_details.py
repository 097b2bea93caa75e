"""Step 2: the brand answers the form.

Whatever the reply adds or corrects is judged together with what is known.  Only
what is missing or wrong is asked for again, twice at most; then a person helps.
"""

from __future__ import annotations

import re
from typing import Final

from bot.case import At, Case
from bot.errors import NeedsHuman
from bot.events import BrandReplied
from bot.ports import Context, TicketUpdate
from bot.reading import form
from bot.wording import brand
from bot.x509 import judging

ROUNDS: Final = 2
_CONFIRMED: Final = re.compile(
    r"^[\s>]*(yes|yep|correct|confirmed?|that'?s (right|correct)|all (good|correct)|looks good)\b",
    re.IGNORECASE | re.MULTILINE,
)


def read_answer(case: Case, event: BrandReplied, ctx: Context) -> Case:
    """Go on when all details are there and right; else ask for the rest."""
    offered = {form.Field(field): value for field, value in case.offered}
    read = form.read(event.comment.text)
    new = {field: value for field, value in read.items() if value != offered.get(field)}
    known = offered | {form.Field(field): value for field, value in case.answers} | new
    answered = bool(new) or bool(_CONFIRMED.search(event.comment.text))

    judged = judging.judge(known)
    if judged.details and answered:
        return case.moved(
            At.DETAILS_KNOWN,
            answers=tuple(known.items()),
            details=judged.details,
            host=judged.details.common_name,
        )

    if case.asked >= ROUNDS:
        raise NeedsHuman(
            "The details for the CSR are still incomplete after two rounds of asking: "
            + "; ".join(f"{f.agent} [{f.code}]" for f in judged.findings)
            + " Please help the brand to fill in the form."
        )
    letter = brand.details_unclear(case.requester_name, known, judged.findings)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))
    return case.with_(
        asked=case.asked + 1,
        answers=tuple((case_answers(case) | new).items()),
        offered=tuple(known.items()),
    )


def case_answers(case: Case) -> dict[form.Field, str]:
    """What the brand wrote so far."""
    return {form.Field(field): value for field, value in case.answers}
