"""What the cases tell the expiry watch: renewals that were finished, and those under way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, or_, select

from bot import codec
from bot.case import At, Case
from bot.site import Site
from bot.storage.cases import batched
from bot.storage.database import aware, reading
from bot.storage.schema import CASES

_MOST: Final = 200
"""Cases of one brand that are looked through."""


class SiteCases:
    """The cases, asked by their sites."""

    def __init__(self, engine: Engine, retention: timedelta, rollback: timedelta) -> None:
        """`retention` is how long after its end a case's keys are kept."""
        self._engine, self._retention, self._rollback = engine, retention, rollback

    def finished(self, since: datetime | None) -> tuple[Site, ...]:
        """The sites of the renewals that were finished since then, oldest first."""
        query = select(CASES.c.ticket).where(CASES.c.at == At.DONE.value).order_by(CASES.c.ticket)
        if since is not None:
            query = query.where(CASES.c.updated_at >= since)
        with reading(self._engine) as connection:
            tickets = list(connection.scalars(query))
        return tuple(site for some in batched(tickets) for site in self._sites(some))

    def under_way(self, site: Site) -> Case | None:
        """The newest case that renews what the site serves, or that an agent has stopped for it."""
        hosts = CASES.c.host.in_((site.host, "*." + site.host.partition(".")[2]))
        brands = CASES.c.organization == (site.organization or -1)  # not those of nobody
        query = select(CASES.c.data).where(or_(hosts, brands), CASES.c.at != At.DONE.value)
        newest = query.order_by(CASES.c.ticket.desc()).limit(_MOST)
        with reading(self._engine) as connection:
            cases: list[Case] = [codec.loads(data) for data in connection.scalars(newest)]
        return next((case for case in cases if _renews(case, site)), None)

    def _sites(self, tickets: tuple[int, ...]) -> list[Site]:
        columns = (CASES.c.data, CASES.c.opened_at, CASES.c.updated_at)
        query = select(*columns).where(CASES.c.ticket.in_(tickets)).order_by(CASES.c.ticket)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        found = (
            self._site(codec.loads(row.data), aware(row.opened_at), aware(row.updated_at))
            for row in rows
        )
        return [site for site in found if site is not None]

    def _site(self, case: Case, opened: datetime, saved: datetime) -> Site | None:
        if case.at is not At.DONE or case.held is None or not case.host:
            return None
        # A finished case is saved again when its keys go; it was done long before.
        done = min(saved, case.retire_at - self._retention) if case.retire_at else saved
        return Site(
            host=case.site,
            environment=case.environment,
            brand=case.details.organization if case.details else "",
            organization=case.organization,
            requester=case.requester,
            last_ticket=case.ticket,
            took=max((done - opened).total_seconds(), 0.0) / 86_400,
            expected=case.held.fingerprint,
            expected_until=case.held.expires,
            watch_until=done + self._rollback,
        )


def _renews(case: Case, site: Site) -> bool:
    if case.ended:
        return False  # its ticket was solved or closed too early: nobody renews anything there
    if case.served and case.served == site.fingerprint:
        return case.environment == site.environment
    same = (case.site, case.environment) == (site.host, site.environment)
    return same and case.at is not At.STOPPED
