"""The tickets that the expiry watch opens: to a brand, or to agents alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from bot import asking
from bot.ports import NewTicket
from bot.site import Site
from bot.wording import watch
from bot.wording.letter import Letter


def for_brand(site: Site, now: datetime) -> NewTicket:
    """The ticket that asks for the renewal: of the last one's requester, or of the contact."""
    return NewTicket(
        _reference(site),
        watch.subject(site, now),
        watch.expiring(site, now),
        tags=(asking.TAG,),
        requester=site.requester,
        contact=site.contact,
        organization=site.organization if site.requester is not None else None,
    )


def for_agent(site: Site, now: datetime, why: str = "") -> NewTicket:
    """The same for an agent, where nobody of the brand is known; `why` says it in other words."""
    letter = watch.nobody_to_ask(site, now, why)
    return _internal(_reference(site), watch.subject(site, now), letter)


def notice(site: Site, facts: Iterable[str], letter: Letter) -> NewTicket:
    """What an agent should know, where there is no ticket to note it on."""
    told = hashlib.sha256(" ".join(facts).encode()).hexdigest()[:16]
    return _internal(f"ssl-notice-{told}-{site.host}", watch.notice_subject(site), letter)


def _reference(site: Site) -> str:
    return f"ssl-expiry-{site.fingerprint[:16]}-{site.host}"


def _internal(reference: str, subject: str, letter: Letter) -> NewTicket:
    return NewTicket(reference, subject, letter, tags=(asking.NOTICE,), public=False)
