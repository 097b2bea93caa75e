"""What brands read when they have not answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.case import Case
from bot.reading import form
from bot.wording.frame import filled_form, for_site, page, step_letter, written
from bot.wording.letter import Letter, Paragraph


def details(case: Case, known: Mapping[form.Field, str], link: str, now: datetime) -> Letter:
    """Step 2, when no answer came: the form once more."""
    return step_letter(
        case.requester_name,
        2,
        Paragraph(
            f"We are still waiting for the details of your SSL certificate{for_site(case.host)}"
            f"{_since(case)}. {_time_left(case, now)}"
        ),
        Paragraph(
            "Please reply to this message with the form below filled in. What we know already "
            "stands in it."
        ),
        *page(link),
        filled_form(known),
    )


def certificate(case: Case, now: datetime) -> Letter:
    """Step 5, when no certificate came."""
    return step_letter(
        case.requester_name,
        5,
        Paragraph(
            f"We are still waiting for the new SSL certificate{for_site(case.host)}{_since(case)}. "
            f"{_time_left(case, now)}"
        ),
        Paragraph(
            "Please order it with the CSR that is attached to our earlier message, and reply to "
            "this ticket with the certificate and its intermediate certificates. If anything keeps "
            "you from it, tell us, and we will help."
        ),
    )


def _since(case: Case) -> str:
    if case.waiting_since is None:
        return ""
    return f", for which we asked on {written(case.waiting_since)}"


def _time_left(case: Case, now: datetime) -> str:
    if case.served_until is None:
        return "Without it, the website may stop working for its visitors soon."
    if case.served_until <= now:
        return f"The present one expired on {written(case.served_until)}."
    return f"The present one expires on {written(case.served_until)}."
