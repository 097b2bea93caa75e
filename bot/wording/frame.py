"""The frame of what brands read: greeting, step n of 7, and parts that several letters share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot.reading import form
from bot.wording.letter import Block, Bullets, Form, Letter, Paragraph
from bot.x509 import names
from bot.x509.findings import Finding

STEPS: Final = 7
GREETING: Final = "Kind regards, Symphony Support"


def written(when: datetime) -> str:
    """A date as people read it: 9 March 2027 (UTC)."""
    return f"{when.day} {when:%B %Y} (UTC)"


def step_letter(name: str, step: int, *blocks: Block) -> Letter:
    """A letter to the brand that belongs to one of the steps."""
    return Letter(
        (
            Paragraph(f"Hello {name},"),
            *blocks,
            Paragraph(f"This is step {step} of {STEPS} of your certificate renewal."),
            Paragraph(GREETING),
        )
    )


def for_site(host: str) -> str:
    """` for www.brand.com`, or nothing when the site is not known."""
    return f" for {names.display(host)}" if host else ""


def page(link: str) -> tuple[Block, ...]:
    """Where the form can be filled in as a page, when it can."""
    if not link:
        return ()
    return (Paragraph(f"If you prefer, fill it in on this page within two weeks: {link}"),)


def filled_form(offered: Mapping[form.Field, str]) -> Form:
    """The CSR form with what is known."""
    return Form(tuple((form.LABELS[field], offered.get(field, "")) for field in form.Field))


def faults(findings: Iterable[Finding]) -> tuple[Block, ...]:
    """What was found, each with its code."""
    points = tuple(f"{f.brand} [{f.code}]" for f in findings)
    return (Bullets(points),) if points else ()
