"""Internal notes: what the bot did or cannot do, and how an agent goes on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.case import At, Case
from bot.wording.letter import Bullets, Letter, Paragraph, paragraphs
from bot.x509 import names
from bot.x509.findings import Finding


def decision_wanted(what: str, at: At, or_else: str = "") -> Letter:
    """A person must decide; says what, and which macro continues."""
    return paragraphs(
        f"SSL renewal: a person has to decide. {what}",
        (
            f"{or_else}{' ' if or_else else ''}"
            "To let the bot go on, apply the macro that sets the tag ssl_resume: it picks up "
            f"at the stage {at.value}. To take over for good, set ssl_stop."
        ),
    )


def findings(found: Iterable[Finding]) -> str:
    """What was found, as one paragraph."""
    return " ".join(f"{finding.agent} [{finding.code}]" for finding in found)


def accept_names(doubtful: Iterable[str]) -> str:
    """How an agent vouches for names."""
    shown = ", ".join(names.display(name) for name in doubtful)
    return f"If {shown} may have a certificate all the same, apply the macro that sets ssl_accept."


def failed(why: str, event: str, at: At) -> Letter:
    """The bot's own work failed for good; says why, and how the operator goes on."""
    return paragraphs(
        f"SSL renewal: the bot failed here: {why[:500]}",
        (
            f"The case waits at the stage {at.value}. Once the cause is mended, the operator "
            f"lets the bot go on from the step that failed: python -m bot replay {event}. "
            "To take over for good, apply the macro that sets ssl_stop."
        ),
    )


def certificate_refused(findings: Iterable[Finding], *, doubtful: bool) -> Letter:
    """What is wrong with a certificate, and whether an agent can overrule it."""
    way = (
        "To have exactly this certificate installed all the same, apply the macro that sets "
        "ssl_accept."
        if doubtful
        else "The brand was told; the bot waits for another certificate."
    )
    return Letter(
        (
            Paragraph("SSL renewal: the certificate was not accepted."),
            Bullets(tuple(f"{f.agent} [{f.code}, {f.severity}]{_rule(f)}" for f in findings)),
            Paragraph(way),
        )
    )


def _rule(finding: Finding) -> str:
    since = f" since {finding.since:%Y-%m-%d}" if finding.since else ""
    return f" ({finding.rule}{since})" if finding.rule else ""


def key_posted(author: str, *, redacted: bool, ours: bool) -> Letter:
    """A private key was posted on the ticket."""
    removed = (
        "It was removed from the ticket at once, and the bot has not kept it."
        if redacted
        else "The bot may not remove it: please redact it by hand at once. It was not kept."
    )
    follows = (
        "It is the key of a CSR of ours: the bot makes a new key and CSR."
        if ours
        else "It is none of ours; the brand was told to treat it as compromised."
    )
    return paragraphs(
        f"SSL renewal: {author or 'somebody'} has posted a private key. {removed}",
        (follows),
    )


def keys_destroyed(spkis: Iterable[str]) -> Letter:
    """The receipt for keys that the bot has forgotten."""
    return Letter(
        (
            Paragraph(
                "SSL renewal: the roll-back window is over, and the bot has destroyed its copy of "
                "the private key (fingerprints, SPKI SHA-256):"
            ),
            Bullets(tuple(spkis)),
        )
    )


def brand_wrote(at: At, question: str) -> Letter:
    """The brand has said something that the bot has no answer to."""
    said = f"asks: “{question}”" if question else "has written something that needs a person"
    return paragraphs(
        f"SSL renewal: the brand {said}. Please have a look, and answer it.",
        f"The renewal itself goes on meanwhile; it is at the stage {at.value}.",
    )


def renewed_otherwise(site: str, until: datetime) -> Letter:
    """The site serves another certificate than when the case was opened."""
    return paragraphs(
        (
            f"SSL renewal: {names.display(site)} serves another certificate by now, valid "
            f"until {until:%Y-%m-%d}. Perhaps the brand has renewed it by other means."
        ),
        (
            "The brand is not reminded any more. If nothing is left to do, solve the ticket; "
            "an answer of the brand is still taken."
        ),
    )


def no_answer(case: Case) -> str:
    """The brand is silent, and a person has to reach it in another way."""
    since = f" since {case.waiting_since:%Y-%m-%d}" if case.waiting_since else ""
    reminded = f", reminded {case.reminders} times" if case.reminders else ""
    ends = f" expires on {case.served_until:%Y-%m-%d}" if case.served_until else " may expire soon"
    return (
        f"The brand has not answered{since}{reminded}, and the certificate of "
        f"{names.display(case.host) or 'its site'}{ends}. Please reach the brand in another way."
    )


def obeyed(command: str, what: str) -> Letter:
    """A macro was obeyed."""
    return paragraphs(
        f"SSL renewal: {command} obeyed. {what}",
    )


def not_obeyed(command: str, why: str) -> Letter:
    """A command tag was removed without being obeyed."""
    return paragraphs(
        f"SSL renewal: {command} was removed and not obeyed. {why}",
    )
