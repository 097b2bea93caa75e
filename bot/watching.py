"""The expiry watch's decisions: when a ticket is due, and what an agent is told.

Everything here follows from a site, a look and the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot import seeing
from bot.seeing import UNREACHABLE, Leaf, Seen
from bot.site import Site
from bot.x509 import rules

MOST: Final = 2 / 3
"""However long renewals took before: no ticket while more of the lifetime than this is left."""
USUAL: Final = timedelta(days=7)
"""How long a renewal is taken to last where none is known."""
_TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """How early tickets are opened, and how long things may last."""

    share: float = 1 / 3  # of the lifetime that is left when a ticket is opened
    margin: timedelta = timedelta(days=7)  # on top of what renewals took before
    unreachable: timedelta = timedelta(days=3)
    rollback: timedelta = timedelta(hours=72)


def early(lifetime: timedelta, terms: Terms, took: float | None) -> timedelta:
    """How long before its end a certificate's ticket is opened; `took` in days, if known."""
    wanted = lifetime * terms.share
    if took is not None:
        wanted = max(wanted, timedelta(days=took) + terms.margin)
    return min(wanted, lifetime * MOST)


def ask_at(site: Site, terms: Terms, took: float | None) -> datetime | None:
    """When a ticket for the site's certificate is due; None while none was seen."""
    return _due(site.not_before, site.expires_at, terms, took)


def _due(
    since: datetime | None, until: datetime | None, terms: Terms, took: float | None
) -> datetime | None:
    if since is None or until is None:
        return None
    return until - early(until - since, terms, took)


def asks(site: Site, seen: Seen, terms: Terms, took: float | None) -> bool:
    """Whether a ticket is due for what was seen, unless a case is open for the site."""
    if not seen.fingerprint or seen.fingerprint == site.asked_for or _was_replaced(site, seen):
        return False
    due = _due(seen.not_before, seen.expires_at, terms, took)
    return due is not None and due <= seen.at


def rolled_back(site: Site, seen: Seen) -> tuple[Leaf, ...]:
    """Where the certificate from before the renewal is back, within the time of the watch.

    An address that has also shown the right one is between the two, and does not count.
    """
    if site.watch_until is None or site.expected_until is None or seen.at >= site.watch_until:
        return ()
    right = {leaf.address for leaf in seen.leaves if leaf.fingerprint == site.expected}
    return tuple(
        leaf
        for leaf in seen.leaves
        if leaf.address not in right and leaf.until < site.expected_until
    )


def _was_replaced(site: Site, seen: Seen) -> bool:
    """Whether what was seen is what the last renewal replaced: left on a node, or back on all."""
    if seen.fingerprint == site.expected:
        return False
    watched = site.watch_until is not None and seen.at < site.watch_until
    older = bool(site.expected_until and seen.expires_at and seen.expires_at < site.expected_until)
    return _partly(site, seen) or (watched and older)


def _partly(site: Site, seen: Seen) -> bool:
    """Whether some address serves what the last renewal installed, and another one does not."""
    installed = any(leaf.fingerprint == site.expected for leaf in seen.leaves)
    return installed and seen.fingerprint != site.expected


def facts(
    before: Site, seen: Seen, terms: Terms, announced: Collection[str] = ()
) -> tuple[str, ...]:
    """What an agent should know, each `CODE:of what`, the same word for the same fact.

    `announced` are certificates that a renewal under way is about to install.
    """
    if seen.fault in UNREACHABLE:
        since = seeing.observed(before, seen).fault_since or seen.at
        lasting = seen.at - since >= terms.unreachable
        return (f"{seen.fault}:{since:%Y%m%d}",) if lasting else ()
    found = []
    known = {"", before.fingerprint, before.expected, *announced}
    if before.fingerprint and seen.fingerprint not in known and not rolled_back(before, seen):
        code = "SITE_PARTIAL" if _partly(before, seen) else "SITE_CHANGED"
        found.append(f"{code}:{seen.fingerprint[:8]}")
    if seen.fault:
        found.append(f"{seen.fault}:{seen.fingerprint[:8]}")
    return tuple(found)


def untold(site: Site, found: Iterable[str]) -> tuple[str, ...]:
    """Those of the facts that no agent was told yet."""
    return tuple(fact for fact in found if fact not in site.told.split())


def told(site: Site, found: Iterable[str]) -> str:
    """What an agent was told, these facts with it; the oldest are forgotten."""
    kept = [*site.told.split(), *found]
    while len(" ".join(kept)) > _TOLD:
        kept.pop(0)
    return " ".join(kept)


def wanted(before: Site, seen: Seen, terms: Terms, took: float | None) -> bool:
    """Whether there is anything to do about what was seen, so that a closer look is worth it."""
    back = rolled_back(before, seen) and untold(before, (back_fact(seen),))
    found = (*facts(before, seen, terms), *unattended(before, seen, terms, took))
    return bool(back or asks(before, seen, terms, took) or untold(before, found))


def unattended(site: Site, seen: Seen, terms: Terms, took: float | None) -> tuple[str, ...]:
    """That half of the time is over which the certificate's ticket was opened ahead of its end.

    To be told where no renewal is under way: the ticket was solved, or nobody was known to ask.
    """
    if not seen.fingerprint or seen.fingerprint != site.asked_for:
        return ()
    if seen.not_before is None or seen.expires_at is None:
        return ()
    ahead = early(seen.expires_at - seen.not_before, terms, took)
    late = seen.at < seen.expires_at <= seen.at + ahead / 2
    return (f"SITE_UNATTENDED:{seen.fingerprint[:8]}",) if late else ()


def back_fact(seen: Seen) -> str:
    """The fact that an old certificate is back."""
    return f"SITE_ROLLED_BACK:{seen.fingerprint[:8]}"


@dataclass(frozen=True, slots=True)
class Month:
    """How many renewals begin in a month."""

    first: date
    renewals: int


def forecast(
    sites: Iterable[Site], months: int, today: datetime, terms: Terms | None = None
) -> tuple[Month, ...]:
    """The renewals to come, this month first, as the dated rules on lifetimes make them follow."""
    terms, firsts = terms or Terms(), _firsts(today, months + 1)
    ends = datetime.combine(firsts[-1], datetime.min.time(), UTC)
    counted = Counter(
        begin.date().replace(day=1) for site in sites for begin in _begins(site, today, ends, terms)
    )
    return tuple(Month(first, counted[first]) for first in firsts[:-1])


def _begins(site: Site, today: datetime, ends: datetime, terms: Terms) -> list[datetime]:
    """When the site's renewals begin until then; each certificate is issued once one has lasted."""
    lasts = USUAL if site.took is None else timedelta(days=site.took)
    due, found = ask_at(site, terms, site.took), list[datetime]()
    if due is not None and site.asked_for == site.fingerprint:
        due = _next_due(max(due + lasts, today), terms, site.took)  # that one is under way
    while due is not None and max(due, today) < ends:
        found.append(max(due, today))
        due = _next_due(found[-1] + lasts, terms, site.took)
    return found


def _next_due(issued: datetime, terms: Terms, took: float | None) -> datetime:
    lifetime = timedelta(days=rules.longest_validity(issued) - 1)  # as CAs do
    return issued + lifetime - early(lifetime, terms, took)


def _firsts(today: datetime, count: int) -> list[date]:
    start = today.year * 12 + today.month - 1
    return [date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(count)]
