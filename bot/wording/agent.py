"""Internal notes: what the bot did or cannot do, and how an agent goes on."""

from __future__ import annotations

from collections.abc import Iterable

from bot.case import At
from bot.wording.letter import Bullets, Letter, Paragraph
from bot.x509.findings import Finding


def decision_wanted(what: str, at: At) -> Letter:
    """A person must decide; says what, and which macro continues."""
    return Letter(
        (
            Paragraph(f"SSL renewal: a person has to decide. {what}"),
            Paragraph(
                "To let the bot go on, apply the macro that sets the tag ssl_resume: it picks up "
                f"at the stage {at.value}. To take over for good, set ssl_stop."
            ),
        )
    )


def key_posted(findings: Iterable[Finding]) -> Letter:
    """A private key stands in the ticket."""
    return Letter(
        (
            Paragraph(
                "SSL renewal: the brand seems to have posted a private key on this ticket. Please "
                "redact it at once and ask the brand to treat it as compromised. The bot has not "
                "kept it."
            ),
            Bullets(tuple(f"{f.agent} [{f.code}]" for f in findings)),
            Paragraph(
                "Afterwards set the tag ssl_resume: the bot waits for the certificate again."
            ),
        )
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


def obeyed(command: str, what: str) -> Letter:
    """A macro was obeyed."""
    return Letter((Paragraph(f"SSL renewal: {command} obeyed. {what}"),))


def not_obeyed(command: str, why: str) -> Letter:
    """A command tag was removed without being obeyed."""
    return Letter((Paragraph(f"SSL renewal: {command} was removed and not obeyed. {why}"),))
