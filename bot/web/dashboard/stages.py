"""The stages as people read them: what a case waits for, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.case import At, Case

STEPS: Final = (
    "A certificate expires",
    "The brand gives the details",
    "The CSR is requested",
    "Key and CSR are made",
    "The CSR goes to the brand",
    "The certificate comes, the change is raised",
    "The site is verified",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`step` is the one of the seven that is under way; 8 is behind the last, 0 beside them."""

    title: str
    whom: str
    step: int
    says: str = "The bot is at work."


STAGES: Final[dict[At, Stage]] = {
    At.NEW: Stage("New", "bot", 1),
    At.DETAILS_WANTED: Stage(
        "Details wanted", "brand", 2, "The brand is asked for the details of the CSR."
    ),
    At.DETAILS_KNOWN: Stage("Details known", "bot", 3),
    At.CSR_ORDERED: Stage("CSR ordered", "ITOps", 4, "ITOps is making key and CSR."),
    At.CSR_MADE: Stage("CSR made", "bot", 5),
    At.CERTIFICATE_WANTED: Stage(
        "Certificate wanted", "brand", 6, "The brand is to order the certificate and send it."
    ),
    At.CERTIFICATE_HELD: Stage("Certificate held", "bot", 6),
    At.CHANGE_OPEN: Stage(
        "Change open", "SaaS team", 7, "The SaaS team is to install the certificate."
    ),
    At.CHANGE_DONE: Stage(
        "Change done", "bot", 7, "The site is looked at until it serves the new certificate."
    ),
    At.WITH_AGENT: Stage(
        "With an agent",
        "agent",
        0,
        "An agent has to decide; the ticket's last internal note says what.",
    ),
    At.STOPPED: Stage(
        "Stopped", "nobody", 0, "Stopped: an agent has taken over, or the ticket has ended."
    ),
    At.DONE: Stage("Done", "nobody", 8, "The site serves the new certificate."),
}


def reached(case: Case) -> int:
    """The step that the case is at, or would go on with."""
    beside = case.at in (At.WITH_AGENT, At.STOPPED)
    return STAGES[(case.resume_at or case.at) if beside else case.at].step
