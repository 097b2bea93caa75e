"""How long renewals took: what the expiry watch has to reckon with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median_high
from typing import Final

from sqlalchemy import Connection, func, select

from bot.site import Site
from bot.storage.schema import SITES

_KNOWN: Final = SITES.c.took.is_not(None)


@dataclass(frozen=True, slots=True)
class Durations:
    """How many days renewals took: each brand's longest, and what is usual with each authority.

    One slow brand must not have all others with its authority asked early, hence the median.
    """

    organizations: Mapping[int, float]
    issuers: Mapping[str, float]

    def of(self, site: Site) -> float | None:
        """What is to be reckoned with for this site; None when nothing is known."""
        known = (
            site.took,
            self.organizations.get(site.organization or 0),
            self.issuers.get(site.issuer),
        )
        return max((took for took in known if took is not None), default=None)


def durations(connection: Connection) -> Durations:
    """Those of all brands and authorities."""
    query = select(SITES.c.organization, SITES.c.issuer, SITES.c.took).where(_KNOWN)
    organizations, issuers = dict[int, float](), dict[str, list[float]]()
    for organization, issuer, days in connection.execute(query):
        if organization is not None:
            organizations[organization] = max(days, organizations.get(organization, 0.0))
        if issuer:
            issuers.setdefault(issuer, []).append(days)
    return Durations(organizations, {name: median_high(all_) for name, all_ in issuers.items()})


def took(connection: Connection, site: Site) -> float | None:
    """What is to be reckoned with for this site, by a few rows alone."""
    known = [site.took]
    if site.organization is not None:
        brand = SITES.c.organization == site.organization
        known.append(connection.scalar(select(func.max(SITES.c.took)).where(brand)))
    if site.issuer:
        same = (SITES.c.issuer == site.issuer) & _KNOWN
        count = connection.scalar(select(func.count()).select_from(SITES).where(same)) or 0
        middle = select(SITES.c.took).where(same).order_by(SITES.c.took).offset(count // 2)
        known.append(connection.scalar(middle.limit(1)))
    return max((days for days in known if days is not None), default=None)
