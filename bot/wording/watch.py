"""What the expiry watch writes: the ticket that it opens, and what it tells agents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.site import Site
from bot.wording.frame import GREETING, STEPS, written
from bot.wording.letter import Bullets, Form, Letter, Paragraph, paragraphs
from bot.x509 import names
from bot.x509.catalogue import FAMILIES

_MOST = 8


def subject(site: Site, now: datetime) -> str:
    """The subject of the ticket for a certificate that ends."""
    return f"SSL certificate of {names.display(site.host)} {_ends(site, now)}"


def expiring(site: Site, now: datetime) -> Letter:
    """The first comment of the brand's ticket; its lines are what step 1 reads."""
    return Letter(
        (
            Paragraph("Hello,"),
            Paragraph(
                f"The SSL certificate of {names.display(site.host)} {_ends(site, now)}. "
                f"{_at_stake(site, now)} This ticket is where we renew it together with you."
            ),
            Form((("Site", site.host), ("Environment", site.environment))),
            Paragraph(
                "You need not do anything yet: in a moment you get a second message here, which "
                "says what we know already and what we need from you."
            ),
            Paragraph(f"This is step 1 of {STEPS} of your certificate renewal."),
            Paragraph(GREETING),
        )
    )


def nobody_to_ask(site: Site, now: datetime, why: str = "") -> Letter:
    """To an agent: the certificate ends, and the bot knows nobody of the brand."""
    return Letter(
        (
            Paragraph(
                f"Expiry watch: the SSL certificate of {names.display(site.host)} "
                f"{_ends(site, now)}, and {why or 'the bot knows nobody of the brand to ask'}."
            ),
            _about(site),
            Paragraph(
                "Please make somebody of the brand the requester of this ticket and apply the "
                "macro that sets ssl_start; the bot then begins the renewal here."
            ),
        )
    )


def notice_subject(site: Site) -> str:
    """The subject of a ticket that tells an agent something of a site."""
    return f"Expiry watch: {names.display(site.host)} ({site.environment})"


def noted(site: Site, facts: Iterable[str]) -> Letter:
    """To an agent: what the watch has seen."""
    return Letter(
        (
            Paragraph(f"Expiry watch: something is to be looked at on {names.display(site.host)}."),
            Bullets(tuple(map(_told, facts))),
            _about(site),
            Paragraph("The bot tells each of these once, and does nothing else about it."),
        )
    )


def rolled_back(host: str, addresses: tuple[str, ...], until: datetime, change: str) -> str:
    """To an agent: what was seen of a roll-back."""
    where = ", ".join(addresses[:_MOST])
    return (
        f"{names.display(host)} serves the certificate from before the renewal again (at {where}; "
        f"it expires on {written(until)}) [SITE_ROLLED_BACK]. It was seen three times. Please ask "
        f"the SaaS team in {change or 'the change'} why it was taken back."
    )


def rolled_back_notice(site: Site, addresses: tuple[str, ...], until: datetime) -> Letter:
    """The same on a ticket of its own, where the renewal's ticket is closed."""
    return paragraphs(
        f"Expiry watch: {rolled_back(site.host, addresses, until, '')}",
        f"The renewal was ticket #{site.last_ticket}, which takes no more updates.",
    )


def _ends(site: Site, now: datetime) -> str:
    assert site.expires_at is not None, "a certificate was seen"
    verb = "has expired on" if _is_over(site, now) else "expires on"
    return f"{verb} {written(site.expires_at)}"


def _at_stake(site: Site, now: datetime) -> str:
    if _is_over(site, now):
        return "Visitors see a warning until a new one is installed."
    return "A new one has to be installed before then, or visitors see a warning."


def _is_over(site: Site, now: datetime) -> bool:
    return site.expires_at is not None and site.expires_at <= now


def _told(fact: str) -> str:
    code = fact.partition(":")[0]
    entry = next(entry for entry in FAMILIES["site"] if entry.code == code)
    return f"{entry.meaning} {entry.for_agent} [{code}]"


def _about(site: Site) -> Bullets:
    rows = (
        ("Environment", site.environment),
        ("Brand", site.brand),
        ("Certificate", site.fingerprint),
        ("Issuer", site.issuer),
        ("Expires", written(site.expires_at) if site.expires_at else ""),
        ("Wrong since", written(site.fault_since) if site.fault_since else ""),
        ("Last renewal", f"#{site.last_ticket}" if site.last_ticket else ""),
    )
    return Bullets(tuple(f"{label}: {value}" for label, value in rows if value))
