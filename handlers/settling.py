"""The details are all there: are they right, and are they the brand's to ask for?

What is doubtful goes to an agent, who can vouch for exactly the names that are in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.case import At, Case, Source
from bot.ports import Context, TicketUpdate
from bot.routing import with_agent
from bot.wording import agent, brand
from bot.x509 import judging
from bot.x509.details import Field
from bot.x509.findings import Finding
from bot.x509.judging import Judged
from handlers import brands


def judged(case: Case, answers: Mapping[Field, str], ctx: Context) -> Judged:
    """The details that the answers give; names that are not the brand's are among the findings."""
    found = judging.judge(answers, ctx.policy.reached, case.accepted)
    foreign = brands.strangers(found.names, case, ctx)
    if not foreign:
        return found
    findings = (*found.findings, *map(brands.finding, foreign))
    doubtful = tuple(dict.fromkeys((*foreign, *found.doubtful)))
    return Judged(None, findings, found.names, doubtful)


def settled(
    case: Case,
    answers: Mapping[Field, str],
    found: Judged,
    ctx: Context,
    source: Source = Source.BRAND,
) -> Case | None:
    """The case with its details, or with an agent; None when the brand has to say more."""
    case = case.with_(answers=tuple(answers.items()), source=source)
    if found.details:
        host = found.details.common_name
        if host != case.host:
            # What was served is known of the other site.
            case = case.with_(host=host, served="", served_until=None)
        return case.moved(At.DETAILS_KNOWN, details=found.details, doubtful=(), resume_at=None)
    if not found.only_doubtful:
        return None
    asking = case.moved(At.DETAILS_WANTED, doubtful=found.doubtful)
    vouching = agent.accept_names(found.doubtful)
    return with_agent(asking, agent.findings(found.findings), ctx, vouching)


def asked(
    case: Case, known: Mapping[Field, str], findings: tuple[Finding, ...], ctx: Context
) -> Case:
    """The case whose brand has been sent the form, filled with what is known."""
    link = ctx.links.details(case.ticket)
    letter = brand.details_wanted(case.requester_name, case.host, known, findings, link)
    ctx.helpdesk.update(case.ticket, TicketUpdate(letter, stage=At.DETAILS_WANTED))
    return case.moved(At.DETAILS_WANTED, offered=tuple(known.items()))


def answers_so_far(case: Case) -> dict[Field, str]:
    """What the brand wrote so far."""
    return {Field(field): value for field, value in case.answers}


def known_so_far(case: Case) -> dict[Field, str]:
    """What the form was filled with, and what the brand wrote since."""
    return {Field(field): value for field, value in case.offered} | answers_so_far(case)
